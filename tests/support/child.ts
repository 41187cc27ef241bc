// Copyright 2026 the Toukon Lambda authors. MIT license.

/** How a child has ended, and what it wrote. */
export interface ChildResult {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * A program in a process of its own. What a test waits for from it fails with
 * its exit code and what it wrote as soon as it ends.
 */
export class Child implements AsyncDisposable {
  /** Rejects when the process ends, whatever the reason. */
  readonly lost: Promise<never>;
  readonly #process: Deno.ChildProcess;
  readonly #ended: Promise<ChildResult>;
  readonly #watchers = new Set<() => void>();
  readonly #written = { stdout: "", stderr: "" };

  constructor(command: string, options: Deno.CommandOptions) {
    this.#process = new Deno.Command(command, {
      stdin: "null",
      ...options,
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#ended = this.#readToEnd();
    this.lost = this.#ended.then((result) => {
      throw new Error(describeEnd(command, result));
    });
    // Most children end when nothing is left to wait for.
    this.lost.catch(() => {});
  }

  /** The standard input, where it was asked to be piped. */
  get stdin(): WritableStream<Uint8Array<ArrayBuffer>> {
    return this.#process.stdin;
  }

  /** Gives how the process ended, once it has. */
  ended(): Promise<ChildResult> {
    return this.#ended;
  }

  /**
   * Gives what a promise does.
   *
   * @throws {Error} If the process ends before.
   */
  unlessLost<Value>(promise: Promise<Value>): Promise<Value> {
    return Promise.race([promise, this.lost]);
  }

  /**
   * Gives what is found in what the process has written, once it is there.
   *
   * @throws {Error} If the process ends before.
   */
  until<Found>(
    find: (written: { stdout: string; stderr: string }) => Found,
  ): Promise<NonNullable<Found>> {
    const { promise, resolve } = Promise.withResolvers<NonNullable<Found>>();
    const watcher = () => {
      const found = find(this.#written);
      if (!found) return;
      this.#watchers.delete(watcher);
      resolve(found);
    };
    this.#watchers.add(watcher);
    watcher();
    return this.unlessLost(promise);
  }

  /** Sends a signal; one that has ended already stays as it is. */
  kill(signal: Deno.Signal = "SIGKILL"): void {
    try {
      this.#process.kill(signal);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill();
    await this.#ended;
  }

  async #readToEnd(): Promise<ChildResult> {
    const [{ code }] = await Promise.all([
      this.#process.status,
      this.#read("stdout"),
      this.#read("stderr"),
    ]);
    return { code, ...this.#written };
  }

  async #read(name: "stdout" | "stderr"): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of this.#process[name]) {
      this.#written[name] += decoder.decode(bytes, { stream: true });
      for (const watcher of this.#watchers) watcher();
    }
  }
}

/**
 * Runs a program to its end, and gives what it wrote.
 *
 * @throws {Error} If it ends with another exit code than 0.
 */
export async function runToEnd(
  command: string,
  options: Deno.CommandOptions = {},
): Promise<ChildResult> {
  await using child = new Child(command, options);
  const result = await child.ended();
  if (result.code !== 0) throw new Error(describeEnd(command, result));
  return result;
}

function describeEnd(
  command: string,
  { code, stdout, stderr }: ChildResult,
): string {
  return `${command} has ended with code ${code}, and wrote:\n${stdout}${stderr}`;
}

/** What hands out invocations to a function, and what waits for it. */
export interface Server {
  /** Fails what is waited for when the process ends. */
  serveTo(process: { lost: Promise<never> }): void;
}

/**
 * Fails what a server waits for when the process ends that it serves, be the
 * process there already or not.
 */
export class Lifeline implements Server {
  readonly #lost = Promise.withResolvers<never>();
  #isTied = false;
  #hasWaited = false;

  constructor() {
    this.#lost.promise.catch(() => {});
  }

  serveTo({ lost }: { lost: Promise<never> }): void {
    this.#isTied = true;
    lost.catch(this.#lost.reject);
  }

  /**
   * Refuses that something was waited for without any process to watch.
   *
   * @throws {Error} If it was.
   */
  assertTied(): void {
    if (this.#isTied || !this.#hasWaited) return;
    throw new Error(
      "Cannot tell when the function ends: give the API to FunctionProcess, or call serveTo()",
    );
  }

  /** Gives what a promise does, which fails when a connection is closed. */
  async unlessClosed<Value>(promise: Promise<Value>): Promise<Value> {
    try {
      return await promise;
    } catch (error) {
      // It is closed a moment before the process is known to have ended.
      const wait = Promise.withResolvers<void>();
      const timer = setTimeout(wait.resolve, 500);
      await this.unlessLost(wait.promise).finally(() => clearTimeout(timer));
      throw error;
    }
  }

  /** Gives what a promise does; one that nobody awaits may fail. */
  unlessLost<Value>(promise: Promise<Value>): Promise<Value> {
    this.#hasWaited = true;
    const value = Promise.race([promise, this.#lost.promise]);
    value.catch(() => {});
    return value;
  }
}
