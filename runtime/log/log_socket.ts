// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { LogStream } from "./log.ts";
import { writeAll } from "./write_all.ts";

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
    warnOnStdout(`Cannot log to ${PATH}, but to stdout: ${error}`);
    return Deno.stdout;
  }
}

/**
 * Writes lines to a socket one after the other, without waiting for it. When it
 * is lost, those that are not written go to stdout: whole, since the part of
 * one that the socket took is of no use there.
 */
class LogSocket implements LogStream {
  readonly #connection: Deno.UnixConn;
  readonly #lines: Uint8Array[] = [];
  #writing: Promise<void> | undefined;
  #isLost = false;

  constructor(connection: Deno.UnixConn) {
    this.#connection = connection;
    // Nothing is written to a socket any more when the process ends.
    addEventListener("unload", () => this.#moveToStdout());
  }

  writeSync(line: Uint8Array): number {
    if (this.#isLost) {
      writeToStdout(line);
    } else {
      this.#lines.push(line.slice());
      this.#writing ??= this.#write();
    }
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
    } catch (error) {
      this.#isLost = true;
      warnOnStdout(
        `Lost ${PATH}: the log goes to stdout from here on: ${error}`,
      );
      this.#moveToStdout();
      this.#connection.close();
    }
    this.#writing = undefined;
  }

  #moveToStdout(): void {
    for (const line of this.#lines.splice(0)) writeToStdout(line);
  }
}

function warnOnStdout(message: string): void {
  const timestamp = new Date().toISOString();
  const line = JSON.stringify({ timestamp, level: "WARN", message });
  writeToStdout(new TextEncoder().encode(`${line}\n`));
}

function writeToStdout(line: Uint8Array): void {
  try {
    writeAll(Deno.stdout, line);
  } catch {
    // Nobody is left to tell that the log cannot be written.
  }
}
