// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Invocation, InvocationHeaders } from "../api/invocation.ts";
import { RuntimeError } from "../failure/errors.ts";
import { toDelayMs } from "./deadline_timer.ts";
import { type Moments, momentsOf, type MomentsOptions } from "./moments.ts";
import type { CognitoIdentity, Context, FunctionFacts } from "./context.ts";

/** Reads {@linkcode FunctionFacts} from Lambda's environment variables. */
export function readFunctionFacts(): FunctionFacts {
  return {
    functionName: Deno.env.get("AWS_LAMBDA_FUNCTION_NAME") ?? "",
    functionVersion: Deno.env.get("AWS_LAMBDA_FUNCTION_VERSION") ?? "",
    memoryLimitInMB: Deno.env.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE") ?? "",
    logGroupName: Deno.env.get("AWS_LAMBDA_LOG_GROUP_NAME") ?? "",
    logStreamName: Deno.env.get("AWS_LAMBDA_LOG_STREAM_NAME") ?? "",
  };
}

/** Lambda's longest timeout, for an invocation that came without a deadline. */
const LONGEST_TIMEOUT_MS = 15 * 60 * 1000;

/** What the runtime adds to an invocation. */
export interface InvocationContextOptions extends MomentsOptions {
  /** What `init()` has returned. */
  state?: unknown;
}

/** The {@linkcode Context} that the runtime makes of an invocation. */
export class InvocationContext implements Context {
  readonly awsRequestId: string;
  readonly requestId: string;
  readonly invokedFunctionArn: string;
  readonly functionArn: string;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly memoryLimitInMB: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  readonly identity: CognitoIdentity | undefined;
  // deno-lint-ignore no-explicit-any
  readonly clientContext: any;
  readonly deadlineMs: number;
  readonly timestamp: Date;
  readonly traceId: string | undefined;
  readonly tenantId: string | undefined;
  // deno-lint-ignore no-explicit-any
  readonly state: any;
  callbackWaitsForEmptyEventLoop = true;
  readonly getRemainingTimeInMillis: () => number;
  readonly #options: MomentsOptions;
  #moments: Moments | undefined;
  #abort: AbortController | undefined;
  #warning: ReturnType<typeof setTimeout> | undefined;
  #ended = false;
  #failure: unknown;

  constructor(
    { requestId, headers }: Invocation,
    facts: FunctionFacts,
    options: InvocationContextOptions = {},
  ) {
    const now = Date.now();
    const arn = headers.get("lambda-runtime-invoked-function-arn") ?? "";
    this.awsRequestId = requestId;
    this.requestId = requestId;
    this.invokedFunctionArn = arn;
    this.functionArn = arn;
    this.functionName = facts.functionName;
    this.functionVersion = facts.functionVersion;
    this.memoryLimitInMB = facts.memoryLimitInMB;
    this.logGroupName = facts.logGroupName;
    this.logStreamName = facts.logStreamName;
    this.identity = readJson(headers, "lambda-runtime-cognito-identity");
    this.clientContext = readJson(headers, "lambda-runtime-client-context");
    this.deadlineMs = readDeadlineMs(headers);
    this.timestamp = new Date(now);
    this.traceId = readText(headers, "lambda-runtime-trace-id");
    this.tenantId = readText(headers, "lambda-runtime-aws-tenant-id");
    this.state = options.state;
    this.getRemainingTimeInMillis = () =>
      Math.max(0, this.deadlineMs - Date.now());
    this.#options = options;
  }

  /** The times of this invocation's signal, timeout and report. */
  get moments(): Moments {
    return this.#moments ??= momentsOf(
      this.deadlineMs,
      this.timestamp.getTime(),
      this.#options,
    );
  }

  /** Made when it is first asked for: most handlers never do. */
  get signal(): AbortSignal {
    if (!this.#abort) {
      this.#abort = new AbortController();
      if (this.#ended) {
        if (this.#failure !== undefined) this.#abort.abort(this.#failure);
        return this.#abort.signal;
      }
      const now = Date.now();
      const { signalAtMs, timeoutAtMs } = this.moments;
      // Asked for late, it still comes before the timeout.
      const delayMs = Math.max(signalAtMs - now, (timeoutAtMs - now) / 2);
      this.#warning = setTimeout(() => {
        this.#abort?.abort(
          new DOMException(
            "The invocation is about to time out",
            "TimeoutError",
          ),
        );
      }, toDelayMs(delayMs));
    }
    return this.#abort.signal;
  }

  done(): void {
    throw endedWithCallbacks("done");
  }

  fail(): void {
    throw endedWithCallbacks("fail");
  }

  succeed(): void {
    throw endedWithCallbacks("succeed");
  }

  /** Clears the signal's timer; aborts the signal if the invocation failed. */
  end(failure?: unknown): void {
    this.#ended = true;
    this.#failure ??= failure;
    if (!this.#abort) return;
    clearTimeout(this.#warning);
    if (failure !== undefined) this.#abort.abort(failure);
  }
}

function endedWithCallbacks(name: string): TypeError {
  return new TypeError(
    `Cannot call context.${name}(): it ended with the callbacks of Node.js 22. Return the reply, or throw the error`,
  );
}

/** Gives when an invocation times out, in milliseconds since the epoch. */
export function readDeadlineMs(headers: InvocationHeaders): number {
  const deadlineMs = Number(headers.get("lambda-runtime-deadline-ms"));
  return deadlineMs > 0 ? deadlineMs : Date.now() + LONGEST_TIMEOUT_MS;
}

/** An empty header is as good as none. */
function readText(
  headers: InvocationHeaders,
  name: string,
): string | undefined {
  const value = headers.get(name);
  return value ? decode(value) : undefined;
}

function readJson(headers: InvocationHeaders, name: string) {
  const text = readText(headers, name);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new RuntimeError(
      "Runtime.UnmarshalError",
      `Cannot parse the ${name} header: expected JSON, found ${text.length} characters that are none`,
    );
  }
}

/** Lambda sends UTF-8; fetch reads header bytes as Latin-1. */
function decode(value: string): string {
  if (!/[\x80-\xff]/.test(value)) return value;
  const bytes = Uint8Array.from(value, (unit) => unit.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}
