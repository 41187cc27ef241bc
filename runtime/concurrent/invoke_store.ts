// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Invocation } from "../api/invocation.ts";
import { type AsyncHooks, importNode } from "../import_node.ts";

const { AsyncLocalStorage } = await importNode<AsyncHooks>("async_hooks");

type Store = Record<PropertyKey, unknown>;

const PROTECTED_KEYS = {
  REQUEST_ID: Symbol.for("_AWS_LAMBDA_REQUEST_ID"),
  X_RAY_TRACE_ID: Symbol.for("_AWS_LAMBDA_X_RAY_TRACE_ID"),
  TENANT_ID: Symbol.for("_AWS_LAMBDA_TENANT_ID"),
  TRACEPARENT: Symbol.for("_AWS_LAMBDA_TRACEPARENT"),
  TRACESTATE: Symbol.for("_AWS_LAMBDA_TRACESTATE"),
  BAGGAGE: Symbol.for("_AWS_LAMBDA_BAGGAGE"),
} as const;

/** What of `@aws/lambda-invoke-store` the runtime itself needs. */
interface InvokeStore {
  run<T>(store: Store, fn: () => T): T;
}

const storage = new AsyncLocalStorage<Store>();

/**
 * What AWS's X-Ray SDK, Powertools and SDK v3 ask for the invocation that they
 * run in, under the names of AWS's `@aws/lambda-invoke-store`.
 */
const invokeStore = {
  getContext: (): Store | undefined => storage.getStore(),
  hasContext: (): boolean => storage.getStore() !== undefined,
  get: (key: PropertyKey): unknown => storage.getStore()?.[key],
  set(key: PropertyKey, value: unknown): void {
    if (isProtectedKey(key)) {
      throw new TypeError(
        `Cannot set "${String(key)}" of the invocation: Lambda sets it`,
      );
    }
    const store = storage.getStore();
    if (!store) {
      throw new TypeError(
        `Cannot set "${String(key)}": expected an invocation to run`,
      );
    }
    store[key] = value;
  },
  run: <T>(store: Store, fn: () => T): T => storage.run(store, fn),
  isProtectedKey,
  getRequestId: (): unknown =>
    invokeStore.get(PROTECTED_KEYS.REQUEST_ID) ?? "-",
  getXRayTraceId: (): unknown => invokeStore.get(PROTECTED_KEYS.X_RAY_TRACE_ID),
  getTenantId: (): unknown => invokeStore.get(PROTECTED_KEYS.TENANT_ID),
  getTraceparent: (): unknown => invokeStore.get(PROTECTED_KEYS.TRACEPARENT),
  getTracestate: (): unknown => invokeStore.get(PROTECTED_KEYS.TRACESTATE),
  getBaggage: (): unknown => invokeStore.get(PROTECTED_KEYS.BAGGAGE),
};

function isProtectedKey(key: PropertyKey): boolean {
  return Object.values<PropertyKey>(PROTECTED_KEYS).includes(key);
}

let provided: InvokeStore = invokeStore;

/**
 * Puts the store where AWS's libraries look for it. Where one of them has been
 * first, since it is imported beside the runtime, the store that it has put
 * there is filled instead.
 */
export function provideInvokeStore(): void {
  const scope = globalThis as { awslambda?: { InvokeStore?: InvokeStore } };
  scope.awslambda ??= {};
  provided = scope.awslambda.InvokeStore ??= invokeStore;
}

/** Runs a function with a store of its own. */
export function runInStore<T>(
  { requestId, headers }: Invocation,
  run: () => T,
): T {
  return provided.run({
    [PROTECTED_KEYS.REQUEST_ID]: requestId,
    [PROTECTED_KEYS.X_RAY_TRACE_ID]: headers.get("lambda-runtime-trace-id") ||
      undefined,
    [PROTECTED_KEYS.TENANT_ID]: headers.get("lambda-runtime-aws-tenant-id") ||
      undefined,
  }, run);
}
