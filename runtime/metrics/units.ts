// Copyright 2026 the Toukon Lambda authors. MIT license.

/** The units that CloudWatch knows. */
export type MetricUnit =
  | "Seconds"
  | "Microseconds"
  | "Milliseconds"
  | "Bytes"
  | "Kilobytes"
  | "Megabytes"
  | "Gigabytes"
  | "Terabytes"
  | "Bits"
  | "Kilobits"
  | "Megabits"
  | "Gigabits"
  | "Terabits"
  | "Percent"
  | "Count"
  | "Bytes/Second"
  | "Kilobytes/Second"
  | "Megabytes/Second"
  | "Gigabytes/Second"
  | "Terabytes/Second"
  | "Bits/Second"
  | "Kilobits/Second"
  | "Megabits/Second"
  | "Gigabits/Second"
  | "Terabits/Second"
  | "Count/Second"
  | "None";

const SIZES = ["", "Kilo", "Mega", "Giga", "Tera"];
const AMOUNTS = [
  ...SIZES.map((size) => size ? `${size}bytes` : "Bytes"),
  ...SIZES.map((size) => size ? `${size}bits` : "Bits"),
];

/** The names of all units. */
export const UNITS: ReadonlySet<string> = new Set([
  "Seconds",
  "Microseconds",
  "Milliseconds",
  ...AMOUNTS,
  "Percent",
  "Count",
  ...AMOUNTS.map((amount) => `${amount}/Second`),
  "Count/Second",
  "None",
]);
