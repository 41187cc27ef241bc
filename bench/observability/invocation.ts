// Copyright 2026 the Toukon Lambda authors. MIT license.

import { DeadlineTimer } from "../../runtime/handler/deadline_timer.ts";
import { findSlotsBy, Slot } from "../../runtime/handler/slot.ts";

/** The tracing header of a sampled invocation. */
export const TRACE_HEADER =
  "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

export const REQUEST_ID = "8476a536-e9f4-11e8-9739-2dfe598c3fcd";

const invocation = {
  requestId: REQUEST_ID,
  headers: new Map([["lambda-runtime-trace-id", TRACE_HEADER]]),
  body: "",
};
const deadline = new DeadlineTimer();
let slot = new Slot(invocation, deadline);
findSlotsBy(() => slot);

/** Gives the slot of the invocation that runs. */
export function currentSlot(): Slot {
  return slot;
}

/** Begins another invocation. */
export function beginInvocation(): void {
  slot = new Slot(invocation, deadline);
}
