// Copyright 2026 the Toukon Lambda authors. MIT license.

import { isPath, type Project } from "./project.ts";

/** The folder in the project that a build works in, removed at its end. */
export const WORK_FOLDER = ".toukon_build";

/** The program: what is compiled or bundled. It is in the work folder. */
export function entryText(project: Project): string {
  const { packageName, lambda, config: { isolation } } = project;
  const load = `import(${specifier(project)})`;
  const config = `config: ${JSON.stringify(lambda)}`;
  // A worker does not wait: Deno keeps what it has loaded if it ends before its
  // program has run.
  const call = isolation === "worker"
    ? `serve({ load: () => ${load}, ${config} })`
    : `await serve(${load}, { ${config} })`;
  return `import { serve } from ${JSON.stringify(packageName)};
${call};
`;
}

/**
 * A module that type-checks if the handler module exports what can be served.
 * It is never run.
 */
export function checkText(project: Project): string {
  return `import type { HandlerModule } from ${
    JSON.stringify(project.packageName)
  };
import * as handler from ${specifier(project)};

type Exporting<Name extends keyof HandlerModule> = Required<
  Pick<HandlerModule, Name>
>;
type Behaviour =
  & (Exporting<"handleEvent"> | Exporting<"handler">)
  & Omit<HandlerModule, "default">;
handler satisfies Behaviour | Exporting<"default">;
`;
}

/** The handler as a module in the work folder imports it, in quotes. */
function specifier({ handler }: Project): string {
  if (!isPath(handler)) return JSON.stringify(handler);
  const path = handler.split("/").map(encodeURIComponent).join("/");
  return JSON.stringify(path.startsWith("/") ? path : `../${path}`);
}
