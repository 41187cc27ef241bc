// Copyright 2026 the Toukon Lambda authors. MIT license.

/** An error that the runtime throws and catches itself. */
export class InternalError extends Error {
  readonly #isInternal = true;

  /**
   * Whether a value is an error of this class. Unlike `instanceof` alone, it
   * runs no traps where a handler throws a proxy.
   */
  static is<T extends InternalError>(
    this: new (...args: never[]) => T,
    value: unknown,
  ): value is T {
    return typeof value === "object" && value !== null &&
      #isInternal in value && value instanceof this;
  }
}

/** The Runtime API is gone, or has asked for the process to end. */
export class RuntimeApiLostError extends InternalError {
  override name = "RuntimeApiLostError";
}

/** A request to the Runtime API that has got no answer, or a broken one. */
export class UnansweredError extends InternalError {
  override name = "UnansweredError";
  /** Whether the Runtime API may have taken what was sent. */
  readonly mayBeTaken: boolean;

  constructor(message: string, mayBeTaken: boolean, options?: ErrorOptions) {
    super(message, options);
    this.mayBeTaken = mayBeTaken;
  }
}

/**
 * An error that the runtime itself raises for an invocation or for init.
 *
 * Its name goes to Lambda as it is, in the form `Runtime.Reason` or
 * `Function.Reason` that Lambda keeps in its telemetry.
 */
export class RuntimeError extends Error {
  /**
   * @param type The error type, such as `Runtime.UnmarshalError`.
   * @param message What was found, what was expected, and what to do.
   */
  constructor(
    type: `${"Runtime" | "Function"}.${string}`,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = type;
  }
}

/**
 * Makes the error about a key of deno.json that cannot be used.
 *
 * @param key The path of the key, such as `lambda.handler`.
 * @param problem What was expected and what was found.
 */
export function invalidConfig(key: string, problem: string): RuntimeError {
  return new RuntimeError(
    "Runtime.InvalidConfig",
    `Cannot use "${key}" of deno.json: ${problem}`,
  );
}
