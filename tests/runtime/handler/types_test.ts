// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { Folder } from "../../support/folder.ts";

const ROOT = new URL("../../../", import.meta.url).pathname.replace(/\/$/, "");
const FIXTURES = `${ROOT}/tests/fixtures/aws_types`;

/** Checks the types of a module, and gives the exit code and what is said. */
async function check(
  module: string,
  args: string[],
  cwd = ROOT,
): Promise<{ code: number; errors: string }> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", ...args, module],
    cwd,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  return { code, errors: new TextDecoder().decode(stderr) };
}

const WITH_NPM = [
  `--config=${ROOT}/deno.json`,
  `--import-map=${FIXTURES}/deno.json`,
];

Deno.test("handlers typed with @types/aws-lambda, middy and Powertools are handlers", async () => {
  assertEquals(await check(`${FIXTURES}/handlers.ts`, WITH_NPM), {
    code: 0,
    errors: "",
  });
});

Deno.test("events for tests are those of @types/aws-lambda", async () => {
  assertEquals(await check(`${FIXTURES}/events.ts`, WITH_NPM), {
    code: 0,
    errors: "",
  });
});

Deno.test("a wrong type gives one readable message", async () => {
  const { code, errors } = await check(`${FIXTURES}/wrong.ts`, WITH_NPM);
  assertEquals(code, 1);
  assertEquals(errors.match(/\[ERROR\]/g)?.length, 2);
  assertMatch(errors, /Property 'gretting' does not exist on type/);
  assertMatch(
    errors,
    /Type 'string' is not assignable to type 'AnyHandler \| StreamifiedHandler \| undefined'/,
  );
});

Deno.test("a project with package.json needs no types of Node.js", async () => {
  const { imports, exports } = JSON.parse(
    Deno.readTextFileSync(`${ROOT}/deno.json`),
  );
  const all = Object.fromEntries(
    Object.entries<string>(exports).map(([name, path]) => [
      name.replace(/^\./, "@toukon/lambda"),
      path.replace(/^\./, ROOT),
    ]),
  );
  using project = new Folder({
    "package.json": `{ "dependencies": { "left-pad": "1.3.0" } }`,
    "deno.json": JSON.stringify({
      imports: { ...imports, ...all },
      vendor: true,
      lock: false,
    }),
    "handler.ts": `import type { Context } from "@toukon/lambda";
import { batch } from "@toukon/lambda/batch";
import { toRequest } from "@toukon/lambda/http";
import { info } from "@toukon/lambda/log";
import { FakeLambda, sqsEvent } from "@toukon/lambda/testing";
import { serve } from "@toukon/lambda";

export function handleEvent(event: unknown, context: Context) {
  info("invoked", { batch, toRequest, serve, FakeLambda, sqsEvent });
  return [event, context.requestId];
}
`,
  });
  Deno.symlinkSync(`${ROOT}/vendor`, `${project.path}/vendor`);
  assertEquals(await check("handler.ts", [], project.path), {
    code: 0,
    errors: "",
  });
});
