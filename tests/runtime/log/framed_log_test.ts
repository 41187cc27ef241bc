// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { FramedLog, openFramedLog } from "../../../runtime/log/framed_log.ts";
import {
  LambdaLog,
  type LogFormat,
  type LogLevel,
} from "../../../runtime/log/log.ts";
import { documentsIn } from "../../support/emf.ts";
import { FunctionProcess } from "../../support/function_process.ts";
import { NO_ORIGIN } from "../../support/origin.ts";
import { RuntimeApiServer } from "../../support/runtime_api.ts";

const MAIN =
  new URL("../../fixtures/metrics/serve.ts", import.meta.url).pathname;

interface Frame {
  type: number;
  timeMs: number;
  text: string;
}

function parseFrames(bytes: Uint8Array): Frame[] {
  const frames: Frame[] = [];
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < bytes.byteLength;) {
    const length = view.getUint32(at + 4);
    frames.push({
      type: view.getUint32(at),
      timeMs: Number(view.getBigUint64(at + 8) / 1_000n),
      text: new TextDecoder().decode(bytes.slice(at + 16, at + 16 + length)),
    });
    at += 16 + length;
  }
  return frames;
}

/** The frames that a log writes to a file. */
function framesOf(format: LogFormat, write: (log: LambdaLog) => void): Frame[] {
  const path = Deno.makeTempFileSync();
  const file = Deno.openSync(path, { append: true });
  try {
    const stream = new FramedLog(file, format);
    const log = new LambdaLog({ stream, origin: () => NO_ORIGIN, format });
    log.setLevel("TRACE");
    write(log);
    return parseFrames(Deno.readFileSync(path));
  } finally {
    file.close();
    Deno.removeSync(path);
  }
}

Deno.test("a framed log writes type, level, length and time before each record", () => {
  const levels: Record<LogLevel, number> = {
    TRACE: 0xa55a_0006,
    DEBUG: 0xa55a_000a,
    INFO: 0xa55a_000e,
    WARN: 0xa55a_0012,
    ERROR: 0xa55a_0016,
    FATAL: 0xa55a_001a,
  };
  const before = Date.now();
  const frames = framesOf("json", (log) => {
    for (const level of Object.keys(levels)) {
      log.write(level as LogLevel, "猪木\nsecond");
    }
  });
  assertEquals(frames.map(({ type }) => type), Object.values(levels));
  for (const { text, timeMs } of frames) {
    assertEquals(JSON.parse(text).message, "猪木\nsecond");
    assert(text.endsWith("}"));
    assert(before <= timeMs && timeMs <= Date.now());
  }
});

Deno.test("a framed log of text keeps line breaks, and ends with one", () => {
  const frames = framesOf("text", (log) => {
    log.info("first\nsecond");
    log.write("ERROR", "x".repeat(1_000_000));
  });
  assertEquals(frames.map(({ type }) => type), [0xa55a_000f, 0xa55a_0017]);
  assert(frames[0].text.endsWith("\t-\tINFO\tfirst\nsecond\n"));
  assert(new TextEncoder().encode(frames[1].text).length <= 256 * 1024);
});

Deno.test("openFramedLog() gives nothing where the descriptor cannot be opened", () => {
  for (const descriptor of ["", "x", "-1", "99999", "1/../2"]) {
    assertEquals(openFramedLog(descriptor, "json"), undefined);
  }
});

/** What a function writes to stdout and to stderr, whose descriptor is 2. */
async function logOf(
  isolation: string,
  permissions: string[],
): Promise<string> {
  await using api = new RuntimeApiServer();
  await using fn = new FunctionProcess({
    api,
    main: MAIN,
    permissions,
    env: {
      CONFIG: JSON.stringify({ isolation }),
      AWS_LAMBDA_LOG_FORMAT: "JSON",
      _LAMBDA_TELEMETRY_LOG_FD: "2",
    },
  });
  await api.invoke({ id: "id-1", body: '"logs"' });
  await api.invoke({ id: "id-2", body: '"one"' });
  fn.terminate();
  return (await fn.ended()).log;
}

for (const isolation of ["none", "worker"]) {
  Deno.test(`the log goes to the descriptor that Lambda names, isolation "${isolation}"`, async () => {
    const log = await logOf(isolation, ["--allow-all"]);
    assert(/"requestId":"id-1","message":"paid","orderId":"A-1"\}/.test(log));
    assert(/\{"_aws".*"requestId":"id-2","Orders":1\}/.test(log));
    // Frames follow each other, and have no line breaks between them.
    assert(!log.includes("\n"), log);
  });

  Deno.test(`the log goes to stdout where the descriptor may not be written, isolation "${isolation}"`, async () => {
    const log = await logOf(isolation, [
      "--allow-net",
      "--allow-env",
      `--allow-read=${new URL("../../../", import.meta.url).pathname}`,
    ]);
    const [paid, ...rest] = log.trim().split("\n");
    assertEquals(JSON.parse(paid).orderId, "A-1");
    assertEquals(rest.length, 1);
    assertEquals(documentsIn(log).length, 1);
  });
}
