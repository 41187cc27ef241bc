// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Scenario } from "./measure.ts";
import type { Result } from "./rounds.ts";
import { QUANTITIES, type Quantity, summarize } from "./summary.ts";

/** What is asked of a client, mostly beside another in the same scenario. */
interface Goal {
  title: string;
  of: string;
  /** The other client, if there is one. */
  with?: string;
  quantity: Quantity;
  /** The scenarios whose measurements count. */
  counts(scenario: Scenario): boolean;
  /** What is made of two medians; the first divided by the second if missing. */
  compare?(one: number, other: number): number;
  limit: number;
  isAtLeast?: boolean;
  unit?: string;
}

const SOCKET = "bundle_socket";
const FETCH = "bundle_fetch";
const { firstNext, p50, perSecond, processor, resident } = QUANTITIES;

const isSmall = ({ bytes, hasQuota, memoryMb }: Scenario) =>
  bytes === 64 && !hasQuota && memoryMb === 512;
const isLarge = ({ bytes, hasQuota }: Scenario) =>
  bytes === 1024 ** 2 && !hasQuota;
const isUnderQuota = ({ bytes, hasQuota }: Scenario) =>
  bytes === 64 && hasQuota;
// The size of the events has no part in a start.
const isFree = ({ hasQuota }: Scenario) => !hasQuota;
const isForMemory = ({ hasQuota, memoryMb }: Scenario) =>
  !hasQuota && memoryMb === 128;

const GOALS: Goal[] = [
  {
    title: "p50, socket ÷ Rust",
    of: SOCKET,
    with: "rust",
    quantity: p50,
    counts: isSmall,
    limit: 0.9,
  },
  {
    title: "processor time, socket ÷ fetch",
    of: SOCKET,
    with: FETCH,
    quantity: processor,
    counts: isSmall,
    limit: 1 / 3,
  },
  {
    title: "invocations a second under the quota, socket ÷ Rust",
    of: SOCKET,
    with: "rust",
    quantity: perSecond,
    counts: isUnderQuota,
    limit: 1.2,
    isAtLeast: true,
  },
  {
    title: "invocations a second under the quota, socket ÷ Node.js",
    of: SOCKET,
    with: "node",
    quantity: perSecond,
    counts: isUnderQuota,
    limit: 2,
    isAtLeast: true,
  },
  {
    title: "p50 of 1 MiB events, socket ÷ Python",
    of: SOCKET,
    with: "python",
    quantity: p50,
    counts: isLarge,
    limit: 0.6,
  },
  {
    title: "first `next` at all sizes, fetch − socket",
    of: FETCH,
    with: SOCKET,
    quantity: firstNext,
    counts: isFree,
    limit: 6,
    unit: " ms",
    isAtLeast: true,
    compare: (fetch, socket) => fetch - socket,
  },
  {
    title: "p50, fetch ÷ bare `fetch` loop",
    of: "plain_fetch",
    with: "bare_fetch",
    quantity: p50,
    counts: isSmall,
    limit: 1.05,
  },
  {
    title: "processor time, fetch ÷ bare `fetch` loop",
    of: "plain_fetch",
    with: "bare_fetch",
    quantity: processor,
    counts: isSmall,
    limit: 1.08,
  },
  {
    title: "resident after 100,000 invocations, socket",
    of: SOCKET,
    quantity: resident,
    counts: isForMemory,
    limit: 48,
    unit: " MB",
  },
];

/** The goals of this package whose clients were measured, as a table. */
export function goalsTable(results: Result[]): string {
  const rows = GOALS.flatMap((goal) => {
    const found = find(goal, results);
    return found === undefined ? [] : [toRow(goal, found)];
  });
  if (rows.length === 0) return "";
  return [
    "| Medians compared | Goal | Found | Reached |",
    "| --- | ---: | ---: | --- |",
    ...rows,
  ].join("\n");
}

/** What was found for a goal; undefined where it was not measured. */
function find(goal: Goal, results: Result[]): number | undefined {
  const { quantity, compare = (one, other) => one / other } = goal;
  const counting = results.filter(({ scenario }) => goal.counts(scenario));
  const one = summarize(counting, goal.of, quantity)?.median;
  if (goal.with === undefined || one === undefined) return one;
  const other = summarize(counting, goal.with, quantity)?.median;
  return other === undefined ? undefined : compare(one, other);
}

function toRow(
  { title, limit, isAtLeast, unit = "" }: Goal,
  found: number,
): string {
  const isReached = isAtLeast ? found >= limit : found <= limit;
  const bound = `${isAtLeast ? "at least" : "at most"} ${format(limit)}${unit}`;
  return `| ${title} | ${bound} | ${format(found)}${unit} | ${
    isReached ? "yes" : "no"
  } |`;
}

function format(value: number): string {
  return Number(value.toFixed(2)).toString();
}
