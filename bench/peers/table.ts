// Copyright 2026 the Toukon Lambda authors. MIT license.

import { SOURCES } from "./clients.ts";
import { goalsTable } from "./goals.ts";
import { type Result, scenarioTitle } from "./rounds.ts";
import {
  QUANTITIES,
  type Quantity,
  summarize,
  type Summary,
} from "./summary.ts";

/** What the page tells beside what was measured. */
export interface PageFacts {
  /** The command that was run. */
  command: string;
  /** The core that server and client shared; "-" for any. */
  core: string;
  date: string;
  machine: string;
  rounds: number;
  /** What each client consists of, by its name. */
  versions: Map<string, string>;
  /** Why something is not measured, by its title. */
  leftOut: Map<string, string>;
  /** The name of the plot's file beside the page, if there is one. */
  plot: string | undefined;
}

const {
  firstNext,
  firstNextProcessor,
  p50,
  p90,
  p99,
  perSecond,
  peak,
  processor,
  resident,
} = QUANTITIES;

/** The columns of a table, and which of them show their spread. */
const COLUMNS: [Quantity, boolean][] = [
  [firstNext, true],
  [firstNextProcessor, false],
  [p50, true],
  [p90, false],
  [p99, false],
  [processor, true],
  [perSecond, true],
  [resident, false],
  [peak, false],
];

/** The whole page, in Markdown. */
export function pageText(
  title: string,
  results: Result[],
  facts: PageFacts,
): string {
  return [
    `# ${title}`,
    introduction(facts),
    ...facts.plot ? [`![The medians as bars](${facts.plot})`] : [],
    ...results.flatMap((result) => [
      `## ${scenarioTitle(result.scenario)}`,
      description(result),
      resultTable(result),
    ]),
    goalsSection(results),
    leftOutSection(facts),
    "## Versions",
    [...facts.versions].map(([name, version]) =>
      `- ${titleOf(name)}: ${version}`
    ).join("\n"),
  ].filter(Boolean).join("\n\n") + "\n";
}

/** The table of one scenario, in Markdown. */
export function resultTable(result: Result): string {
  const titles = COLUMNS.map(([{ title, unit }]) => `${title} (${unit})`);
  const names = [...result.measurements.keys()];
  return [
    `| client | ${titles.join(" | ")} |`,
    `| --- |${" ---: |".repeat(COLUMNS.length)}`,
    ...names.map((name) => {
      const cells = COLUMNS.map(([quantity, hasSpread]) => {
        const summary = summarize([result], name, quantity);
        return summary ? formatSummary(summary, quantity, hasSpread) : "";
      });
      return `| ${titleOf(name)} | ${cells.join(" | ")} |`;
    }),
  ].join("\n");
}

/** How the results call a client. */
export function titleOf(name: string): string {
  return SOURCES.find((source) => source.name === name)?.title ?? name;
}

function introduction(
  { command, core, date, machine, rounds }: PageFacts,
): string {
  return `\`${command}\`, ${date}, on ${machine}.

Each number is the median of ${rounds} ${
    rounds === 1 ? "round" : "rounds"
  }, with the least and the most in parentheses. Every client was measured once a round, in turns, with one Runtime API server in C, which has checked every reply. ${
    core === "-"
      ? "They ran on any core"
      : "Server and client shared one core, since waking another costs many times what the floor does"
  }. Times are from handing out the event to the end of the reply; processor time is that of all threads of the client. An event is an object with a name and one long string, and every handler greets the name.`;
}

function description({ scenario, measurements }: Result): string {
  const { hasQuota, memoryMb, warmUp } = scenario;
  const counts = [...measurements.values()].flat().map(
    ({ invocations }) => invocations,
  );
  const share = hasQuota
    ? " Client and start had 1/14 of a core, in periods of 20 ms."
    : "";
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const count = least === most ? `${least}` : `${least} to ${most}`;
  const before = warmUp === 0 ? "" : ` after ${warmUp} that do not count`;
  return `${count} invocations were measured${before}, in a function of ${memoryMb} MB.${share}`;
}

function goalsSection(results: Result[]): string {
  const table = goalsTable(results);
  return table && `## Goals\n\n${table}`;
}

function leftOutSection({ leftOut }: PageFacts): string {
  if (leftOut.size === 0) return "";
  const items = [...leftOut].map(([title, reason]) =>
    `- ${title}: ${reason.split("\n")[0]}`
  );
  return `## Left out\n\n${items.join("\n")}`;
}

function formatSummary(
  { median, min, max }: Summary,
  { digits }: Quantity,
  hasSpread: boolean,
): string {
  const text = median.toFixed(digits);
  if (!hasSpread || min === max) return text;
  return `${text} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}
