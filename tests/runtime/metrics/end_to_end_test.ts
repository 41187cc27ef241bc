// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { FunctionProcess } from "../../support/function_process.ts";
import { documentsIn, type EmfDocument } from "../../support/emf.ts";
import { deadlineIn } from "../../support/concurrent_function.ts";
import { RuntimeApiServer } from "../../support/runtime_api.ts";

const MAIN =
  new URL("../../fixtures/metrics/serve.ts", import.meta.url).pathname;

interface RunOptions {
  /** The `lambda` key of the configuration. */
  config?: Record<string, unknown>;
  /** What is configured for metrics. */
  metrics?: Record<string, unknown>;
  env?: Record<string, string>;
  /** How soon invocations time out, in milliseconds. */
  timeoutMs?: number;
  permissions?: string[];
}

/** Answers the invocations one after the other, and gives the log. */
async function run(cases: string[], options: RunOptions = {}): Promise<{
  code: number;
  log: string;
  documents: EmfDocument[];
}> {
  const isConcurrent = options.env?.AWS_LAMBDA_MAX_CONCURRENCY !== undefined;
  await using api = new RuntimeApiServer({ isConcurrent });
  await using fn = new FunctionProcess({
    api,
    main: MAIN,
    env: {
      CONFIG: JSON.stringify(options.config ?? {}),
      METRICS: JSON.stringify(options.metrics ?? {}),
      ...options.env,
    },
    permissions: [
      "--allow-net",
      "--allow-env",
      `--allow-read=${new URL("../../../", import.meta.url).pathname}`,
      ...options.permissions ?? [],
    ],
  });
  const headers = options.timeoutMs === undefined
    ? undefined
    : deadlineIn(options.timeoutMs);
  for (const [i, name] of cases.entries()) {
    const invocation = { id: `id-${i}`, body: JSON.stringify(name), headers };
    // Where the function ends, so that no reply comes, its log is the result.
    await api.invoke(invocation).catch(() => {});
  }
  fn.terminate();
  const { code, log } = await fn.ended();
  return { code, log, documents: documentsIn(log) };
}

function orderOf(log: string, first: string, second: string): boolean {
  const [i, j] = [log.indexOf(first), log.indexOf(second)];
  return i >= 0 && j >= 0 && i < j;
}

const WAYS: Record<string, RunOptions> = {
  "in the runtime's thread": {},
  "in a worker": { config: { isolation: "worker" } },
  "with several invocations at once": {
    env: { AWS_LAMBDA_MAX_CONCURRENCY: "4" },
  },
  "in workers with several invocations": {
    config: { isolation: "worker" },
    env: { AWS_LAMBDA_MAX_CONCURRENCY: "4" },
  },
};

for (const [way, options] of Object.entries(WAYS)) {
  Deno.test(`metrics are written once an invocation, ${way}`, async () => {
    const { documents } = await run(["one", "none", "one"], options);
    assertEquals(
      documents.map(({ requestId, Orders }) => [requestId, Orders]),
      [["id-0", 1], ["id-2", 1]],
    );
    const [{ Namespace, Dimensions }] = documents[0]._aws.CloudWatchMetrics;
    assertEquals([Namespace, Dimensions], ["test", [[]]]);
  });

  Deno.test(`metrics are written where the handler throws, ${way}`, async () => {
    const { documents, log } = await run(["throws"], options);
    assertEquals(documents.map(({ Orders }) => Orders), [1]);
    assert(
      orderOf(log, '"Orders":1', "Invocation failed: RangeError: refused"),
    );
  });

  Deno.test(`metrics are written where the handler times out, ${way}`, async () => {
    const { documents } = await run(["timesOut"], {
      ...options,
      timeoutMs: 700,
    });
    assertEquals(documents.map(({ Orders }) => Orders), [1]);
  });

  Deno.test(`the first invocation counts the cold start, once, ${way}`, async () => {
    const { documents } = await run(["none", "none", "one"], {
      ...options,
      metrics: {
        namespace: "Shop",
        service: "orders",
        coldStart: true,
        initDuration: true,
      },
    });
    const [start, ...rest] = documents;
    assertEquals(start._aws.CloudWatchMetrics, [{
      Namespace: "Shop",
      Dimensions: [["service"]],
      Metrics: [
        { Name: "ColdStart", Unit: "Count" },
        { Name: "InitDuration", Unit: "Milliseconds" },
      ],
    }]);
    assertEquals([start.ColdStart, start.requestId], [1, "id-0"]);
    const initMs = start.InitDuration as number;
    assert(initMs > 0 && initMs < 60_000, String(initMs));
    assertEquals(rest.map(({ Orders }) => Orders), [1]);
  });
}

Deno.test("metrics of invocations that run at once do not mix", async () => {
  for (const config of [{}, { isolation: "worker" }]) {
    await using api = new RuntimeApiServer({ isConcurrent: true });
    await using fn = new FunctionProcess({
      api,
      main: MAIN,
      env: { CONFIG: JSON.stringify(config), AWS_LAMBDA_MAX_CONCURRENCY: "16" },
    });
    const ids = Array.from({ length: 300 }, (_, i) => `id-${i}`);
    await Promise.all(
      ids.map((id) => api.invoke({ id, body: '"interleaved"' })),
    );
    fn.terminate();
    const documents = documentsIn((await fn.ended()).log);
    assertEquals(
      documents.map(({ requestId }) => requestId).sort(),
      ids.sort(),
    );
    for (const { requestId, of, Steps } of documents) {
      assertEquals([of, Steps], [requestId, [1, 2]]);
    }
  }
});

Deno.test("a blocked worker writes the metrics of its invocation", async () => {
  const { documents } = await run(["blocks", "one"], {
    config: { isolation: "worker" },
    timeoutMs: 1_500,
  });
  assertEquals(documents.map(({ requestId }) => requestId), ["id-0", "id-1"]);
});

Deno.test("metrics are written where the handler ends the process", async () => {
  const { code, documents } = await run(["exits"]);
  assertEquals(code, 3);
  assertEquals(documents.map(({ Orders }) => Orders), [1]);
});

Deno.test("metrics that background work adds are written at once", async () => {
  const { documents } = await run(["later", "none", "none"]);
  assertEquals(
    documents.map(({ Orders, Late }) => [Orders, Late]),
    [[1, undefined], [undefined, 1]],
  );
});

Deno.test("metrics of the start are written at its end", async () => {
  for (const config of [{}, { isolation: "worker" }]) {
    const { documents } = await run(["one"], {
      config,
      env: { INIT_METRIC: "1" },
    });
    // A spare worker starts as well.
    const first = documents.find(({ Loaded }) => Loaded === 1)!;
    assertEquals(first.requestId, undefined);
    assertEquals(documents.filter(({ Orders }) => Orders === 1).length, 1);
  }
});

Deno.test("no level of the log leaves metrics out, nor does Lambda's filter", async () => {
  for (const level of ["TRACE", "INFO", "WARN", "FATAL"]) {
    for (const format of ["JSON", "Text"]) {
      const { documents } = await run(["one"], {
        env: { AWS_LAMBDA_LOG_LEVEL: level, AWS_LAMBDA_LOG_FORMAT: format },
      });
      const expected = level === "TRACE" ? "INFO" : level;
      assertEquals(documents.map((document) => document.level), [expected]);
    }
  }
});

Deno.test("namespace and service come from the variables of Powertools too", async () => {
  const { documents } = await run(["one"], {
    env: {
      POWERTOOLS_METRICS_NAMESPACE: "Shop",
      POWERTOOLS_SERVICE_NAME: "orders",
    },
  });
  const [{ Namespace, Dimensions }] = documents[0]._aws.CloudWatchMetrics;
  assertEquals([Namespace, Dimensions], ["Shop", [["service"]]]);
  assertEquals(documents[0].service, "orders");
});

Deno.test("metrics need no permission to read the environment", async () => {
  await using api = new RuntimeApiServer();
  await using fn = new FunctionProcess({
    api,
    main: MAIN,
    permissions: [
      "--allow-net",
      "--allow-env=AWS_LAMBDA_RUNTIME_API,AWS_LAMBDA_MAX_CONCURRENCY,AWS_LAMBDA_LOG_FORMAT,AWS_LAMBDA_LOG_LEVEL,AWS_LAMBDA_FUNCTION_NAME,AWS_LAMBDA_FUNCTION_VERSION,AWS_LAMBDA_FUNCTION_MEMORY_SIZE,AWS_LAMBDA_LOG_GROUP_NAME,AWS_LAMBDA_LOG_STREAM_NAME,AWS_LAMBDA_INITIALIZATION_TYPE,CONFIG,METRICS,INIT_METRIC",
      `--allow-read=${new URL("../../../", import.meta.url).pathname}`,
    ],
  });
  await api.invoke({ id: "id-0", body: '"one"' });
  fn.terminate();
  assertEquals(documentsIn((await fn.ended()).log).length, 1);
});

Deno.test("provisioned concurrency makes no cold start", async () => {
  const { documents } = await run(["one"], {
    metrics: { coldStart: true },
    env: { AWS_LAMBDA_INITIALIZATION_TYPE: "provisioned-concurrency" },
  });
  assertEquals(documents.map(({ ColdStart }) => ColdStart), [undefined]);
});

for (const config of [{}, { isolation: "worker" }]) {
  const { isolation = "none" } = config as { isolation?: string };

  Deno.test(`lambda.logInit tells of the start in one line and a metric, isolation "${isolation}"`, async () => {
    const { log, documents } = await run(["none", "none"], {
      config: { ...config, logInit: true },
      env: { AWS_LAMBDA_LOG_FORMAT: "JSON" },
      permissions: ["--allow-sys"],
    });
    const records = log.trim().split("\n").map((line) => JSON.parse(line))
      .filter(({ message }) => message === "Init");
    assertEquals(records.length, 1);
    const { timestamp, importMs, initMs, firstNextMs, modules, ...rest } =
      records[0];
    assert(timestamp);
    assert(0 < importMs && 0 <= initMs && importMs + initMs <= firstNextMs + 1);
    assert(Number.isInteger(modules) && modules > 20, String(modules));
    assertEquals(rest, { level: "INFO", message: "Init" });
    assertEquals(documents.length, 1);
    const [{ Metrics }] = documents[0]._aws.CloudWatchMetrics;
    assertEquals(Metrics, [{ Name: "InitDuration", Unit: "Milliseconds" }]);
  });
}

Deno.test("lambda.logInit leaves the number of modules out where it cannot be known", async () => {
  const { log } = await run(["none"], { config: { logInit: true } });
  assert(
    /\t-\tINFO\tInit \{ importMs: [\d.]+, initMs: [\d.]+, firstNextMs: [\d.]+ \}\n/
      .test(log),
    log,
  );
});

Deno.test("a child logger writes its DEBUG records in a share of the invocations", async () => {
  const { log } = await run(Array(40).fill("sampled"));
  const ids = log.split("\n").filter((line) => line.includes("\tDEBUG\t"))
    .map((line) => line.split("\t")[1]);
  const invocations = new Set(ids);
  // One of 2^39 runs has none or all of them.
  assert(invocations.size > 0 && invocations.size < 40);
  assertEquals(ids.length, invocations.size * 2);
});
