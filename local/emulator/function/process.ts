// Copyright 2026 the Toukon Lambda authors. MIT license.

import { LogReader } from "./log_reader.ts";
import { MemoryGauge } from "./memory.ts";

/** How long what a process has printed is read after its end. */
const MAX_REST_MS = 500;

/** How the process of a function is started. */
export interface FunctionCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly directory: string;
  /** All of its environment variables. */
  readonly env: Readonly<Record<string, string>>;
}

/** The process of a function. */
export class FunctionProcess {
  readonly log: LogReader;
  readonly memory: MemoryGauge;
  /** Settles when it has ended and everything that it printed is read. */
  readonly ended: Promise<Deno.CommandStatus>;
  readonly #child: Deno.ChildProcess;
  #hasEnded = false;
  #isFrozen = false;

  constructor(
    { command, args, directory, env }: FunctionCommand,
    onLines: (lines: string) => void,
  ) {
    this.#child = new Deno.Command(command, {
      args: [...args],
      cwd: directory,
      env: { ...env },
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const { pid, stdout, stderr } = this.#child;
    this.log = new LogReader([stdout, stderr], onLines);
    this.memory = new MemoryGauge(pid);
    this.ended = this.#waitForEnd();
  }

  /** The id of the process. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Stops the process, as Lambda does between invocations. */
  freeze(): void {
    if (this.#isFrozen) return;
    this.#isFrozen = true;
    this.#signal("SIGSTOP");
  }

  /** Lets a frozen process go on. */
  thaw(): void {
    if (!this.#isFrozen) return;
    this.#isFrozen = false;
    this.#signal("SIGCONT");
  }

  /** Asks the process to end. */
  terminate(): void {
    this.thaw();
    this.#signal("SIGTERM");
  }

  /** Ends the process. */
  kill(): void {
    this.#signal("SIGKILL");
  }

  #signal(signal: Deno.Signal): void {
    if (this.#hasEnded) return;
    try {
      this.#child.kill(signal);
    } catch (error) {
      // It has ended meanwhile.
      const isGone = error instanceof TypeError ||
        error instanceof Deno.errors.NotFound;
      if (!isGone) throw error;
    }
  }

  async #waitForEnd(): Promise<Deno.CommandStatus> {
    const status = await this.#child.status;
    this.#hasEnded = true;
    const over = Promise.withResolvers<void>();
    // A process that it has started may hold its outputs open.
    const timer = setTimeout(over.resolve, MAX_REST_MS);
    await Promise.race([this.log.ended(), over.promise]);
    clearTimeout(timer);
    await this.log.close();
    await this.memory.settled();
    return status;
  }
}
