// Copyright 2026 the Toukon Lambda authors. MIT license.

import { show } from "./format.ts";

const INDEX = "(idx)";
const VALUES = "Values";

/**
 * Draws rows as `console.table` does.
 *
 * @returns The table, or undefined of a value that has no rows.
 */
export function toTable(
  data: unknown,
  columns?: string[],
): string | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const rows = rowsOf(data);
  const names = columns ??
    [...new Set(rows.flatMap(([, row]) => isRow(row) ? Object.keys(row) : []))];
  const hasValues = columns === undefined &&
    rows.some(([, row]) => !isRow(row));
  const head = [INDEX, ...names, ...(hasValues ? [VALUES] : [])];
  const body = rows.map(([index, row]) => [
    index,
    ...names.map((name) =>
      isRow(row) && Object.hasOwn(row, name) ? show(row[name]) : ""
    ),
    ...(hasValues ? [isRow(row) ? "" : show(row)] : []),
  ]);
  return draw([head, ...body]);
}

function rowsOf(data: object): [index: string, row: unknown][] {
  if (data instanceof Map) {
    return Array.from(data, ([key, value]) => [show(key), value]);
  }
  if (data instanceof Set) {
    return Array.from(data, (value, index) => [String(index), value]);
  }
  return Object.entries(data);
}

function isRow(row: unknown): row is Record<string, unknown> {
  return typeof row === "object" && row !== null;
}

function draw([head, ...body]: string[][]): string {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...body].map((cells) => cells[column].length))
  );
  const line = (left: string, middle: string, right: string) =>
    left + widths.map((width) => "─".repeat(width + 2)).join(middle) + right;
  const row = (cells: string[]) =>
    `│ ${
      cells.map((cell, column) => cell.padEnd(widths[column])).join(" │ ")
    } │`;
  return [
    line("┌", "┬", "┐"),
    row(head),
    line("├", "┼", "┤"),
    ...body.map(row),
    line("└", "┴", "┘"),
  ].join("\n");
}
