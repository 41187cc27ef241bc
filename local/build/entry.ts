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

/**
 * A module that type-checks if the handler module exports what can be served.
 * It is never run.
 */
export function checkText(project: Project): string {
  const { exportName, packageName } = project;
  const imports = `import * as handler from ${specifier(project)};
`;
  if (exportName !== undefined) {
    return `import type { Source } from ${JSON.stringify(packageName)};
${imports}
handler.${exportName} satisfies Source;
`;
  }
  return `import type { HandlerModule } from ${JSON.stringify(packageName)};
${imports}
type Exporting<Name extends keyof HandlerModule> = Required<
  Pick<HandlerModule, Name>
>;
type Answering =
  | Exporting<"handleEvent">
  | Exporting<"handler">
  | Exporting<"fetch">;
handler satisfies
  | (Answering & Omit<HandlerModule, "default">)
  | Exporting<"default">;
`;
}

/** The handler as a module in the work folder imports it, in quotes. */
function specifier({ handler }: Pick<Project, "handler">): string {
  if (!isPath(handler)) return JSON.stringify(handler);
  const path = handler.split("/").map(encodeURIComponent).join("/");
  return JSON.stringify(path.startsWith("/") ? path : `../${path}`);
}
