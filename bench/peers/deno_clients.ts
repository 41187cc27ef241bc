// Copyright 2026 the Toukon Lambda authors. MIT license.

import { KEYS } from "../../runtime/config_keys.ts";
import { VERSION } from "../../runtime/version.ts";
import { BuildProject } from "../../tests/support/build_project.ts";
import type { Client, Workshop } from "./clients.ts";
import { LeftOut } from "./left_out.ts";

/** What `lambda.transport` may be. */
export type Transport = "fetch" | "socket";

/** What deno.json says of a function of this package. */
export interface Project {
  transport: Transport;
  isolation: "none" | "worker";
}

const DENO = Deno.execPath();
const DENO_VERSION = `Deno ${Deno.version.deno}`;
const OUR_VERSION = `@toukon/lambda ${VERSION}, ${DENO_VERSION}`;
const HANDLER = new URL("clients/handler.ts", import.meta.url);

/** The function as modules. */
export function plain(
  { stack }: Workshop,
  project: Project,
): Promise<Client> {
  const { directory } = stack.use(makeProject(project));
  return Promise.resolve({
    command: [DENO, "run", "--quiet", "-A", "main.ts"],
    directory,
    version: OUR_VERSION,
  });
}

/** The function as `deno task build --bundle` makes it. */
export async function bundle(
  { stack }: Workshop,
  project: Project,
): Promise<Client> {
  const folder = stack.use(makeProject(project));
  const { code, stderr } = await folder.build(["--bundle"]);
  if (code !== 0) throw new Error(`Cannot build the bundle: ${stderr}`);
  const directory = `${folder.directory}/dist`;
  // The script looks for Deno there.
  const PATH = `${DENO.slice(0, DENO.lastIndexOf("/"))}:${
    Deno.env.get("PATH")
  }`;
  return {
    command: [`${directory}/bootstrap`],
    directory,
    env: { PATH },
    version: OUR_VERSION,
  };
}

/** The least over native `fetch`. */
export function bareFetch(): Promise<Client> {
  return bare("../bare_loop.ts");
}

/** The least over a connection of `Deno.connect`. */
export function bareConnect(): Promise<Client> {
  return bare("clients/bare_connect.ts");
}

function makeProject({ transport, isolation }: Project): BuildProject {
  const knowsTransport = "lambda.transport" in KEYS;
  if (!knowsTransport && transport !== "fetch") {
    throw new LeftOut(`this runtime does not know "lambda.transport"`);
  }
  const project = new BuildProject({
    handler: Deno.readTextFileSync(HANDLER),
    config: {
      lambda: {
        handler: "./handler.ts",
        isolation,
        ...knowsTransport && { transport },
      },
    },
  });
  project.write(
    "main.ts",
    `import { serve } from "@toukon/lambda";\n\nawait serve();\n`,
  );
  return project;
}

function bare(module: string): Promise<Client> {
  const path = new URL(module, import.meta.url).pathname;
  return Promise.resolve({
    command: [DENO, "run", "--quiet", "-A", path],
    directory: import.meta.dirname!,
    version: DENO_VERSION,
  });
}
