// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * The client has sent a request that a `Request` cannot express: its body is not
 * base64 although the event says so, it has a header name or value that HTTP
 * does not allow, or it has a method that a `Request` may not have.
 *
 * The runtime answers it with status 400 and does not call the handler.
 *
 * @example Usage
 * ```ts
 * import { BadRequestError, toRequest } from "@toukon/lambda/http";
 * import { assertThrows } from "@std/assert/throws";
 *
 * assertThrows(
 *   () => toRequest({ httpMethod: "TRACE", path: "/" }),
 *   BadRequestError,
 *   'A request with the method "TRACE" cannot be answered',
 * );
 * ```
 */
export class BadRequestError extends TypeError {
  /** The name of the class. */
  override readonly name = "BadRequestError";
}
