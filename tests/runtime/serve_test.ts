// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { FunctionProcess } from "../support/function_process.ts";
import { RuntimeApiServer } from "../support/runtime_api.ts";

const FIXTURES = decodeURIComponent(
  new URL("../fixtures", import.meta.url).pathname,
);

Deno.test("serve() refuses a handler module that serves itself, as an init error", async () => {
  for (
    const main of [
      "serve_serving.ts",
      "serve_serving_awaited.ts",
      "serve_serving_in_worker.ts",
    ]
  ) {
    await using api = new RuntimeApiServer();
    await using lambda = new FunctionProcess({
      address: api.address,
      main: `${FIXTURES}/${main}`,
    });
    const { code, log } = await lambda.ended();
    assertEquals(code, 1, log);
    assertEquals(api.requests.map(({ path }) => path), [
      "/2018-06-01/runtime/init/error",
    ], main);
    const { errorType, errorMessage } = JSON.parse(api.posts[0].text);
    assertEquals([errorType, errorMessage], [
      "Runtime.InvalidHandler",
      "Cannot serve: expected one call of serve(), found two. Take it out of the module of the handler",
    ]);
  }
});
