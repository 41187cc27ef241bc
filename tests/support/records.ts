// Copyright 2026 the Toukon Lambda authors. MIT license.

import { NO_ORIGIN } from "./origin.ts";
import { sendConsoleTo } from "../../runtime/log/console.ts";
import { LambdaLog, type LogFormat } from "../../runtime/log/log.ts";

/** What is written, record by record, while this thread has a log. */
export function recordsOf(format: LogFormat, write: () => void): string[] {
  const records: string[] = [];
  const stream = {
    writeSync(bytes: Uint8Array): number {
      records.push(new TextDecoder().decode(bytes));
      return bytes.byteLength;
    },
  };
  const log = new LambdaLog({
    stream,
    origin: () => ({ ...NO_ORIGIN, requestId: "id-1" }),
    format,
  });
  log.setLevel("DEBUG");
  const before = { ...console };
  try {
    sendConsoleTo(log);
    write();
  } finally {
    Object.assign(console, before);
  }
  return records;
}
