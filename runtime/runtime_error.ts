// Copyright 2026 the Toukon Lambda authors. MIT license.

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
