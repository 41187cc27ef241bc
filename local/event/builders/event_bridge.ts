// Copyright 2026 the Toukon Lambda authors. MIT license.

import {
  ACCOUNT_ID,
  type EventOptions,
  REGION,
  timeOf,
  toSeconds,
  toUuid,
} from "./facts.ts";
import { SAMPLE_ORDER } from "./sample.ts";

/** Options for {@linkcode eventBridgeEvent}. */
export interface EventBridgeEventOptions<Detail> extends EventOptions {
  /**
   * Who has sent the event.
   *
   * @default {"toukon.orders"}
   */
  source?: string;
  /**
   * The type of the detail.
   *
   * @default {"Order Placed"}
   */
  detailType?: string;
  /**
   * What the event is about.
   *
   * @default {an order}
   */
  detail?: Detail;
  /**
   * The ARNs of what the event is about.
   *
   * @default {[]}
   */
  resources?: readonly string[];
}

/**
 * An event of EventBridge.
 *
 * @typeParam Detail What the event is about.
 */
export interface EventBridgeEvent<Detail> {
  /** The version of the format. */
  version: string;
  /** Identifies the event. */
  id: string;
  /** The type of the detail. */
  "detail-type": string;
  /** Who has sent the event. */
  source: string;
  /** The account of who has sent it. */
  account: string;
  /** When it was sent. */
  time: string;
  /** The region where it was sent. */
  region: string;
  /** The ARNs of what the event is about. */
  resources: string[];
  /** What the event is about. */
  detail: Detail;
}

/**
 * Makes an event of EventBridge.
 *
 * @typeParam Detail What the event is about.
 * @param options The event.
 * @returns The event, which may be changed.
 *
 * @example Usage
 * ```ts
 * import { eventBridgeEvent } from "@toukon/lambda/testing";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const event = eventBridgeEvent({
 *   source: "shop",
 *   detailType: "Order Shipped",
 *   detail: { orderId: "7" },
 * });
 * assertEquals(event.detail.orderId, "7");
 * ```
 */
export function eventBridgeEvent<Detail = Record<string, unknown>>(
  options: EventBridgeEventOptions<Detail> = {},
): EventBridgeEvent<Detail> {
  const {
    source = "toukon.orders",
    detailType = "Order Placed",
    detail = { ...SAMPLE_ORDER } as Detail,
    resources = [],
  } = options;
  return {
    version: "0",
    id: toUuid(0),
    "detail-type": detailType,
    source,
    account: ACCOUNT_ID,
    time: toSeconds(timeOf(options)),
    region: REGION,
    resources: [...resources],
    detail,
  };
}

/** Options for {@linkcode scheduledEvent}. */
export interface ScheduledEventOptions extends EventOptions {
  /**
   * The name of the rule.
   *
   * @default {"nightly"}
   */
  ruleName?: string;
}

/**
 * Makes the event of a rule of EventBridge with a schedule.
 *
 * @param options When it is due.
 * @returns The event, which may be changed.
 *
 * @example Usage
 * ```ts
 * import { scheduledEvent } from "@toukon/lambda/testing";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const event = scheduledEvent({ time: new Date("2026-02-03T00:00:00Z") });
 * assertEquals(event.time, "2026-02-03T00:00:00Z");
 * ```
 */
export function scheduledEvent(
  { ruleName = "nightly", time }: ScheduledEventOptions = {},
): EventBridgeEvent<Record<string, never>> {
  return eventBridgeEvent({
    time,
    source: "aws.events",
    detailType: "Scheduled Event",
    resources: [`arn:aws:events:${REGION}:${ACCOUNT_ID}:rule/${ruleName}`],
    detail: {},
  });
}
