// Copyright 2026 the Toukon Lambda authors. MIT license.

import { environmentStart } from "../handler/slot.ts";
import type { LambdaLog } from "../log/log.ts";

/** What is used of Node's inspector, whose types not every project has. */
interface Inspector {
  Session: new () => {
    connect(): void;
    disconnect(): void;
    on(
      event: "Debugger.scriptParsed",
      listener: (message: { params: { url: string } }) => void,
    ): void;
    post(method: "Debugger.enable", done: (error: unknown) => void): void;
  };
}

/**
 * Logs how long the start of the environment has taken, right before the first
 * invocation is asked for.
 */
export async function logInit(log: LambdaLog): Promise<void> {
  const { beganAtMs, importedAtMs, endedAtMs, modules } = environmentStart;
  if (beganAtMs === undefined) return;
  const since = (atMs?: number) =>
    atMs === undefined ? undefined : round(atMs - beganAtMs);
  const firstNextMs = round(performance.now());
  log.write("INFO", "Init", [withoutUndefined({
    importMs: since(importedAtMs),
    initMs: importedAtMs === undefined || endedAtMs === undefined
      ? undefined
      : round(endedAtMs - importedAtMs),
    firstNextMs,
    modules: modules ?? await countModules(),
  })], true);
}

/**
 * Counts the modules that this thread has loaded. Only the inspector knows them,
 * which Deno grants to who is granted all of `sys`.
 */
export async function countModules(): Promise<number | undefined> {
  const { state } = Deno.permissions.querySync({ name: "sys" });
  if (state !== "granted") return undefined;
  try {
    return await countScripts();
  } catch {
    return undefined;
  }
}

async function countScripts(): Promise<number> {
  const { process } = globalThis as unknown as {
    process: { getBuiltinModule(name: "node:inspector"): Inspector };
  };
  const session = new (process.getBuiltinModule("node:inspector").Session)();
  let count = 0;
  session.on("Debugger.scriptParsed", ({ params: { url } }) => {
    // Not those of Deno itself.
    if (/^(file|https?|data|blob):/.test(url)) count++;
  });
  session.connect();
  try {
    await new Promise<void>((resolve, reject) =>
      session.post(
        "Debugger.enable",
        (error) => error ? reject(error) : resolve(),
      )
    );
  } finally {
    session.disconnect();
  }
  return count;
}

function round(ms: number): number {
  return Number(ms.toFixed(1));
}

function withoutUndefined(
  fields: Record<string, unknown>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  );
}
