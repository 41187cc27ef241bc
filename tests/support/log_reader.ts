// Copyright 2026 the Toukon Lambda authors. MIT license.

import { Child, Lifeline, type Server } from "./child.ts";
import { type LogEntry, parseLog } from "./concurrent_function.ts";

/**
 * A process that takes the log from a socket, as Lambda does. It is one of its
 * own since no permission set can grant a path that is not known before.
 */
export class LogReader implements Server, AsyncDisposable {
  readonly #directory = Deno.makeTempDirSync();
  /** The socket. */
  readonly path: string = `${this.#directory}/log.sock`;
  readonly #child: Child;
  readonly #lifeline = new Lifeline();

  private constructor(limit?: number) {
    this.#child = new Child(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--no-config",
        "--allow-all",
        new URL("../fixtures/concurrent/log_reader.ts", import.meta.url).href,
        this.path,
        ...limit === undefined ? [] : [String(limit)],
      ],
    });
  }

  /**
   * Starts it, and waits until it listens.
   *
   * @param limit After so many bytes, it reads no further.
   */
  static async start(limit?: number): Promise<LogReader> {
    const reader = new LogReader(limit);
    await reader.more(0);
    return reader;
  }

  /** Fails what is waited for when the function ends. */
  serveTo(process: { lost: Promise<never> }): void {
    this.#lifeline.serveTo(process);
  }

  /**
   * Settles when more than so many characters have come.
   *
   * @throws {Error} If the function, or the process that reads, ends before.
   */
  async more(length: number): Promise<void> {
    await this.#lifeline.unlessLost(
      this.#child.until(({ stdout }) => stdout.length > length),
    );
  }

  /**
   * Gives what has come, once the function has ended.
   *
   * @throws {Error} If reading has failed.
   */
  async entries(): Promise<LogEntry[]> {
    const { stdout, stderr } = await this.#child.ended();
    if (stderr) throw new Error(`Cannot read the log: ${stderr}`);
    return parseLog(stdout).slice(1);
  }

  /** Hangs up. */
  async hangUp(): Promise<void> {
    await this.#child[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.hangUp();
    Deno.removeSync(this.#directory, { recursive: true });
  }
}
