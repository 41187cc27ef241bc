// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { ConfigFile } from "../config.ts";
import type { Failure } from "../failure/failure.ts";
import type { FunctionFacts } from "../handler/context.ts";
import type { Hook } from "../handler/runner.ts";
import type { LogFormat, LogLevel } from "../log/log.ts";
import type { Reply } from "../reply/reply.ts";
import { NAME } from "../version.ts";

/** The worker sends this first; earlier messages to it would be lost. */
export const LISTENING = `${NAME} is listening`;

/** What a worker is told before anything else. */
export interface Start {
  /** When the environment began, if this worker begins with it. */
  beganAtMs: number | undefined;
  /** The key of the last invocation that has begun, shared by both threads. */
  begun: Int32Array;
  /** The configuration. */
  file: ConfigFile;
  /** What every context says. */
  facts: FunctionFacts;
  /** Whether several invocations run at once. */
  isConcurrent: boolean;
  /** Whether this is a local run, whose stdout has the reply alone. */
  isLocal: boolean;
  /** Whether its environment was restored before the worker was started. */
  isRestored: boolean;
  /** The name under which the end of the worker becomes known. */
  livenessName: string;
  /** How it writes what it logs. */
  logFormat: LogFormat;
  /** Whether what it logs goes to the main thread instead of stdout. */
  logsToMain: boolean;
  /** Whether a handler leaves time for a dead letter. */
  sendsLetters: boolean;
  /** Where everything else is said. */
  port: MessagePort;
}

/** How the start of a handler went, for the log of the main thread. */
export interface HandlerStart {
  /** When the handler was imported, in milliseconds since the epoch. */
  importedAtMs?: number;
  /** When its `init()` was done as well, in the same unit. */
  endedAtMs?: number;
  /** How many modules were loaded, where that was counted. */
  modules?: number;
}

/** An invocation as it travels to a worker. */
export interface SentInvocation {
  requestId: string;
  headers: [string, string][];
  body: string;
}

/** What the main thread says; a key names an invocation. */
export type ToWorker =
  | { kind: "invoke"; key: number; invocation: SentInvocation }
  /** The streamed reply is open, or its chunk was taken. */
  | { kind: "taken"; key: number }
  /** The streamed reply is no longer read. */
  | { kind: "stopped"; key: number; problem: string }
  | { kind: "call"; hook: Hook };

/** What a worker says of an invocation, which the key names. */
export type OfInvocation =
  & { key: number }
  & (
    /** Without a reply where one was streamed. */
    | { kind: "replied"; reply: Reply | undefined }
    | { kind: "failed"; failure: Failure }
    | { kind: "open"; contentType: string }
    | { kind: "chunk"; bytes: Uint8Array }
    | { kind: "end"; failure: Failure | undefined }
  );

/** What a worker says. */
export type FromWorker =
  | OfInvocation
  /** The worker holds its lock, so that its end can be seen. */
  | { kind: "alive" }
  | { kind: "started"; hooks: readonly Hook[]; start: HandlerStart }
  | { kind: "start failed"; failure: Failure }
  | { kind: "called"; failure: Failure | undefined }
  | { kind: "log"; line: Uint8Array; level: LogLevel | undefined };
