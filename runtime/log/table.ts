// Copyright 2026 the Toukon Lambda authors. MIT license.

import { show } from "./format.ts";

const ONE_LINE: Deno.InspectOptions = {
  breakLength: Infinity,
  depth: Infinity,
  iterableLimit: Infinity,
  strAbbreviateSize: Infinity,
};

/** Draws what `console.table` is given; undefined for what has no rows. */
export function drawTable(
  data: unknown,
  columns?: string[],
): string | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const rows = toRows(data);
  const names = columns ?? namesOf(rows);
  const hasValues = rows.some(([, row]) => !isObject(row));
  const header = ["(index)", ...names, ...(hasValues ? ["Values"] : [])];
  const lines = rows.map(([index, row]) => [
    index,
    ...names.map((name) => cellOf(row, name)),
    ...(hasValues ? [isObject(row) ? "" : quote(row)] : []),
  ]);
  return draw(header, lines);
}

function toRows(data: object): [string, unknown][] {
  if (data instanceof Map) {
    return [...data].map(([key, row]) => [show(key), row]);
  }
  const entries = data instanceof Set ? [...data] : data;
  return Object.entries(entries);
}

function namesOf(rows: [string, unknown][]): string[] {
  const names = new Set<string>();
  for (const [, row] of rows) {
    if (!isObject(row)) continue;
    for (const name of Object.keys(row)) names.add(name);
  }
  return [...names];
}

function isObject(row: unknown): row is Record<string, unknown> {
  return typeof row === "object" && row !== null;
}

function cellOf(row: unknown, name: string): string {
  return isObject(row) && Object.hasOwn(row, name) ? quote(row[name]) : "";
}

function quote(cell: unknown): string {
  return typeof cell === "string" ? JSON.stringify(cell) : show(cell, ONE_LINE);
}

function draw(header: string[], lines: string[][]): string {
  const widths = header.map((_, column) =>
    Math.max(...[header, ...lines].map((line) => widthOf(line[column])))
  );
  const rule = (left: string, middle: string, right: string) =>
    left + widths.map((width) => "─".repeat(width + 2)).join(middle) + right;
  const toLine = (cells: string[]) => {
    const padded = cells.map((cell, column) =>
      ` ${cell}${" ".repeat(widths[column] - widthOf(cell))} `
    );
    return `│${padded.join("│")}│`;
  };
  return [
    rule("┌", "┬", "┐"),
    toLine(header),
    rule("├", "┼", "┤"),
    ...lines.map(toLine),
    rule("└", "┴", "┘"),
  ].join("\n");
}

/** Counts what East Asian scripts and emoji take as two. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += character >= "\u2e80" ? 2 : 1;
  return width;
}
