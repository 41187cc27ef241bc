// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { LogStream } from "../log.ts";

const PATH = "_LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET";

/**
 * Gives where the log of an environment with concurrent invocations goes: the
 * socket that Lambda provides for it, else stdout.
 */
export async function openLog(): Promise<LogStream> {
  const path = Deno.env.get(PATH);
  if (!path) return Deno.stdout;
  try {
    return new LogSocket(await Deno.connect({ transport: "unix", path }));
  } catch (error) {
    const message = `Cannot log to ${PATH}, but to stdout: ${error}`;
    const timestamp = new Date().toISOString();
    const line = JSON.stringify({ timestamp, level: "WARN", message });
    Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
    return Deno.stdout;
  }
}

/** Writes lines to a socket one after the other, without waiting for it. */
class LogSocket implements LogStream {
  readonly #connection: Deno.UnixConn;
  readonly #lines: Uint8Array[] = [];
  #writing: Promise<void> | undefined;
  #isLost = false;

  constructor(connection: Deno.UnixConn) {
    this.#connection = connection;
  }

  writeSync(line: Uint8Array): number {
    if (this.#isLost) return Deno.stdout.writeSync(line);
    this.#lines.push(line);
    this.#writing ??= this.#write();
    return line.byteLength;
  }

  /** Settles when everything is written. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    try {
      for (let line = this.#lines[0]; line; line = this.#lines[0]) {
        let rest = line;
        while (rest.byteLength > 0) {
          rest = rest.subarray(await this.#connection.write(rest));
        }
        this.#lines.shift();
      }
    } catch {
      this.#isLost = true;
      for (const line of this.#lines.splice(0)) Deno.stdout.writeSync(line);
    }
    this.#writing = undefined;
  }
}
