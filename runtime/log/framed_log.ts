// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { LogFormat, LogLevel, LogStream } from "./log.ts";
import { writeAll } from "./write_all.ts";

/** What the type of a frame begins with. */
const TEXT = 0xa55a_0003;
const JSON_OBJECT = 0xa55a_0002;
const LEVEL_BITS: Record<LogLevel, number> = {
  TRACE: 0x04,
  DEBUG: 0x08,
  INFO: 0x0c,
  WARN: 0x10,
  ERROR: 0x14,
  FATAL: 0x18,
};
const HEADER_BYTES = 16;

/**
 * Opens the file descriptor that Lambda gives managed runtimes for their log.
 *
 * @param descriptor Its number, as the environment names it.
 *
 * @returns Undefined where it is none, or may not be opened: Deno writes to a
 * descriptor by a path only, which is granted for a pipe with the permission to
 * write there, for a file with all permissions, and never for a socket.
 */
export function openFramedLog(
  descriptor: string,
  format: LogFormat,
): LogStream | undefined {
  if (!/^\d+$/.test(descriptor)) return undefined;
  for (const path of [`/dev/fd/${descriptor}`, `/proc/self/fd/${descriptor}`]) {
    const { state } = Deno.permissions.querySync({ name: "write", path });
    if (state !== "granted") continue;
    try {
      return new FramedLog(Deno.openSync(path, { append: true }), format);
    } catch {
      // Such as a socket, which cannot be opened by a path.
    }
  }
  return undefined;
}

/**
 * Writes each record in a frame: its type with its level, its length in bytes,
 * and its time in microseconds. A frame may have line breaks in it.
 */
export class FramedLog implements LogStream {
  readonly #file: Deno.FsFile;
  readonly #type: number;
  readonly #endBytes: number;

  /** @param file What is written to, which is not closed. */
  constructor(file: Deno.FsFile, format: LogFormat) {
    this.#file = file;
    this.#type = format === "json" ? JSON_OBJECT : TEXT;
    // As Lambda's own runtimes have it, JSON has no line break at its end.
    this.#endBytes = format === "json" ? 1 : 0;
  }

  writeSync(record: Uint8Array, level: LogLevel = "INFO"): number {
    const length = record.byteLength - this.#endBytes;
    const frame = new Uint8Array(HEADER_BYTES + length);
    const header = new DataView(frame.buffer);
    header.setUint32(0, (this.#type | LEVEL_BITS[level]) >>> 0);
    header.setUint32(4, length);
    header.setBigUint64(8, BigInt(Date.now()) * 1_000n);
    frame.set(record.subarray(0, length), HEADER_BYTES);
    // In one write, so that frames of several threads do not mix.
    writeAll(this.#file, frame);
    return record.byteLength;
  }
}
