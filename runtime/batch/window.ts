// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Context } from "../handler/context.ts";
import { isRecord } from "../is_record.ts";
import type { BatchRecord } from "./records.ts";

/**
 * A tumbling window: a span of time whose records Lambda passes to the function
 * in one batch after another.
 *
 * @see {@link https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html}
 */
export interface TumblingWindow {
  /** When the window begins, such as `2026-01-02T03:04:00Z`. */
  readonly start: string;
  /** When the window ends. */
  readonly end: string;
  /** The shard whose records are in the window. */
  readonly shardId: string;
  /** The stream. */
  readonly eventSourceARN: string;
  /**
   * Whether Lambda ends the window before its time, because the state has grown
   * larger than 1 MB. The rest of the window begins with a state of its own.
   */
  readonly isTerminatedEarly: boolean;
}

/**
 * Processes one record of a tumbling window, with the state that the records
 * before it have made. The record has failed when the function throws or
 * rejects; the state is then the one before it.
 *
 * @typeParam R The type of the records.
 * @typeParam State The type of the state: an object that JSON can carry.
 * @returns The new state. Without one the state stays the object that it is.
 */
export type WindowRecordHandler<
  R extends BatchRecord,
  State extends object,
> = (
  record: R,
  context: Context,
  state: State,
) => State | void | Promise<State | void>;

/**
 * What is done with a tumbling window.
 *
 * @typeParam State The type of the state: an object that JSON can carry.
 */
export interface WindowOptions<State extends object> {
  /** Makes the state with which a window begins. */
  readonly initialState: () => State;
  /**
   * Called with what a window has come to, after its last record. The
   * invocation fails if it throws, and Lambda calls it again.
   */
  readonly finish: (
    state: State,
    window: TumblingWindow,
    context: Context,
  ) => unknown;
}

/** The part of an event that is about a tumbling window. */
export interface WindowCall {
  readonly window: TumblingWindow;
  /** The state that the call before has returned; `{}` in the first one. */
  readonly state: object;
  /** Whether no call with this state comes after this one. */
  readonly isLast: boolean;
}

/** Reads what an event says of a window: undefined where it is of none. */
export function readWindow(event: unknown): WindowCall | undefined {
  if (!isRecord(event) || !isRecord(event.window)) return undefined;
  const { window, state, shardId, eventSourceARN } = event;
  const isTerminatedEarly = event.isWindowTerminatedEarly === true;
  return {
    window: {
      start: String(window.start),
      end: String(window.end),
      shardId: String(shardId),
      eventSourceARN: String(eventSourceARN),
      isTerminatedEarly,
    },
    state: isRecord(state) ? state : {},
    // What follows an early end begins with an empty state.
    isLast: event.isFinalInvokeForWindow === true || isTerminatedEarly,
  };
}

/** Reads the window of an event that has to be of one. */
export function requireWindow(event: unknown): WindowCall {
  const call = readWindow(event);
  if (call) return call;
  throw new TypeError(
    "Cannot process the batch: its handler has a window, and the event has none. Set TumblingWindowInSeconds of the event source mapping, of Kinesis or DynamoDB Streams",
  );
}

/** Gives the state with which a call begins. */
export function stateOf<State extends object>(
  { state }: WindowCall,
  { initialState }: WindowOptions<State>,
): State {
  return Object.keys(state).length === 0 ? initialState() : state as State;
}
