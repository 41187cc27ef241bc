// Copyright 2026 the Toukon Lambda authors. MIT license.

import { SOURCES } from "./sources.ts";

/** The table of the events: each name, what it is, and what can be set. */
export function listText(): string {
  const rows = Object.entries(SOURCES);
  const longest = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, { title, options }]) =>
    `${name.padEnd(longest)}  ${title}\n${" ".repeat(longest)}  ${
      options.map((option) => `--${option}`).join(" ")
    }`
  ).join("\n");
}
