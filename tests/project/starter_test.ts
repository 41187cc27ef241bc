// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertStringIncludes } from "@std/assert/string-includes";
import { documentsIn } from "../support/emf.ts";
import {
  CHECKOUT,
  STARTER,
  StarterCopy,
  starterEnvironment,
} from "../support/starter.ts";
import { TRACE, TracedFunction } from "../support/traced_function.ts";

const WORKFLOW = Deno.readTextFileSync(
  `${STARTER}/.github/workflows/deploy.yml`,
);

Deno.test("the starter's infrastructure passes its tests with the locked packages", async () => {
  using copy = new StarterCopy();

  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "--quiet", "--frozen", "-P=synth"],
    cwd: `${copy.starter}/infra`,
    env: starterEnvironment(),
  }).output();

  const text = new TextDecoder().decode(stdout);
  assert(success, text + new TextDecoder().decode(stderr));
  assertMatch(text, /\b[1-9]\d* passed \| 0 failed/);
});

Deno.test("the starter's lock file pins every package and names no host", () => {
  const text = Deno.readTextFileSync(`${STARTER}/infra/deno.lock`);
  const config = Deno.readTextFileSync(`${STARTER}/infra/deno.json`);
  const { specifiers } = JSON.parse(text);

  const used = [...config.matchAll(/npm:[\w-]+@[\d.]+/g)].map(([name]) => name);
  assertEquals(Object.keys(specifiers).sort(), used.sort());
  assert(!text.includes("://"));
});

Deno.test("the starter's workflow pins its actions to commits", () => {
  const uses = [...WORKFLOW.matchAll(/uses: (.*)/g)].map(([, action]) =>
    action
  );

  assertEquals(uses.length, 5);
  for (const action of uses) {
    assertMatch(action, /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  }
});

Deno.test("the starter's workflow holds no key and the least permissions", () => {
  assertEquals(WORKFLOW.includes("secrets."), false);
  assertEquals(/access-key|aws_secret/i.test(WORKFLOW), false);
  assertMatch(WORKFLOW, /^permissions: \{\}$/m);
  const granted = [...WORKFLOW.matchAll(/^ {6}([\w-]+): (read|write)$/gm)]
    .map(([, name, access]) => `${name}: ${access}`);
  assertEquals(granted, [
    "contents: read",
    "contents: read",
    "id-token: write",
  ]);
});

Deno.test("the starter's workflow deploys main for arm64, one at a time", () => {
  const deploy = WORKFLOW.slice(WORKFLOW.indexOf("\n  deploy:"));

  assertStringIncludes(deploy, "if: github.ref == 'refs/heads/main'");
  assertStringIncludes(deploy, "needs: test");
  assertStringIncludes(deploy, "environment: production");
  assertStringIncludes(deploy, "cancel-in-progress: false");
  assertStringIncludes(deploy, "--platform linux/arm64 --provenance=false");
});

Deno.test("the starter's workflow uses the Deno of the image", () => {
  const dockerfile = Deno.readTextFileSync(`${STARTER}/Dockerfile`);
  const [, version] = /DENO_VERSION: "(.*)"/.exec(WORKFLOW) ?? [];

  const images = [...dockerfile.matchAll(/denoland\/deno:(\S+)/g)];
  assertEquals(new Set(images.map(([, tag]) => tag)), new Set([version]));
});

Deno.test("the starter's program is built for the memory that it is given", () => {
  const dockerfile = Deno.readTextFileSync(`${STARTER}/Dockerfile`);
  const stack = Deno.readTextFileSync(`${STARTER}/infra/function_stack.ts`);

  const [, built] = /--memory (\d+)/.exec(dockerfile) ?? [];
  const [, given] = /memorySize: (\d+)/.exec(stack) ?? [];
  assert(built);
  assertEquals(built, given);
});

Deno.test("the starter grants a build what this project grants it", () => {
  const [ours, starters] = [CHECKOUT, STARTER].map((folder) =>
    JSON.parse(Deno.readTextFileSync(`${folder}/deno.json`)).permissions.build
  );

  assertEquals(starters, ours);
});

Deno.test("the starter logs in JSON, counts and traces what its tutorial looks for", async () => {
  await using fn = await TracedFunction.start({
    main: "starter.ts",
    env: { AWS_LAMBDA_LOG_FORMAT: "JSON" },
  });
  const headers = { "lambda-runtime-trace-id": TRACE.header };
  for (const name of ["hello", "api_gateway", "default"]) {
    const body = Deno.readTextFileSync(`${STARTER}/events/${name}.json`);
    await fn.api.invoke({ id: name, body, headers });
  }
  await fn.daemon.received(1);
  assertEquals(
    fn.daemon.subsegments.map(({ name, parent_id: id }) => [name, id]),
    [["greet", TRACE.parent]],
  );
  const log = await fn.log();
  const stack = Deno.readTextFileSync(`${STARTER}/infra/function_stack.ts`);
  const [, metric] = /metricName: "(\w+)"/.exec(stack)!;
  assertEquals(
    documentsIn(log).map((document) => [document.requestId, document[metric]]),
    [["default", 1]],
  );
  for (const line of log.trim().split("\n")) {
    assert(JSON.parse(line).level, line);
  }
});
