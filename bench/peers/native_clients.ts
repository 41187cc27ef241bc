// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Client, Workshop } from "./clients.ts";
import { LeftOut } from "./left_out.ts";
import { runTool } from "./tool.ts";

const FOLDER = import.meta.dirname!;
const C_FLAGS = ["-std=gnu11", "-O2", "-Wall", "-Wextra"];
const NODE_PACKAGE = "aws-lambda-ric";
const PYTHON_PACKAGE = "awslambdaric";

/** Compiles the server, without which nothing can be measured. */
export async function buildServer(
  { cache, signal }: Workshop,
): Promise<string> {
  const sources = ["main", "client", "invocations", "request"].map((name) =>
    `${FOLDER}/server/${name}.c`
  );
  try {
    return await compile(`${cache}/runtime_api`, sources, signal);
  } catch (error) {
    throw new Error(`Cannot make the server: ${(error as Error).message}`);
  }
}

/** Raw sockets in C. */
export async function floor({ cache, signal }: Workshop): Promise<Client> {
  const source = `${FOLDER}/clients/floor.c`;
  const program = await compile(`${cache}/floor`, [source], signal);
  const [version] = (await runTool(["cc", "--version"])).split("\n");
  return { command: [program], directory: cache, version };
}

/** AWS's client for Rust. */
export async function rust({ cache, signal }: Workshop): Promise<Client> {
  const directory = copySources("rust", cache, [
    "Cargo.toml",
    "src/main.rs",
  ]);
  await make(["cargo", "build", "--release", "--quiet"], {
    directory,
    signal,
  });
  const lock = Deno.readTextFileSync(`${directory}/Cargo.lock`);
  const [, version] = /name = "lambda_runtime"\nversion = "(.*)"/.exec(lock)!;
  const rustc = (await runTool(["rustc", "--version"])).split(" ")[1];
  return {
    command: [`${directory}/target/release/peer`],
    directory,
    version: `lambda_runtime ${version}, Rust ${rustc}`,
  };
}

/** AWS's client for Go, without what only its old managed runtime wants. */
export async function go({ cache, signal }: Workshop): Promise<Client> {
  const directory = copySources("go", cache, ["go.mod", "main.go"]);
  await make(["go", "build", "-mod=mod", "-tags=lambda.norpc", "-o=peer"], {
    directory,
    signal,
  });
  const [, version] = /aws-lambda-go v(.*)/.exec(
    Deno.readTextFileSync(`${directory}/go.mod`),
  )!;
  const [, , compiler] = (await runTool(["go", "version"])).split(" ");
  return {
    command: [`${directory}/peer`],
    directory,
    version: `aws-lambda-go ${version}, Go ${compiler.replace("go", "")}`,
  };
}

/** AWS's client for Node.js, whose native part is compiled when it is installed. */
export async function node({ cache, signal }: Workshop): Promise<Client> {
  const directory = copySources("node", cache, ["index.mjs"]);
  const folder = `${directory}/node_modules/${NODE_PACKAGE}`;
  if (!exists(`${folder}/rapid-client.node`)) {
    Deno.writeTextFileSync(`${directory}/package.json`, "{}\n");
    await make(["npm", "install", "--no-audit", `${NODE_PACKAGE}@4`], {
      directory,
      signal,
    });
  }
  const { version } = JSON.parse(
    Deno.readTextFileSync(`${folder}/package.json`),
  );
  const engine = (await runTool(["node", "--version"])).trim().slice(1);
  return {
    command: ["node", `${folder}/index.mjs`, "index.handler"],
    directory,
    env: { _HANDLER: "index.handler" },
    version: `${NODE_PACKAGE} ${version}, Node.js ${engine}`,
  };
}

/** AWS's client for Python. */
export async function python({ cache, signal }: Workshop): Promise<Client> {
  const directory = copySources("python", cache, ["app.py"]);
  const program = `${directory}/venv/bin/python`;
  const isInstalled = async () =>
    await runTool([program, "-m", "pip", "show", PYTHON_PACKAGE], { signal });
  let shown = await isInstalled().catch(() => undefined);
  if (shown === undefined) {
    await make(["python3", "-m", "venv", "venv"], { directory, signal });
    await make([program, "-m", "pip", "install", "--quiet", PYTHON_PACKAGE], {
      directory,
      signal,
    });
    shown = await isInstalled();
  }
  const [, version] = /^Version: (.*)$/m.exec(shown)!;
  const [, interpreter] = (await runTool([program, "--version"])).split(" ");
  return {
    command: [program, "-m", PYTHON_PACKAGE, "app.handler"],
    directory,
    version: `${PYTHON_PACKAGE} ${version}, Python ${interpreter.trim()}`,
  };
}

async function compile(
  program: string,
  sources: string[],
  signal: AbortSignal,
): Promise<string> {
  // Another run may be using the one that is there.
  const fresh = `${program}.${Deno.pid}`;
  await make(["cc", ...C_FLAGS, "-o", fresh, ...sources], { signal });
  Deno.renameSync(fresh, program);
  return program;
}

/** Runs what may fail for what this machine lacks. */
async function make(
  command: string[],
  options: { directory?: string; signal: AbortSignal },
): Promise<void> {
  try {
    await runTool(command, options);
  } catch (error) {
    options.signal.throwIfAborted();
    throw new LeftOut((error as Error).message);
  }
}

/**
 * Lays sources where building may leave what it likes. What is there already
 * keeps its time, so that it is not built again.
 */
function copySources(name: string, cache: string, files: string[]): string {
  const directory = `${cache}/${name}`;
  Deno.mkdirSync(`${directory}/src`, { recursive: true });
  for (const file of files) {
    const text = Deno.readTextFileSync(`${FOLDER}/clients/${name}/${file}`);
    const copy = `${directory}/${file}`;
    if (exists(copy) && Deno.readTextFileSync(copy) === text) continue;
    Deno.writeTextFileSync(copy, text);
  }
  return directory;
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
