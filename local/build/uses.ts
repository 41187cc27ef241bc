// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { BundledModule } from "./source.ts";

/** Something outside the program that it reaches for. */
export interface Use {
  /** The kind of permission that it takes. */
  kind: string;
  /** What it is: a variable, `host:port`, a path; all of the kind if left out. */
  value?: string;
  /** Where it is written. */
  at?: string;
}

const TEXT = String.raw`\(\s*["'\x60]([^"'\x60$\\]+)["'\x60]\s*[,)]`;

const VARIABLES = [
  new RegExp(String.raw`\bDeno\.env\.(?:get|has)${TEXT}`, "g"),
  /\bprocess\.env\.([A-Za-z_]\w*)/g,
  /\bprocess\.env\[["']([^"']+)["']\]/g,
];

const URLS = [
  new RegExp(String.raw`\bfetch${TEXT}`, "g"),
  new RegExp(String.raw`\bnew (?:URL|Request|WebSocket)${TEXT}`, "g"),
];

const READING = new RegExp(
  String
    .raw`\b(?:readTextFile|readFile|readDir|open|stat|lstat)(?:Sync)?${TEXT}`,
  "g",
);

const WRITING = new RegExp(
  String.raw`\b(?:writeTextFile|writeFile|mkdir)(?:Sync)?${TEXT}`,
  "g",
);

/** Files that a module names by their places beside it. */
const BESIDE = new RegExp(
  String.raw`\bnew URL${TEXT}\s*import\.meta\.url\s*\)`,
  "g",
);

const PORTS: Record<string, string> = {
  "https:": "443",
  "wss:": "443",
  "http:": "80",
  "ws:": "80",
};

/** Finds what a module reaches for by names that are written in it. */
export function findUses({ path, text }: BundledModule): Use[] {
  const code = withoutComments(text);
  const find = (kind: string, patterns: RegExp[]) =>
    patterns.flatMap((pattern) =>
      [...code.matchAll(pattern)].map(([, value]) => ({
        kind,
        value,
        at: path,
      }))
    );
  return [
    ...find("env", VARIABLES),
    ...find("net", URLS).flatMap((use) => {
      const value = toHost(use.value);
      return value === undefined ? [] : [{ ...use, value }];
    }),
    ...find("read", [READING]).filter(({ value }) => isPathText(value)),
    ...find("write", [WRITING]).filter(({ value }) => isPathText(value)),
  ];
}

/** Finds the files that a module names by their places beside it. */
export function findFilesBeside({ path, text }: BundledModule): string[] {
  return [...withoutComments(text).matchAll(BESIDE)].map(([, file]) =>
    decodeURIComponent(new URL(file, `file:///${path}`).pathname.slice(1))
  );
}

/** The host and port of a URL; undefined where there is none. */
export function toHost(text: string): string | undefined {
  const url = URL.parse(text);
  const port = PORTS[url?.protocol ?? ""];
  if (!url || port === undefined) return undefined;
  return `${url.hostname}:${url.port || port}`;
}

function isPathText(value: string): boolean {
  return !/^[a-z][a-z0-9+.-]+:/i.test(value) && !value.includes("\n");
}

/** Blanks comments, and leaves what looks like one within a text. */
function withoutComments(text: string): string {
  return text.replace(
    /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|\/\/.*|\/\*[^]*?\*\//g,
    (part) => part.startsWith("/") ? "" : part,
  );
}
