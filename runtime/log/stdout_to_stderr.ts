// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { LogStream } from "./log.ts";

/** What is used of Node's process, whose types not every project has. */
interface NodeProcess {
  stdout: NodeStream;
  stderr: NodeStream;
  getBuiltinModule(name: "node:console"): {
    Console: new (stdout: NodeStream, stderr: NodeStream) => Console;
  };
  getBuiltinModule(
    name: "node:fs",
  ): Record<string, (target: unknown, ...rest: unknown[]) => unknown>;
}

interface NodeStream {
  write(...args: unknown[]): boolean;
}

/** The functions of node:fs that write to a file descriptor. */
const WRITERS = [
  "write",
  "writeSync",
  "writev",
  "writevSync",
  "writeFile",
  "writeFileSync",
  "appendFile",
  "appendFileSync",
];

/**
 * Sends to stderr what this thread writes to stdout from now on, through
 * `console`, `Deno.stdout`, `process.stdout` or the functions of `node:fs`.
 *
 * It does not reach what imports those functions by name, child processes that
 * inherit stdout, native code and threads that the handler starts.
 *
 * @returns The one way to stdout that is left.
 */
export function sendStdoutToStderr(): LogStream {
  const stdout = { writeSync: Deno.stdout.writeSync.bind(Deno.stdout) };
  const { process } = globalThis as unknown as { process: NodeProcess };
  redirectDeno();
  // A terminal is not written through Deno.stdout.
  process.stdout.write = process.stderr.write.bind(process.stderr);
  const { Console } = process.getBuiltinModule("node:console");
  // In place, since node:console exports the same object.
  Object.assign(console, new Console(process.stderr, process.stderr));
  redirectNode(process.getBuiltinModule("node:fs"));
  return stdout;
}

function redirectDeno(): void {
  const { stdout, stderr } = Deno;
  stdout.write = stderr.write.bind(stderr);
  stdout.writeSync = stderr.writeSync.bind(stderr);
  Object.defineProperty(stdout, "writable", {
    get: () => stderr.writable,
    configurable: true,
  });
}

function redirectNode(
  fs: Record<string, (target: unknown, ...rest: unknown[]) => unknown>,
): void {
  for (const name of WRITERS) {
    // A proxy keeps what util.promisify() reads off the function.
    fs[name] = new Proxy(fs[name], {
      apply: (write, self, [target, ...rest]) =>
        Reflect.apply(write, self, [target === 1 ? 2 : target, ...rest]),
    });
  }
}
