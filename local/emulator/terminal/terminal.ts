// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Happening } from "../happenings.ts";
import type { Style } from "./style.ts";

/** What the first screen says. */
export interface ScreenFacts {
  name: string;
  /** Where SDKs invoke the function. */
  endpoint: string;
  /** Where HTTP requests go. */
  url: string;
  /** What an HTTP request is delivered as. */
  ingress: string;
  handler: string;
  permissions: string;
  /** Further lines, such as the queue that is polled. */
  more: readonly (readonly [label: string, text: string])[];
  hasKeys: boolean;
}

/** The first screen. */
export function firstScreen(facts: ScreenFacts, style: Style): string {
  const rows: (readonly [string, string])[] = [
    [
      "SDKs",
      `${facts.endpoint}   aws lambda invoke --endpoint-url ${facts.endpoint} --function-name ${facts.name} /dev/stdout`,
    ],
    ["HTTP", `${facts.url}   as ${facts.ingress} delivers it`],
    ["watched", `${facts.handler} and what it imports`],
    ["permissions", facts.permissions],
    ...facts.more,
    ...(facts.hasKeys
      ? [["keys", "r restart   i invoke again   q quit"] as const]
      : []),
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  const lines = rows.map(([label, text]) =>
    `  ${style.dim(label.padEnd(width))}  ${text}`
  );
  return `${style.bold(facts.name)} on this machine\n\n${lines.join("\n")}\n\n`;
}

/** Writes what happens as lines, or nothing. */
export function toLines(happening: Happening, style: Style): string {
  switch (happening.type) {
    case "ready":
      return `${style.green("ready")} after ${
        happening.initMs.toFixed(0)
      } ms\n`;
    case "changed":
      return `${style.yellow("changed")} ${happening.paths.join(", ")}\n`;
    case "problem":
      return `${style.red("problem")} ${happening.problem}\n`;
    case "answered":
      return happening.errorType === undefined
        ? ""
        : `${style.red("failed")} ${happening.errorType}\n`;
    case "log":
      if (happening.source === "function") return happening.text;
      return happening.source === "platform"
        ? byLine(happening.text, style.dim)
        : byLine(happening.text, style.yellow);
    default:
      return "";
  }
}

function byLine(text: string, paint: (line: string) => string): string {
  return text.split("\n").map((line) => line === "" ? "" : paint(line))
    .join("\n");
}
