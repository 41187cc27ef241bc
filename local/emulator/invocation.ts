// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Takes what a function streams. */
export interface StreamWriter {
  /** Takes a part, and settles when there is room for the next. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

/** An attempt at an invocation, as it goes to the function. */
export interface Attempt {
  /** The id of the request, the same in each attempt at it. */
  readonly requestId: string;
  /** The event, as JSON. */
  readonly payload: Uint8Array<ArrayBuffer>;
  /** What the client says of itself, as JSON. */
  readonly clientContext?: string;
  /** The header of X-Ray. */
  readonly traceId: string;
  /** Waits for the whole log of the invocation. */
  readonly wantsLog?: boolean;
  /** Opens the way for a streamed reply; without it, one is collected. */
  readonly openStream?: (contentType: string) => StreamWriter;
}

/** What became of an {@linkcode Attempt}. */
export interface Outcome {
  /** The reply, or the error as JSON; empty where the reply was streamed. */
  readonly payload: Uint8Array<ArrayBuffer>;
  /** The media type of the reply. */
  readonly contentType: string;
  /** The type of the error, where the function has failed. */
  readonly errorType?: string;
  /** The last 4 KB of the log, where the attempt asked for it. */
  readonly log?: string;
}

const ENCODER = new TextEncoder();

/** Makes the outcome of a function that has failed. */
export function failed(
  errorType: string,
  errorMessage: string,
): Outcome {
  return {
    payload: ENCODER.encode(JSON.stringify({ errorType, errorMessage })),
    contentType: "application/json",
    errorType,
  };
}

/** Lambda names the request in what it says itself. */
export function failedByItself(
  { requestId }: Attempt,
  errorType: string,
  message: string,
): Outcome {
  return failed(errorType, `RequestId: ${requestId} Error: ${message}`);
}
