// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { BuildProject } from "../support/build_project.ts";
import { Child } from "../support/child.ts";
import { RuntimeApiServer } from "../support/runtime_api.ts";
import { CHECKOUT, starterEnvironment } from "../support/starter.ts";

const PAGE = Deno.readTextFileSync(`${CHECKOUT}/docs/deploy.md`);
const BLOCKS = [...PAGE.matchAll(/^```sh\n(.*?)^```$/gms)]
  .map(([, commands]) => commands);

/** What needs an account or a daemon. */
const isRemote = (block: string) => /(^|[(|] ?)(aws|docker) /m.test(block);

const hasZip = ["zip", "unzip"].every((name) => {
  const { success } = new Deno.Command("sh", {
    args: ["-c", `command -v ${name}`],
    stdout: "null",
  }).outputSync();
  return success;
});
const without = hasZip ? "" : " (left out: there is no zip here)";

async function run(commands: string, cwd?: string): Promise<void> {
  const { success, stderr } = await new Deno.Command("sh", {
    args: ["-euc", commands],
    cwd,
    env: starterEnvironment(),
    stdin: "null",
  }).output();
  assert(success, `${commands}failed:\n${new TextDecoder().decode(stderr)}`);
}

Deno.test("the commands of the deployment are a shell's, and few can run without an account", () => {
  for (const block of BLOCKS) {
    const { success, stderr } = new Deno.Command("sh", {
      args: ["-nc", block],
    }).outputSync();
    assert(success, new TextDecoder().decode(stderr));
  }
  assertEquals(
    BLOCKS.filter((block) => !isRemote(block))
      .map((block) => block.split("\n", 1)[0]),
    [
      "deno task build --zip --target aarch64 --memory 512",
      "mkdir -p layer/bin",
      "deno task build --bundle",
    ],
  );
});

Deno.test({
  name:
    `the bundle over a layer answers from where Lambda unpacks both${without}`,
  ignore: !hasZip,
  fn: async () => {
    using project = new BuildProject({
      config: {
        tasks: { build: "deno run --quiet -P=build @toukon/lambda/build" },
      },
    });
    const { directory } = project;
    for (const block of BLOCKS.filter((it) => !isRemote(it)).slice(1)) {
      await run(block, directory);
    }
    await run(
      "unzip -q deno.zip -d opt && unzip -q function.zip -d task && rm -r layer dist",
      directory,
    );

    await using api = new RuntimeApiServer();
    await using child = new Child(`${directory}/task/bootstrap`, {
      env: {
        AWS_LAMBDA_RUNTIME_API: api.address,
        PATH: `/usr/bin:/bin:${directory}/opt/bin`,
      },
    });
    api.serveTo(child);
    const answer = api.post(/^(?:init\/error|invocation\/1\/)/);
    api.enqueue({ id: "1", body: '{"name":"Deno"}' });
    assertEquals((await answer).text, '{"name":"Deno"}');
  },
});
