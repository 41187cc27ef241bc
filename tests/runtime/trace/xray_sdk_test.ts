// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { TracedFunction } from "../../support/traced_function.ts";

const ROOT = new URL("../../../", import.meta.url).pathname;

/** Where the function finds AWS's SDK, which the package has no need of. */
const IMPORT_MAP =
  new URL("../../fixtures/xray_sdk/deno.json", import.meta.url).pathname;

const MODES = [
  { isolation: "none", lanes: 1, suffix: "" },
  { isolation: "worker", lanes: 1, suffix: " in a worker" },
  { isolation: "none", concurrency: 8, lanes: 8, suffix: ", several at once" },
  {
    isolation: "worker",
    concurrency: 8,
    lanes: 8,
    suffix: ", several at once in workers",
  },
] as const;

for (const { suffix, lanes, ...mode } of MODES) {
  Deno.test(`AWS's X-Ray SDK sees the trace that trace() does${suffix}`, async () => {
    await using fn = await TracedFunction.start({
      ...mode,
      main: "xray_sdk/serve.ts",
      // This is what tells AWS's SDK that it runs on Lambda.
      env: { LAMBDA_TASK_ROOT: "/var/task" },
      permissions: [
        "--allow-net",
        "--allow-env",
        "--allow-sys",
        `--allow-read=${ROOT}`,
        `--import-map=${IMPORT_MAP}`,
      ],
    });
    const posts = Array.from({ length: lanes }, async (_, index) => {
      const id = `${10 + index}`;
      const root = `1-5759e988-bd862e3fe1be46a9942727${id}`;
      const parent = `53995c3f42cd8a${id}`;
      const { text } = await fn.invoke("", {
        id,
        url: fn.gate.url,
        header: `Root=${root};Parent=${parent};Sampled=1`,
      });
      assertEquals(JSON.parse(text), { ours: root, theirs: root, parent });
      return { id, root, parent };
    });
    await fn.gate.arrived(lanes);
    fn.gate.open();
    const traces = await Promise.all(posts);
    await fn.daemon.received(2 * lanes);
    for (const { id, root, parent } of traces) {
      for (const name of [`ours ${id}`, `theirs ${id}`]) {
        const { trace_id: traceId, parent_id: parentId } = fn.daemon.named(
          name,
        );
        assertEquals([traceId, parentId], [root, parent]);
      }
    }
  });
}
