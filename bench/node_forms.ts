// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { BuildProject } from "../tests/support/build_project.ts";
import type { Form } from "./first_next.ts";

/**
 * Imports a handler and asks for an invocation, with nothing but what Node.js
 * has too, and what the AWS SDK loads in any case.
 */
const NEXT = `import { get } from "node:http";
import process from "node:process";
import { handleEvent } from "./handler.ts";

if (typeof handleEvent !== "function") throw new TypeError("No handler");
const { AWS_LAMBDA_RUNTIME_API: api } = process.env;
get("http://" + api + "/2018-06-01/runtime/invocation/next", (it) => it.resume());
`;

const NODE_VERSION = nodeVersion();
/** The name of the form that Node.js runs. */
export const NODE: string =
  `Node.js ${NODE_VERSION}, the same handler in one file`;

/** One file with the handler and a request, in both runtimes. */
export async function nodeForms(project: BuildProject): Promise<Form[]> {
  if (NODE_VERSION === undefined) {
    console.error("Node.js is left out: there is none here");
    return [];
  }
  project.write("next.ts", NEXT);
  const output = "next.mjs";
  const { code, stderr } = await project.deno([
    ...["bundle", "--quiet", "--platform=deno"],
    ...[`--output=${output}`, "next.ts"],
  ]);
  if (code !== 0) throw new Error(`Cannot bundle: ${stderr}`);
  const { directory } = project;
  return [
    { name: NODE, command: "node", args: [output], directory },
    {
      name: "Deno, that file, code cache",
      command: Deno.execPath(),
      args: ["run", "--quiet", "--no-config", "-A", output],
      directory,
    },
  ];
}

/** The version of Node.js; undefined where there is none. */
function nodeVersion(): string | undefined {
  try {
    const { stdout } = new Deno.Command("node", { args: ["--version"] })
      .outputSync();
    return new TextDecoder().decode(stdout).trim().slice(1);
  } catch {
    return undefined;
  }
}
