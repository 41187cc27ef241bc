// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Result } from "./rounds.ts";
import { findResult, QUANTITIES, type Quantity, summarize } from "./summary.ts";

/** What is compared, of two clients in one scenario. */
interface Goal {
  title: string;
  of: string;
  with: string;
  quantity: Quantity;
  bytes: number;
  hasQuota: boolean;
  /** How two medians are compared; the first divided by the second if missing. */
  compare?(one: number, other: number): number;
  limit: number;
  isAtLeast?: boolean;
  unit?: string;
}

const SMALL = 64;
const LARGE = 1024 ** 2;
const SOCKET = "bundle_socket";
const FETCH = "bundle_fetch";
const { firstNext, p50, perSecond, processor } = QUANTITIES;

const GOALS: Goal[] = [
  {
    title: "p50, socket ÷ Rust",
    ...{ of: SOCKET, with: "rust", quantity: p50, limit: 0.9 },
    ...{ bytes: SMALL, hasQuota: false },
  },
  {
    title: "processor time, socket ÷ fetch",
    ...{ of: SOCKET, with: FETCH, quantity: processor, limit: 1 / 3 },
    ...{ bytes: SMALL, hasQuota: false },
  },
  {
    title: "invocations a second under the quota, socket ÷ Rust",
    ...{ of: SOCKET, with: "rust", quantity: perSecond, limit: 1.2 },
    ...{ bytes: SMALL, hasQuota: true, isAtLeast: true },
  },
  {
    title: "invocations a second under the quota, socket ÷ Node.js",
    ...{ of: SOCKET, with: "node", quantity: perSecond, limit: 2 },
    ...{ bytes: SMALL, hasQuota: true, isAtLeast: true },
  },
  {
    title: "p50 of 1 MiB events, socket ÷ Python",
    ...{ of: SOCKET, with: "python", quantity: p50, limit: 0.6 },
    ...{ bytes: LARGE, hasQuota: false },
  },
  {
    title: "first `next`, fetch − socket",
    ...{ of: FETCH, with: SOCKET, quantity: firstNext, limit: 6, unit: " ms" },
    ...{ bytes: SMALL, hasQuota: false, isAtLeast: true },
    compare: (fetch, socket) => fetch - socket,
  },
  {
    title: "p50, fetch ÷ bare `fetch` loop",
    ...{ of: "plain_fetch", with: "bare_fetch", quantity: p50, limit: 1.05 },
    ...{ bytes: SMALL, hasQuota: false },
  },
  {
    title: "processor time, fetch ÷ bare `fetch` loop",
    ...{ of: "plain_fetch", with: "bare_fetch", quantity: processor },
    ...{ bytes: SMALL, hasQuota: false, limit: 1.08 },
  },
];

/** The goals of this package whose clients were measured, as a table. */
export function goalsTable(results: Result[]): string {
  const rows = GOALS.flatMap((goal) => {
    const result = findResult(results, goal);
    const one = summarize(result, goal.of, goal.quantity);
    const other = summarize(result, goal.with, goal.quantity);
    if (!one || !other) return [];
    return [toRow(goal, one.median, other.median)];
  });
  if (rows.length === 0) return "";
  return [
    "| Medians compared | Goal | Found | Reached |",
    "| --- | ---: | ---: | --- |",
    ...rows,
    "",
  ].join("\n");
}

function toRow(goal: Goal, one: number, other: number): string {
  const { title, limit, isAtLeast, unit = "", compare } = goal;
  const found = compare ? compare(one, other) : one / other;
  const isReached = isAtLeast ? found >= limit : found <= limit;
  const bound = isAtLeast ? "at least" : "at most";
  return `| ${title} | ${bound} ${format(limit)}${unit} | ${
    format(found)
  }${unit} | ${isReached ? "yes" : "no"} |`;
}

function format(value: number): string {
  return Number(value.toFixed(2)).toString();
}
