// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { BuildProject } from "../../support/build_project.ts";
import { Child } from "../../support/child.ts";
import { RuntimeApiServer } from "../../support/runtime_api.ts";

const PAGE = new URL("../../../docs/custom_runtime.md", import.meta.url);

/** What Lambda takes, in bytes. */
const MOST_ZIPPED = 50 * 1024 * 1024;
const MOST_UNZIPPED = 250 * 1024 * 1024;

const HANDLER = `export function handleEvent({ name }: { name: string }) {
  return { name, deno: Deno.execPath() };
}
`;

/** The commands of the page that need no AWS, in order. */
function commands(): string {
  return [...Deno.readTextFileSync(PAGE).matchAll(/^```sh\n([^]*?)^```$/gm)]
    .map(([, text]) => text).join("");
}

/** Whether the machine has a program. */
function has(program: string): boolean {
  const { success } = new Deno.Command("sh", {
    args: ["-c", `command -v ${program}`],
    stdout: "null",
  }).outputSync();
  return success;
}

/** What is in a zip: names, and modes as `ls` writes them. */
async function listZip(path: string): Promise<Record<string, string>> {
  const { stdout } = await new Deno.Command("unzip", { args: ["-Z", path] })
    .output();
  const lines = new TextDecoder().decode(stdout).split("\n");
  return Object.fromEntries(lines.flatMap((line) => {
    const [, mode, name] = /^([-dl][rwx-]{9}) .* (\S+)$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, mode]];
  }));
}

function bytesIn(folder: string): number {
  return [...Deno.readDirSync(folder)].reduce((sum, { name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return sum + (isDirectory ? bytesIn(path) : Deno.statSync(path).size);
  }, 0);
}

/** A project in which the commands of the page have been run. */
async function makeLayer(): Promise<BuildProject> {
  const project = new BuildProject({
    handler: HANDLER,
    config: {
      tasks: {
        build: "deno run --quiet --no-prompt -P=build @toukon/lambda/build",
      },
    },
  });
  const { success, stderr } = await new Deno.Command("sh", {
    args: ["-euc", commands()],
    cwd: project.directory,
    env: { INIT_CWD: "", DENO_NO_UPDATE_CHECK: "1" },
    stdout: "null",
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return project;
}

/** Where the unpacked function runs: as on Lambda, with the layer's Deno first. */
function optionsOf({ directory }: BuildProject): Deno.CommandOptions {
  return {
    cwd: `${directory}/try/task`,
    env: {
      PATH: `${directory}/try/opt/bin:/usr/bin:/bin`,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
    },
    clearEnv: true,
  };
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Waits until a program listens, which the emulator does not tell. */
async function untilListening(port: number, program: Child): Promise<void> {
  let isLost = false;
  program.lost.catch(() => isLost = true);
  while (!isLost) {
    try {
      return (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
    }
  }
  return await program.lost;
}

const MISSING = ["zip", "unzip"].filter((program) => !has(program));
const EMULATOR = "aws-lambda-rie";

Deno.test({
  name: MISSING.length === 0
    ? "a bundle over a layer with Deno is what Lambda takes, and answers when unpacked"
    : `a bundle over a layer with Deno is not tried: ${
      MISSING.join(" and ")
    } cannot be found`,
  ignore: MISSING.length > 0,
  async fn() {
    using project = await makeLayer();
    const { directory } = project;

    const layer = await listZip(`${directory}/deno.zip`);
    assertEquals(layer, { "bin/": "drwxr-xr-x", "bin/deno": "-rwxr-xr-x" });
    const files = await listZip(`${directory}/function.zip`);
    assertEquals(files["bootstrap"], "-rwxr-xr-x");
    // Whoever Lambda runs it as has to read all of it, the cache above all.
    for (const [name, mode] of Object.entries(files)) {
      assertEquals(mode.slice(7, 8), "r", `${name} is ${mode}`);
    }
    assert("deno_dir/v8_code_cache_v2-wal" in files);
    assert("deno_dir/v8_code_cache_v2-shm" in files);
    for (const name of ["deno.zip", "function.zip"]) {
      assert(Deno.statSync(`${directory}/${name}`).size <= MOST_ZIPPED, name);
    }
    assert(bytesIn(`${directory}/try`) <= MOST_UNZIPPED);

    await using api = new RuntimeApiServer();
    const options = optionsOf(project);
    await using child = new Child("./bootstrap", {
      ...options,
      env: { ...options.env, AWS_LAMBDA_RUNTIME_API: api.address },
    });
    api.serveTo(child);
    const { text } = await api.invoke({ id: "1", body: `{"name":"layer"}` });
    assertEquals(JSON.parse(text), {
      name: "layer",
      deno: `${directory}/try/opt/bin/deno`,
    });
  },
});

Deno.test({
  name: has(EMULATOR)
    ? "a bundle over a layer with Deno answers under AWS's emulator"
    : `a bundle over a layer with Deno is not tried under AWS's emulator: ${EMULATOR} cannot be found`,
  ignore: MISSING.length > 0 || !has(EMULATOR),
  async fn() {
    using project = await makeLayer();
    const [port, apiPort] = [freePort(), freePort()];
    const { cwd, env, clearEnv } = optionsOf(project);
    await using emulator = new Child(EMULATOR, {
      cwd,
      env: { ...env, PATH: `${env!.PATH}:${Deno.env.get("PATH")}` },
      clearEnv,
      args: [
        `--runtime-interface-emulator-address=127.0.0.1:${port}`,
        `--runtime-api-address=127.0.0.1:${apiPort}`,
        "./bootstrap",
      ],
    });
    await untilListening(port, emulator);
    const response = await emulator.unlessLost(fetch(
      `http://127.0.0.1:${port}/2015-03-31/functions/function/invocations`,
      { method: "POST", body: `{"name":"emulator"}` },
    ));
    assertEquals(await response.json(), {
      name: "emulator",
      deno: `${project.directory}/try/opt/bin/deno`,
    });
    // Killed, it would leave the function behind.
    emulator.kill("SIGTERM");
    await emulator.ended();
  },
});
