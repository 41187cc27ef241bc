// Copyright 2026 the Toukon Lambda authors. MIT license.

/** What every assertion throws when it fails. */
export class AssertionError extends Error {
  /**
   * Creates the error.
   *
   * @param message What was found and what was expected.
   * @param options May carry the cause.
   */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AssertionError";
  }
}
