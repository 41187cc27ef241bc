// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { BuildProject } from "../../support/build_project.ts";
import { Child } from "../../support/child.ts";
import { documentsIn } from "../../support/emf.ts";
import { RuntimeApiServer } from "../../support/runtime_api.ts";

Deno.test("a bundle writes logs, metrics and how long its start took", async () => {
  using project = new BuildProject({
    handler: `import * as metrics from "@toukon/lambda/metrics";
import { child } from "@toukon/lambda/log";

metrics.configure({ namespace: "Shop", coldStart: true });
const log = child({ component: "orders" });

export function handleEvent(): void {
  log.info("ordered");
  metrics.add("Orders", 1, "Count");
}`,
    config: {
      lambda: { handler: "./handler.ts", logInit: true },
      permissions: { default: { env: ["AWS_LAMBDA_FUNCTION_NAME"] } },
    },
  });
  const { code, stderr } = await project.build(["--bundle"]);
  assertEquals([code, stderr], [0, ""]);

  await using api = new RuntimeApiServer();
  await using fn = new Child(`${project.directory}/dist/bootstrap`, {
    env: {
      AWS_LAMBDA_RUNTIME_API: api.address,
      AWS_LAMBDA_LOG_FORMAT: "JSON",
    },
  });
  api.serveTo(fn);
  const answer = await api.invoke({ id: "id-1", body: "{}" });
  assertEquals(answer.text, "null");
  fn.kill("SIGTERM");
  const { stdout } = await fn.ended();
  const records = stdout.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(
    records.map(({ message, component }) => [message, component]).filter((
      [message],
    ) => message),
    [["Init", undefined], ["ordered", "orders"]],
  );
  assertEquals(
    documentsIn(stdout).map(({ ColdStart, Orders }) => [ColdStart, Orders]),
    [[1, undefined], [undefined, 1]],
  );
});
