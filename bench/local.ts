// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Measures the emulator: how soon `deno task local` is ready, how soon it is
 * again after a save, and how long a client waits for an invocation of a handler
 * that does nothing, which is what the emulator adds at most. The goals are
 * 500 ms, 300 ms, and 2 ms.
 *
 * ```sh
 * deno run -A bench/local.ts
 * ```
 *
 * @module
 */

import { median } from "./median.ts";

const STARTS = 7;
const SAVES = 15;
const INVOCATIONS = 1_000;
const HANDLER = "export const handleEvent = (event: unknown) => event;\n";

/** The emulator in a process of its own, and what it has written. */
class Command implements AsyncDisposable {
  readonly startedAt = performance.now();
  readonly #process: Deno.ChildProcess;
  readonly #reading: Promise<void>;
  readonly #waiting = new Set<() => void>();
  #text = "";
  #hasEnded = false;

  constructor(directory: string) {
    this.#process = new Deno.Command("deno", {
      args: ["task", "--quiet", "local", "--port=0", "--name=bench"],
      cwd: directory,
      env: { INIT_CWD: directory, NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
    }).spawn();
    this.#reading = this.#read();
  }

  /** Waits until the process has written something so many times. */
  async until(pattern: RegExp, times = 1): Promise<RegExpMatchArray> {
    for (;;) {
      const found = [...this.#text.matchAll(pattern)];
      if (found.length >= times) return found[times - 1];
      if (this.#hasEnded) throw new Error(`It has ended:\n${this.#text}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
      this.#waiting.clear();
    }
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of this.#process.stdout) {
      this.#text += decoder.decode(bytes, { stream: true });
      for (const wake of this.#waiting) wake();
    }
    this.#hasEnded = true;
    for (const wake of this.#waiting) wake();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGTERM");
    await this.#process.status;
    await this.#reading;
  }
}

async function main(): Promise<void> {
  const directory = Deno.makeTempDirSync();
  try {
    writeProject(directory);
    console.log("| ms, the median | measured | goal |");
    console.log("| --- | ---: | ---: |");
    row(`ready, of ${STARTS} starts`, median(await starts(directory)), 500);
    await using command = new Command(directory);
    await command.until(/ready after/g);
    row(
      `ready again, of ${SAVES} saves`,
      median(await saves(command, directory)),
      300,
    );
    row(
      `added, of ${INVOCATIONS} invocations`,
      median(await invocations(command)),
      2,
    );
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

function row(name: string, ms: number, goal: number): void {
  console.log(`| ${name} | ${ms.toFixed(2)} | ${goal} |`);
}

function writeProject(directory: string): void {
  const root = new URL("../", import.meta.url);
  const path = (name: string) =>
    decodeURIComponent(new URL(name, root).pathname);
  const { permissions, imports } = JSON.parse(
    Deno.readTextFileSync(path("deno.json")),
  );
  Deno.symlinkSync(path("vendor"), `${directory}/vendor`);
  Deno.writeTextFileSync(`${directory}/handler.ts`, HANDLER);
  Deno.writeTextFileSync(
    `${directory}/deno.json`,
    JSON.stringify({
      imports: { ...imports, "@toukon/lambda": "jsr:@toukon/lambda@^0.1" },
      links: [path("").replace(/\/$/, "")],
      vendor: true,
      lock: false,
      lambda: { handler: "./handler.ts" },
      tasks: { local: "deno run --quiet -P=local @toukon/lambda/local" },
      permissions: { local: permissions.local },
    }),
  );
}

async function starts(directory: string): Promise<number[]> {
  const times: number[] = [];
  for (let start = 0; start < STARTS; start++) {
    await using command = new Command(directory);
    await command.until(/ready after/g);
    times.push(performance.now() - command.startedAt);
  }
  return times;
}

async function saves(command: Command, directory: string): Promise<number[]> {
  const times: number[] = [];
  // The watcher has found the handler's modules by the time it is asked.
  await invocations(command, 100);
  for (let save = 1; save <= SAVES; save++) {
    const savedAt = performance.now();
    Deno.writeTextFileSync(`${directory}/handler.ts`, `${HANDLER}// ${save}\n`);
    await command.until(/ready after/g, save + 1);
    times.push(performance.now() - savedAt);
  }
  return times;
}

/** How long each invocation takes, one after the other. */
async function invocations(
  command: Command,
  count = INVOCATIONS,
): Promise<number[]> {
  const [, endpoint] = await command.until(/SDKs +(\S+)/g);
  const url = `${endpoint}/2015-03-31/functions/bench/invocations`;
  const times: number[] = [];
  for (let invocation = 0; invocation < count; invocation++) {
    const sentAt = performance.now();
    const response = await fetch(url, { method: "POST", body: "{}" });
    await response.json();
    times.push(performance.now() - sentAt);
  }
  return times;
}

await main();
