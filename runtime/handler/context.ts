// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Invocation, InvocationHeaders } from "../api/invocation.ts";
import { RuntimeError } from "../failure/errors.ts";
import { toDelayMs } from "./deadline_timer.ts";
import { type Moments, momentsOf, type MomentsOptions } from "./moments.ts";

/** The Amazon Cognito identity of the caller, when a mobile SDK signed it in. */
export interface CognitoIdentity {
  /** The authenticated identity. */
  readonly cognitoIdentityId: string;
  /** The identity pool that authenticated it. */
  readonly cognitoIdentityPoolId: string;
}

/**
 * What Lambda tells about one invocation.
 *
 * Carries the fields of AWS's Node.js context under their AWS names, so that
 * libraries written for it work unchanged, and shorter names for the same
 * facts.
 *
 * @typeParam State What `init()` returns.
 *
 * @example Usage
 * ```ts
 * import type { Context } from "@toukon/lambda";
 *
 * export function handleEvent(_event: unknown, context: Context) {
 *   return { id: context.requestId, leftMs: context.getRemainingTimeInMillis() };
 * }
 * ```
 */
export interface Context<State = unknown> {
  /** Identifies the invocation; a retry by Lambda carries the same id. */
  readonly awsRequestId: string;
  /** The same as {@linkcode Context.awsRequestId}. */
  readonly requestId: string;
  /** The ARN that was invoked, with the version or alias that was used. */
  readonly invokedFunctionArn: string;
  /** The same as {@linkcode Context.invokedFunctionArn}. */
  readonly functionArn: string;
  /** The name of the function. */
  readonly functionName: string;
  /** The version of the function, `$LATEST` when none was published. */
  readonly functionVersion: string;
  /** The memory of the function, in megabytes, as text. */
  readonly memoryLimitInMB: string;
  /** The CloudWatch Logs group; empty under SnapStart, where Lambda omits it. */
  readonly logGroupName: string;
  /** The CloudWatch Logs stream; empty under SnapStart. */
  readonly logStreamName: string;
  /** The caller's Cognito identity, when there is one. */
  readonly identity: CognitoIdentity | undefined;
  /** What the caller passed as client context, parsed. */
  // deno-lint-ignore no-explicit-any
  readonly clientContext: any;
  /** When the invocation times out, in milliseconds since the epoch. */
  readonly deadlineMs: number;
  /** When the runtime received the invocation. */
  readonly timestamp: Date;
  /** The X-Ray tracing header, when there is one. */
  readonly traceId: string | undefined;
  /** The tenant, for functions with tenant isolation. */
  readonly tenantId: string | undefined;
  /**
   * Aborts shortly before the deadline, by up to a second earlier where
   * `lambda.deadLetter` is set, and when the invocation has failed.
   */
  readonly signal: AbortSignal;
  /**
   * What `init()` has returned: the same value for every invocation that its
   * thread answers.
   */
  readonly state: State;
  /**
   * Present for libraries that set it. A reply is sent as soon as the handler
   * has returned, whatever the value.
   *
   * @default {true}
   */
  callbackWaitsForEmptyEventLoop: boolean;
  /** The milliseconds left until the deadline; never below 0. */
  getRemainingTimeInMillis(): number;
  /**
   * Present for the types of libraries that are written for AWS's context.
   *
   * @deprecated Return the reply, or throw the error.
   * @throws {TypeError} Always: Node.js 24 has it no more either.
   */
  // deno-lint-ignore no-explicit-any
  done(error?: Error, result?: any): void;
  /**
   * Present for the types of libraries that are written for AWS's context.
   *
   * @deprecated Throw the error.
   * @throws {TypeError} Always: Node.js 24 has it no more either.
   */
  fail(error: Error | string): void;
  /**
   * Present for the types of libraries that are written for AWS's context.
   *
   * @deprecated Return the reply.
   * @throws {TypeError} Always: Node.js 24 has it no more either.
   */
  // deno-lint-ignore no-explicit-any
  succeed(result: any): void;
}

/** What is the same for every invocation of an environment. */
export interface FunctionFacts {
  readonly functionName: string;
  readonly functionVersion: string;
  readonly memoryLimitInMB: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
}

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

/** What is not in an invocation itself. */
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

  /** When what happens to the invocation. */
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

  /** Ends what the context keeps going, and aborts the signal of a failure. */
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
