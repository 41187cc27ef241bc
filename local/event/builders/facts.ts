// Copyright 2026 the Toukon Lambda authors. MIT license.

/** The account of every event. */
export const ACCOUNT_ID = "123456789012";
/** The region of every event. */
export const REGION = "eu-west-1";
/** The address of the client of every event, from the block for documentation. */
export const CLIENT_ADDRESS = "203.0.113.7";
/** The id of every API. */
export const API_ID = "a1b2c3d4e5";

/** Options that every builder of an event takes. */
export interface EventOptions {
  /**
   * When the event happened.
   *
   * @default {new Date("2026-01-02T03:04:05.678Z")}
   */
  time?: Date;
}

/** Gives the time of an event; a new object, which the caller may keep. */
export function timeOf({ time }: EventOptions): Date {
  return new Date(time ?? "2026-01-02T03:04:05.678Z");
}

/** The time as API Gateway writes it, such as `02/Jan/2026:03:04:05 +0000`. */
export function toRequestTime(time: Date): string {
  const [, day, month, year, clock] = time.toUTCString().split(" ");
  return `${day}/${month}/${year}:${clock} +0000`;
}

/** The X-Ray header of a request that began at the time. */
export function toTraceId(time: Date): string {
  const seconds = Math.floor(time.getTime() / 1_000).toString(16);
  return `Root=1-${seconds.padStart(8, "0")}-0123456789abcdef01234567`;
}

/** The time without its milliseconds, as EventBridge and SES write it. */
export function toSeconds(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, "Z");
}

/** Gives an id that is the same in each run. */
export function toUuid(index: number): string {
  return `7d3c9b52-4f0e-4a6b-9c18-${(0x2b6f00000000 + index).toString(16)}`;
}

/** Counts the bytes of a text in UTF-8. */
export function countBytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
