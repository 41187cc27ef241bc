// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { InvocationHeaders } from "./invocation.ts";

/** A header or a trailer. */
export type Header = [name: string, value: string];

/** What the server says to a request. */
export interface Reply {
  readonly status: number;
  readonly headers: InvocationHeaders & Iterable<[string, string]>;
  /** The body, decoded as UTF-8. */
  readonly text: string;
  /** Whether its end could be told from a connection that was cut. */
  readonly isFramed: boolean;
}

/** What the server says to a post. */
export interface PostAnswer {
  readonly status: number;
  /** The body; it may be left out where the status is one of success. */
  readonly text: string;
  /**
   * Whether the post had to be sent twice, and may have been taken twice.
   *
   * @default {false}
   */
  readonly isRepeated?: boolean;
}

/**
 * Carries the requests of the Runtime API. What gets no answer, or a broken one,
 * rejects with `UnansweredError`.
 */
export interface Transport {
  /** Asks for the next invocation, without a time limit. */
  next(): Promise<Reply>;
  /** Sends a body. */
  post(
    path: string,
    headers: Header[],
    body: string | Uint8Array<ArrayBuffer>,
  ): Promise<PostAnswer>;
  /** Sends any other request, and gives all of its reply. */
  send(
    method: "GET" | "POST",
    path: string,
    headers: Header[],
    body?: string,
  ): Promise<Reply>;
  /** Leaves the connections that there are, for new ones. */
  reconnect(): void;
}
