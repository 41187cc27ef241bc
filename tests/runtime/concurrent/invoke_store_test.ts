// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { assertThrows } from "@std/assert/throws";
import {
  provideInvokeStore,
  runInStore,
} from "../../../runtime/concurrent/invoke_store.ts";
import { ConcurrentFunction } from "../../support/concurrent_function.ts";

/** Where the function finds AWS's libraries, which the package has no need of. */
const IMPORT_MAP =
  new URL("../../fixtures/invoke_store/deno.json", import.meta.url).pathname;

interface Store {
  getContext(): Record<PropertyKey, unknown> | undefined;
  hasContext(): boolean;
  get(key: PropertyKey): unknown;
  set(key: PropertyKey, value: unknown): void;
  run<T>(context: Record<PropertyKey, unknown>, fn: () => T): T;
  isProtectedKey(key: PropertyKey): boolean;
  getRequestId(): string;
  getXRayTraceId(): string | undefined;
  getTenantId(): string | undefined;
}

function provide(): Store {
  provideInvokeStore();
  return (globalThis as unknown as { awslambda: { InvokeStore: Store } })
    .awslambda.InvokeStore;
}

function invocation(requestId: string, headers: [string, string][] = []) {
  return { requestId, headers: new Map(headers), body: "" };
}

Deno.test("runInStore() tells the store's users what Lambda says of the invocation", async () => {
  const store = provide();
  await runInStore(
    invocation("1", [
      ["lambda-runtime-trace-id", "Root=1"],
      ["lambda-runtime-aws-tenant-id", "blue"],
    ]),
    async () => {
      await Promise.resolve();
      assertEquals(store.hasContext(), true);
      assertEquals(
        [store.getRequestId(), store.getXRayTraceId(), store.getTenantId()],
        ["1", "Root=1", "blue"],
      );
    },
  );
});

Deno.test("runInStore() takes an empty header for none", () => {
  const store = provide();
  runInStore(invocation("1", [["lambda-runtime-trace-id", ""]]), () => {
    assertEquals(store.getXRayTraceId(), undefined);
  });
});

Deno.test("InvokeStore keeps what each invocation sets", async () => {
  const store = provide();
  await Promise.all(
    ["1", "2", "3"].map((id) =>
      runInStore(invocation(id), async () => {
        store.set("own", id);
        await Promise.resolve();
        assertEquals(store.get("own"), id);
        assertEquals(store.getRequestId(), id);
      })
    ),
  );
});

Deno.test("InvokeStore has nothing outside of invocations", () => {
  const store = provide();
  assertEquals(store.hasContext(), false);
  assertEquals(store.getContext(), undefined);
  assertEquals(store.getRequestId(), "-");
  assertEquals(store.getXRayTraceId(), undefined);
  assertThrows(
    () => store.set("own", 1),
    TypeError,
    'Cannot set "own": expected an invocation to run',
  );
});

Deno.test("InvokeStore refuses to change what Lambda sets", () => {
  const store = provide();
  const key = Symbol.for("_AWS_LAMBDA_REQUEST_ID");
  assertEquals(store.isProtectedKey(key), true);
  runInStore(invocation("1"), () => {
    assertThrows(
      () => store.set(key, "2"),
      TypeError,
      "Lambda sets it",
    );
    assertEquals(store.getRequestId(), "1");
  });
});

Deno.test("InvokeStore runs a function with a context of the caller's", () => {
  const store = provide();
  const key = Symbol.for("_AWS_LAMBDA_X_RAY_TRACE_ID");
  const traceId = store.run({ [key]: "Root=2" }, () => store.getXRayTraceId());
  assertEquals(traceId, "Root=2");
});

const MODES = [
  { main: "serve.ts", isolation: "none", suffix: "" },
  { main: "serve.ts", isolation: "worker", suffix: " in workers" },
  { main: "imported.ts", isolation: "none", suffix: " when they come first" },
  {
    main: "imported.ts",
    isolation: "worker",
    suffix: " when they come first in workers",
  },
] as const;

for (const { main, isolation, suffix } of MODES) {
  Deno.test(`AWS's libraries find the invocation that they run in${suffix}`, async () => {
    await using fn = new ConcurrentFunction({
      concurrency: 16,
      isolation,
      main: `../invoke_store/${main}`,
      // For X-Ray, this is what tells that it runs on Lambda.
      env: { LAMBDA_TASK_ROOT: "/var/task" },
      permissions: ["--allow-sys", `--import-map=${IMPORT_MAP}`],
    });
    const ids = Array.from({ length: 16 }, (_, index) => `${10 + index}`);
    const posts = ids.map(async (id) => {
      const root = `1-5759e988-bd862e3fe1be46a9942727${id}`;
      const traceId = `Root=${root};Parent=53995c3f42cd8ad8;Sampled=1`;
      const { text } = await fn.invoke("", {
        id,
        url: fn.gate.url,
        headers: { "lambda-runtime-trace-id": traceId },
      });
      assertEquals(JSON.parse(text), {
        store: [id, traceId, id],
        isProvided: true,
        sdk: traceId,
        xray: root,
      });
    });
    await Promise.race([fn.gate.arrived(16), Promise.all(posts)]);
    fn.gate.open();
    await Promise.all(posts);
    const { entries } = await fn.end();
    const logged = entries.filter((entry) => "key" in entry)
      .map((entry) => entry as unknown as Record<string, unknown>);
    assertEquals(logged.length, 16);
    for (const { key, message, xray_trace_id } of logged) {
      assertEquals(key, message);
      assertStringIncludes(String(xray_trace_id), String(message));
    }
  });
}
