// Copyright 2026 the Toukon Lambda authors. MIT license.

import { median } from "../median.ts";
import type { Measurement } from "./measure.ts";
import type { Result } from "./rounds.ts";

/** The median over the rounds, and the least and the most. */
export interface Summary {
  median: number;
  min: number;
  max: number;
}

/** Something that the results tell of each client. */
export interface Quantity {
  title: string;
  unit: string;
  digits: number;
  of(measurement: Measurement): number;
}

/** Every quantity, by its name. */
export const QUANTITIES = {
  firstNext: {
    title: "first `next`",
    unit: "ms",
    digits: 1,
    of: ({ firstNextMs }) => firstNextMs,
  },
  firstNextProcessor: {
    title: "processor time until then",
    unit: "ms",
    digits: 1,
    of: ({ firstNextProcessorMs }) => firstNextProcessorMs,
  },
  p50: { title: "p50", unit: "µs", digits: 0, of: ({ p50Us }) => p50Us },
  p90: { title: "p90", unit: "µs", digits: 0, of: ({ p90Us }) => p90Us },
  p99: { title: "p99", unit: "µs", digits: 0, of: ({ p99Us }) => p99Us },
  processor: {
    title: "processor time an invocation",
    unit: "µs",
    digits: 0,
    of: ({ processorUs }) => processorUs,
  },
  perSecond: {
    title: "invocations",
    unit: "a second",
    digits: 0,
    of: ({ perSecond }) => perSecond,
  },
  resident: {
    title: "resident",
    unit: "MB",
    digits: 1,
    of: ({ residentKib }) => toMegabytes(residentKib),
  },
  peak: {
    title: "most ever resident",
    unit: "MB",
    digits: 1,
    of: ({ peakKib }) => toMegabytes(peakKib),
  },
} satisfies Record<string, Quantity>;

/** Sums up what a client was measured with; undefined where it was not. */
export function summarize(
  results: Result[],
  client: string,
  quantity: Quantity,
): Summary | undefined {
  const values = results.flatMap(({ measurements }) =>
    measurements.get(client)?.map(quantity.of) ?? []
  );
  if (values.length === 0) return undefined;
  return {
    median: median(values),
    min: Math.min(...values),
    max: Math.max(...values),
  };
}

/** Megabytes as Lambda counts them. */
function toMegabytes(kib: number): number {
  return kib / 1024;
}
