// Copyright 2026 the Toukon Lambda authors. MIT license.

// What the pages on logs, metrics and traces show beside their modules, which
// run as tests by themselves.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { toGrants } from "../../local/build/permissions.ts";
import { Slot } from "../../runtime/handler/slot.ts";
import { LambdaLog, type LogFormat } from "../../runtime/log/log.ts";
import { add, configure } from "../../runtime/metrics/mod.ts";
import { documentsOf } from "../support/emf.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** The blocks of a language on a page. */
function blocksOf(page: string, language: string): string[] {
  const text = Deno.readTextFileSync(`${ROOT}docs/${page}`);
  return [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)]
    .filter(([, name]) => name === language).map(([, , block]) => block);
}

/** What a log writes in the invocation that the pages show, at another time. */
function recordOf(format: LogFormat, write: (log: LambdaLog) => void): string {
  const headers = new Map([
    ["lambda-runtime-trace-id", "Root=1-5e9f0c65-1de4d666d4dd26aced652b6c"],
    ["lambda-runtime-aws-tenant-id", "tenant-1"],
  ]);
  const requestId = "8476a536-e9f4-11e8-9739-2dfe598c3fcd";
  const slot = new Slot({ requestId, headers, body: "" });
  let record = "";
  const stream = {
    writeSync(bytes: Uint8Array): number {
      record += new TextDecoder().decode(bytes);
      return bytes.byteLength;
    },
  };
  write(new LambdaLog({ stream, origin: () => slot, format }));
  return record.replace(/\d{4}-[\d-]+T[\d:.]+Z/, "2026-01-02T03:04:05.678Z");
}

Deno.test("docs/logs.md shows records as they are written", () => {
  const [line, init] = blocksOf("logs.md", "text");
  const [json] = blocksOf("logs.md", "json");
  const write = (log: LambdaLog) =>
    log.write("INFO", "paid", [{ orderId: "A-1" }]);
  assertEquals(recordOf("line", write), line);
  assertEquals(
    recordOf("json", write),
    `${JSON.stringify(JSON.parse(json))}\n`,
  );
  const [, fields] = /\tINFO\tInit (\{.*\})\n$/.exec(init)!;
  const named = fields.replaceAll(/(\w+):/g, '"$1":');
  assertEquals(
    recordOf("line", (log) => log.write("INFO", "Init", [JSON.parse(named)])),
    init.replace("\t-\t", "\t8476a536-e9f4-11e8-9739-2dfe598c3fcd\t"),
  );
});

Deno.test("docs/metrics.md shows the document that its handler writes", () => {
  const [block] = blocksOf("metrics.md", "json");
  const shown = JSON.parse(block);
  configure({ namespace: "shop" });
  const [{ _aws, timestamp, ...members }] = documentsOf(() => {
    add("Orders", 1, "Count");
    add("Amount", 12.5);
  });
  assertEquals(timestamp, new Date(_aws.Timestamp).toISOString());
  const { _aws: directives, timestamp: time, requestId, ...rest } = shown;
  assertEquals(time, new Date(directives.Timestamp).toISOString());
  assertEquals(_aws.CloudWatchMetrics, directives.CloudWatchMetrics);
  const { requestId: id, tenantId: _, traceId: __, ...others } = members;
  assert(id && requestId);
  assertEquals(others, rest);
});

Deno.test("what docs/traces.md shows for deno.json is what Deno takes", async () => {
  const blocks = blocksOf("traces.md", "json").map((it) => JSON.parse(it));
  assertEquals(blocks.map(Object.keys), [["permissions"], ["unstable"]]);
  const [{ permissions }, config] = blocks;
  assertEquals(toGrants(permissions.default, "the page"), [
    { flag: "--allow-net", values: ["169.254.0.0/16:2000", "0.0.0.0:0"] },
  ]);
  const folder = await Deno.makeTempDir();
  const [path, program] = [`${folder}/deno.json`, `${folder}/main.js`];
  try {
    await Deno.writeTextFile(path, JSON.stringify({ ...config, permissions }));
    const code = `console.log(
      typeof Deno.listenDatagram,
      ...["169.254.79.129:2000", "0.0.0.0:0"].map((host) =>
        Deno.permissions.querySync({ name: "net", host }).state
      ),
    );`;
    await Deno.writeTextFile(program, code);
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "-P", `--config=${path}`, program],
    }).output();
    assertEquals(
      new TextDecoder().decode(stdout),
      "function granted granted\n",
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
