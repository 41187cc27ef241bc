// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertNotEquals } from "@std/assert/not-equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { runToEnd } from "../../support/child.ts";
import { FunctionProcess } from "../../support/function_process.ts";
import { RuntimeApiServer } from "../../support/runtime_api.ts";
import { testOverEach, type TransportName } from "../../support/transports.ts";

const ROOT = new URL("../../..", import.meta.url).pathname.replace(/\/$/, "");
const MAIN = `${ROOT}/tests/fixtures/snap_start.ts`;
const PERMISSIONS = ["--allow-net", "--allow-env", `--allow-read=${ROOT}`];

const HAS_COMPILER = await hasCompiler();

/** What the handler of the fixture replies. */
interface Told {
  calls: string[];
  before: Random[];
  after: Random[];
}

/** What was made at random. */
interface Random {
  number: number;
  id: string;
  bytes: string;
}

const numbersOf = (values: Random[]) => values.map(({ number }) => number);

/** A function that is restored from a snapshot, and what it calls in order. */
class SnapStartFunction implements AsyncDisposable {
  readonly api: RuntimeApiServer;
  readonly process: FunctionProcess;
  /** Hooks and the requests of the Runtime API that have to do with them. */
  readonly calls: string[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #waiting: { count: number; call: string; reached: () => void }[] =
    [];

  constructor(
    { transport, config = {}, env = {}, flags = [], restore }: {
      transport?: TransportName;
      config?: Record<string, unknown>;
      env?: Record<string, string>;
      flags?: string[];
      restore?: () => Response;
    } = {},
  ) {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      (request) => {
        this.#note(new URL(request.url).pathname.slice(1));
        return new Response(null, { status: 204 });
      },
    );
    this.api = new RuntimeApiServer({
      onRestore: () => {
        this.#note("restore/next");
        return restore?.() ?? new Response();
      },
      onNext: () => {
        this.#note("invocation/next");
        return undefined;
      },
      onPost: ({ path }) => {
        if (path.endsWith("/error")) this.#note(path);
        return undefined;
      },
    });
    this.process = new FunctionProcess({
      api: this.api,
      transport,
      main: MAIN,
      permissions: [...flags, ...PERMISSIONS],
      env: {
        AWS_LAMBDA_INITIALIZATION_TYPE: "snap-start",
        TEST_CALLS_URL: `http://127.0.0.1:${this.#server.addr.port}`,
        TEST_CONFIG: JSON.stringify(config),
        ...env,
      },
    });
  }

  /** Settles when there have been so many of the calls. */
  async reached(call: string, count: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ call, count, reached: resolve });
    this.#check();
    await this.process.unlessLost(promise);
  }

  /** Invokes the handler. */
  async invoke(id: string, event = {}): Promise<Told> {
    const post = await this.api.invoke({ id, body: JSON.stringify(event) });
    return JSON.parse(post.text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.process[Symbol.asyncDispose]();
    await this.api[Symbol.asyncDispose]();
    await this.#server.shutdown();
  }

  #note(call: string): void {
    this.calls.push(call);
    this.#check();
  }

  #check(): void {
    for (const { call, count, reached } of this.#waiting) {
      if (this.calls.filter((it) => it === call).length >= count) reached();
    }
  }
}

testOverEach(
  "serve() calls the hooks around restore/next, and then asks for invocations",
  async (transport) => {
    await using snapStart = new SnapStartFunction({ transport });
    const { calls } = await snapStart.invoke("1");
    assertEquals(calls, ["init", "beforeSnapshot", "afterRestore"]);
    assertEquals(snapStart.calls.slice(0, 5), [
      "init",
      "beforeSnapshot",
      "restore/next",
      "afterRestore",
      "invocation/next",
    ]);
  },
);

testOverEach(
  "serve() calls no hook and no restore/next where there is no snapshot",
  async (transport) => {
    await using snapStart = new SnapStartFunction({
      transport,
      env: { AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand" },
    });
    assertEquals((await snapStart.invoke("1")).calls, ["init"]);
    assertEquals(snapStart.calls.slice(0, 2), ["init", "invocation/next"]);
  },
);

testOverEach("serve() is restored without hooks too", async (transport) => {
  const calls: string[] = [];
  await using api = new RuntimeApiServer({
    onRestore: () => {
      calls.push("restore/next");
      return new Response();
    },
  });
  await using _process = new FunctionProcess({
    transport,
    api,
    env: { AWS_LAMBDA_INITIALIZATION_TYPE: "snap-start" },
  });
  assertEquals((await api.invoke({ id: "1", body: "{}" })).text, "{}");
  assertEquals(calls, ["restore/next"]);
});

for (const isolation of ["none", "worker"]) {
  testOverEach(
    `a beforeSnapshot() that fails is an init error and ends the process with 64, isolation ${isolation}`,
    async (transport) => {
      await using snapStart = new SnapStartFunction({
        transport,
        config: { isolation },
        env: { TEST_FAILING: "beforeSnapshot" },
      });
      const { code, log } = await snapStart.process.ended();
      assertEquals(code, 64);
      const [post] = snapStart.api.posts;
      assertEquals(post.path, "init/error");
      assertEquals(
        post.headers.get("lambda-runtime-function-error-type"),
        "Runtime.BeforeSnapshotError",
      );
      const { errorType, errorMessage, cause } = JSON.parse(post.text);
      assertEquals(errorType, "Runtime.BeforeSnapshotError");
      assertEquals(
        errorMessage,
        "beforeSnapshot() failed: RangeError: beforeSnapshot is out of range",
      );
      assertEquals(cause.errorType, "RangeError");
      assertStringIncludes(log, errorMessage);
      assert(!snapStart.calls.includes("restore/next"));
    },
  );

  testOverEach(
    `an afterRestore() that fails is a restore error and ends the process with 65, isolation ${isolation}`,
    async (transport) => {
      await using snapStart = new SnapStartFunction({
        transport,
        config: { isolation },
        env: { TEST_FAILING: "afterRestore" },
      });
      const { code, log } = await snapStart.process.ended();
      assertEquals(code, 65);
      const [post] = snapStart.api.posts;
      assertEquals(post.path, "restore/error");
      assertEquals(
        post.headers.get("lambda-runtime-function-error-type"),
        "Runtime.AfterRestoreError",
      );
      assertEquals(
        JSON.parse(post.text).errorMessage,
        "afterRestore() failed: RangeError: afterRestore is out of range",
      );
      assertStringIncludes(log, "afterRestore is out of range");
      assert(!snapStart.calls.includes("invocation/next"));
    },
  );

  testOverEach(
    `Math.random() differs in environments that are restored from one snapshot, isolation ${isolation}`,
    async (transport) => {
      const twin = () =>
        new SnapStartFunction({
          transport,
          config: { isolation },
          // With one seed, what two processes make is what two copies would.
          flags: ["--v8-flags=--random-seed=42"],
        });
      await using left = twin();
      await using right = twin();
      const [one, other] = await Promise.all([
        left.invoke("1"),
        right.invoke("1"),
      ]);
      assertEquals(numbersOf(one.before), numbersOf(other.before));
      assertDiffer(one, other, ["number"]);
    },
  );

  Deno.test({
    name:
      `identifiers and bytes differ in environments that are restored from one snapshot, isolation ${isolation}${
        HAS_COMPILER ? "" : ": ignored without cc, which fakes the snapshot"
      }`,
    ignore: !HAS_COMPILER,
    async fn() {
      const directory = await Deno.makeTempDir();
      const library = `${directory}/same_randomness.so`;
      const source = `${ROOT}/tests/support/same_randomness.c`;
      await runToEnd("cc", {
        args: ["-shared", "-fPIC", "-o", library, source, "-ldl"],
      });
      const twin = (name: string) =>
        new SnapStartFunction({
          config: { isolation },
          env: {
            LD_PRELOAD: library,
            TEST_RESTORED: `${directory}/${name}`,
          },
          restore: () => {
            Deno.writeTextFileSync(`${directory}/${name}`, "");
            return new Response();
          },
        });
      await using left = twin("left");
      await using right = twin("right");
      const [one, other] = await Promise.all([
        left.invoke("1"),
        right.invoke("1"),
      ]);
      const withoutNumber = ({ id, bytes }: Random) => ({ id, bytes });
      assertEquals(
        one.before.map(withoutNumber),
        other.before.map(withoutNumber),
      );
      assertDiffer(one, other, ["number", "id", "bytes"]);
      await Deno.remove(directory, { recursive: true });
    },
  });
}

/** Checks that nothing that was made after the restore is the same. */
function assertDiffer(one: Told, other: Told, keys: (keyof Random)[]): void {
  assertEquals(one.after.length, 2);
  for (const index of one.after.keys()) {
    for (const key of keys) {
      assertNotEquals(one.after[index][key], other.after[index][key]);
    }
    assert(one.after[index].number >= 0 && one.after[index].number < 1);
  }
}

/** Whether there is what makes libraries that Linux can load. */
async function hasCompiler(): Promise<boolean> {
  if (Deno.build.os !== "linux") return false;
  try {
    await runToEnd("cc", { args: ["--version"] });
    return true;
  } catch {
    return false;
  }
}

testOverEach(
  "Math.random() stays V8's where there is no snapshot",
  async (transport) => {
    const twin = () =>
      new SnapStartFunction({
        transport,
        env: { AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand" },
        flags: ["--v8-flags=--random-seed=42"],
      });
    await using left = twin();
    await using right = twin();
    const [one, other] = await Promise.all([
      left.invoke("1"),
      right.invoke("1"),
    ]);
    assertEquals(numbersOf(one.before), numbersOf(other.before));
    assertEquals(numbersOf(one.after), numbersOf(other.after));
  },
);

for (const status of [403, 404, 500]) {
  testOverEach(
    `serve() ends where restore/next gives ${status}`,
    async (transport) => {
      await using snapStart = new SnapStartFunction({
        transport,
        restore: () => new Response(null, { status }),
      });
      const { code, log } = await snapStart.process.ended();
      assertEquals(code, 1);
      assertStringIncludes(
        log,
        `Cannot be restored from a snapshot: restore/next gave status ${status}`,
      );
      assertEquals(snapStart.calls, ["init", "beforeSnapshot", "restore/next"]);
    },
  );
}

testOverEach(
  "serve() takes no connection to the Runtime API across the snapshot",
  async (transport) => {
    await using snapStart = new SnapStartFunction({ transport });
    await snapStart.invoke("1");
    await snapStart.invoke("2");
    const ports = snapStart.api.requests.map(({ port }) => port);
    assertNotEquals(ports[1], ports[0]);
    assertEquals(new Set(ports.slice(1)).size, 1);
  },
);

testOverEach(
  "every worker, the spare one too, sees both hooks before the first invocation",
  async (transport) => {
    await using snapStart = new SnapStartFunction({
      transport,
      config: { isolation: "worker" },
    });
    const { calls } = await snapStart.invoke("1");
    assertEquals(calls, ["init", "beforeSnapshot", "afterRestore"]);
    const first = snapStart.calls.slice(0, 8);
    assertEquals(first.slice(0, 4).toSorted(), [
      "beforeSnapshot",
      "beforeSnapshot",
      "init",
      "init",
    ]);
    assertEquals(first.slice(4), [
      "restore/next",
      "afterRestore",
      "afterRestore",
      "invocation/next",
    ]);
  },
);

testOverEach(
  "a worker that is started after the restore sees afterRestore() before its first invocation",
  async (transport) => {
    await using snapStart = new SnapStartFunction({
      transport,
      config: { isolation: "worker" },
    });
    await snapStart.invoke("1", { exit: true });
    // The spare one has taken its place.
    const { calls } = await snapStart.invoke("2");
    assertEquals(calls, ["init", "beforeSnapshot", "afterRestore"]);
    // And a new one is started as the spare.
    await snapStart.reached("init", 3);
    await snapStart.invoke("3", { exit: true });
    assertEquals((await snapStart.invoke("4")).calls, ["init", "afterRestore"]);
  },
);

testOverEach(
  "an afterRestore() that fails in such a worker fails the invocation that needs it",
  async (transport) => {
    await using snapStart = new SnapStartFunction({
      transport,
      config: { isolation: "worker" },
      env: { TEST_FAILING: "late afterRestore" },
    });
    await snapStart.invoke("1", { exit: true });
    await snapStart.invoke("2", { exit: true });
    const post = await snapStart.api.invoke({ id: "3", body: "{}" });
    assertEquals(post.path, "invocation/3/error");
    assertEquals(JSON.parse(post.text).errorType, "RangeError");
  },
);
