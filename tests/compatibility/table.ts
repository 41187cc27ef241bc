// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Case } from "./case.ts";

/** What has come of a case. */
export interface Row {
  name: string;
  /** As in `npm:zod@4.0.0`. */
  packages: string[];
  /** Left out where the handler cannot be imported. */
  case?: Case;
  /** What is wrong with the plain run, if something is. */
  plain?: string;
  /** What is wrong with the bundle, if something is. */
  bundle?: string;
  /** What is not as the case says. */
  problem?: string;
}

/** The text of docs/compatibility.md. */
export function tableText(rows: Row[]): string {
  const works = rows.filter((row) => !row.case?.cannot);
  const cannot = rows.filter((row) => row.case?.cannot);
  return `# npm packages that were tried

_[日本語](ja/compatibility.md)_

Each of these packages is in a handler of its own, in
\`tests/compatibility/handlers/\`, which answers a real invocation of a Runtime
API: as a program that \`deno run\` runs, and as the bundle that
\`deno task build --bundle\` makes. The answer is compared with the one that the
handler's file expects. \`deno task compatibility\` does all of it and writes this
page; it was last written with Deno ${Deno.version.deno}.

Every handler has the permissions \`"env": true\`, \`"sys": true\`,
\`"read": true\` and \`"net": ["127.0.0.1"]\`, and none that the note does not name.

| Packages | Plain run | Bundle | What was invoked | Note |
| --- | --- | --- | --- | --- |
${works.map(toLine).join("\n")}

## What a bundle cannot hold

| Packages | Plain run | Bundle | What was invoked | Why |
| --- | --- | --- | --- | --- |
${cannot.map(toLine).join("\n")}
`;
}

function toLine(row: Row): string {
  const { packages, case: it, plain, bundle, problem } = row;
  const cells = [
    packages.filter((name) => !name.includes("@types/"))
      .map((name) => `\`${name.replace("npm:", "")}\``).join(", "),
    it && !plain ? "works" : "fails",
    it && !bundle ? "works" : "fails",
    it?.invoked ?? "",
    it?.cannot?.reason ?? it?.note ?? (problem ? firstLine(problem) : ""),
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0].replaceAll(/[`<>]/g, "").slice(0, 120);
}
