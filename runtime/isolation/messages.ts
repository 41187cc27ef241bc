// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { ConfigFile } from "../config.ts";
import type { FunctionFacts } from "../handler/context.ts";
import type { Failure } from "../failure/failure.ts";
import type { Hook } from "../handler/runner.ts";
import type { LogFormat } from "../log/log.ts";
import type { Reply } from "../reply/reply.ts";

/** The name of the workers that the runtime starts. */
export const WORKER_NAME = "toukon-lambda";

/** What a worker says first: a message that comes before it listens is lost. */
export const LISTENING = "toukon-lambda is listening";

/** What a worker is told before anything else. */
export interface Start {
  /** The key of the last invocation that has begun, shared by both threads. */
  begun: Int32Array;
  /** The configuration. */
  file: ConfigFile;
  /** What every context says. */
  facts: FunctionFacts;
  /** Whether several invocations run at once. */
  isConcurrent: boolean;
  /** Whether its environment was restored before the worker was started. */
  isRestored: boolean;
  /** A lock that the worker holds as long as it lives. */
  lockName: string;
  /** How it writes what it logs. */
  logFormat: LogFormat;
  /** Whether what it logs goes to the main thread instead of stdout. */
  logsToMain: boolean;
  /** The time that sending dead letters takes from the handler at most. */
  reserveMs: number;
  /** Where everything else is said. */
  port: MessagePort;
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

/** What a worker says; a key names an invocation. */
export type FromWorker =
  /** It holds its lock. */
  | { kind: "alive" }
  | { kind: "started"; hooks: readonly Hook[] }
  | { kind: "start failed"; failure: Failure }
  /** Without a reply where one was streamed. */
  | { kind: "replied"; key: number; reply: Reply | undefined }
  | { kind: "failed"; key: number; failure: Failure }
  | { kind: "open"; key: number; contentType: string }
  | { kind: "chunk"; key: number; bytes: Uint8Array }
  | { kind: "end"; key: number; failure: Failure | undefined }
  | { kind: "called"; failure: Failure | undefined }
  | { kind: "log"; line: Uint8Array };
