// Copyright 2026 the Toukon Lambda authors. MIT license.

import { isPath, type Project } from "./project.ts";

/** What an entry serves, and how. */
export type Served = Pick<
  Project,
  "config" | "exportName" | "handler" | "lambda" | "packageName"
>;

/** The program: what is compiled or bundled. It is in the work folder. */
export function entryText(project: Served): string {
  const { packageName, exportName, lambda, config: { isolation } } = project;
  const module = `import(${specifier(project)})`;
  const load = exportName === undefined
    ? module
    : `${module}.then((module) => module.${exportName})`;
  const config = `config: ${JSON.stringify(lambda)}`;
  // It does not wait: Deno ends a program without a word whose own await cannot
  // settle any more, and keeps what a worker has loaded whose program waits.
  const call = isolation === "worker"
    ? `serve({ load: () => ${load}, ${config} })`
    : `serve(${load}, { ${config} })`;
  return `import { serve } from ${JSON.stringify(packageName)};
${call};
`;
}

/** A module that has all that the module of the handler exports, and no more. */
export function entryOfHandler(project: Pick<Project, "handler">): string {
  return `export * as handler from ${specifier(project)};\n`;
}

/** What the type check says of a function that waits for a callback. */
export const NO_CALLBACK = "a function without a callback";

/** Tells functions of (event, context, callback) that give no promise. */
const TAKES_CALLBACK = `type TakesCallback<Value> = Value extends
  (...args: infer Args) => infer Reply
  ? 0 extends 1 & Reply ? false
  : [Args["length"], Reply] extends [3, void | undefined] ? true
  : false
  : false;
`;

/**
 * A module that type-checks if the handler module exports what can be served.
 * It is never run.
 */
export function checkText(project: Project): string {
  const { exportName, packageName } = project;
  const type = exportName === undefined ? "HandlerModule" : "Source";
  const value = exportName === undefined ? "handler" : `handler.${exportName}`;
  return `import type { ${type} } from ${JSON.stringify(packageName)};
import * as handler from ${specifier(project)};

${value} satisfies ${type};
${exportName === undefined ? MODULE_CHECK : exportCheck(value)}
${TAKES_CALLBACK}`;
}

/** A module has to export one of the names, and none that takes a callback. */
const MODULE_CHECK = `
type Name = keyof typeof handler &
  ("handleEvent" | "handler" | "fetch" | "default");
type Named = [Name] extends [never]
  ? "handleEvent, handler, fetch or a default"
  : typeof handler;
handler satisfies Named;

type Refused = {
  [Key in Name]: TakesCallback<(typeof handler)[Key]> extends true ? Key : never;
}[Name];
// What is of any type is not known to take one.
handler satisfies 0 extends 1 & Refused ? typeof handler
  : [Refused] extends [never] ? typeof handler
  : ${JSON.stringify(NO_CALLBACK)};
`;

function exportCheck(value: string): string {
  return `
${value} satisfies TakesCallback<typeof ${value}> extends true
  ? ${JSON.stringify(NO_CALLBACK)}
  : typeof ${value};
`;
}

/** The handler as a module in the work folder imports it, in quotes. */
function specifier({ handler }: Pick<Project, "handler">): string {
  if (!isPath(handler)) return JSON.stringify(handler);
  const path = handler.split("/").map(encodeURIComponent).join("/");
  return JSON.stringify(path.startsWith("/") ? path : `../${path}`);
}
