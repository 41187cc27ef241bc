// Copyright 2026 the Toukon Lambda authors. MIT license.

/** The headers of an invocation. */
export interface InvocationHeaders {
  /** Gives the value of a header by its name in lower case. */
  get(name: string): string | null | undefined;
}

/** One invocation as the Runtime API hands it out. */
export interface Invocation {
  /** Identifies the invocation in replies and logs. */
  readonly requestId: string;
  /** Everything else that Lambda says about it. */
  readonly headers: InvocationHeaders & Iterable<[string, string]>;
  /** The event, unparsed. */
  readonly body: string;
}
