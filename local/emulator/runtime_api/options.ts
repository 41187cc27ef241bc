// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Outcome } from "../invocation.ts";

/** What the Runtime API tells the environment. */
export interface RuntimeApiEvents {
  /** The function has asked for its first invocation, or for its snapshot. */
  onReady(): void;
  /** The function says why it cannot start. */
  onInitError(error: Outcome): void;
  /** The function is through with an invocation, or can take one more. */
  onIdle(): void;
}

/** Options for {@linkcode RuntimeApi}. */
export interface RuntimeApiOptions extends RuntimeApiEvents {
  /** How many invocations are handed out at once. */
  concurrency: number;
  /** Whether the environment is one that is restored from a snapshot. */
  isSnapStart: boolean;
  /** What the headers of an invocation say of the function. */
  functionArn: string;
  /** What the register call says of the function. */
  functionFacts: Readonly<Record<string, string>>;
  /** The largest stream, in bytes. */
  maxStreamBytes: number;
}
