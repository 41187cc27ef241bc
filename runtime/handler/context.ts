// Copyright 2026 the Toukon Lambda authors. MIT license.

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
