// Copyright 2026 the Toukon Lambda authors. MIT license.

/** What Lambda is told of an error: the body of its error reports. */
export interface ErrorDocument {
  /** The name of the error: its class, or the type of a value that is none. */
  errorType: string;
  /** The message of the error. */
  errorMessage: string;
  /** The frames of the stack, innermost first, without the message. */
  stackTrace: string[];
  /** The error's `cause`, when it has one. */
  cause?: ErrorDocument;
  /** The errors of an `AggregateError`. */
  errors?: ErrorDocument[];
}
