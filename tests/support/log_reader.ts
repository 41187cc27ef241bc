// Copyright 2026 the Toukon Lambda authors. MIT license.

import { type LogEntry, parseLog } from "./concurrent_function.ts";

/**
 * A process that takes the log from a socket, as Lambda does. It is one of its
 * own since no permission set can grant a path that is not known before.
 */
export class LogReader implements AsyncDisposable {
  readonly #directory = Deno.makeTempDirSync();
  /** The socket. */
  readonly path: string = `${this.#directory}/log.sock`;
  readonly #child: Deno.ChildProcess;
  readonly #done: Promise<void>;
  readonly #watchers: { length: number; found: () => void }[] = [];
  #text = "";

  private constructor(limit?: number) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--no-config",
        "--allow-all",
        new URL("../fixtures/concurrent/log_reader.ts", import.meta.url).href,
        this.path,
        ...limit === undefined ? [] : [String(limit)],
      ],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    this.#done = this.#read();
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

  /** Settles when more than so many characters have come. */
  more(length: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#watchers.push({ length, found: resolve });
    this.#tell();
    return promise;
  }

  /** Gives what has come, once the function has ended. */
  async entries(): Promise<LogEntry[]> {
    await this.#done;
    return parseLog(this.#text).slice(1);
  }

  /** Hangs up. */
  async hangUp(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await this.#child.status;
    await this.#done;
    Deno.removeSync(this.#directory, { recursive: true });
  }

  async #read(): Promise<void> {
    const texts = this.#child.stdout.pipeThrough(new TextDecoderStream());
    for await (const text of texts) {
      this.#text += text;
      this.#tell();
    }
  }

  #tell(): void {
    for (const { length, found } of this.#watchers) {
      if (this.#text.length > length) found();
    }
  }
}
