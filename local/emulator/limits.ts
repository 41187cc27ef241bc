// Copyright 2026 the Toukon Lambda authors. MIT license.

const MIB = 1024 * 1024;

/** What the service takes at most, in bytes. */
export const LIMITS = {
  /** The event of a synchronous invocation. */
  request: 6 * MIB,
  /** The event of an asynchronous invocation. */
  asyncRequest: 1 * MIB,
  /** A reply that is not streamed. */
  reply: 6 * MIB + 100,
  /** A streamed reply. */
  stream: 200 * MIB,
  /** All headers of a request or a response through API Gateway. */
  apiGatewayHeaders: 10 * 1024,
  /** The same through a load balancer. */
  loadBalancerHeaders: 32 * 1024,
  /** The client context, in base64. */
  clientContext: 3_583,
  /** The log that a client may ask for. */
  log: 4 * 1024,
} as const;

/** How many invocations may run or wait at once, as in a new account. */
export const MAX_CONCURRENCY = 1_000;
