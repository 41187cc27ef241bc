// Copyright 2026 the Toukon Lambda authors. MIT license.

import {
  PRELUDE_CONTENT_TYPE,
  PRELUDE_DELIMITER_BYTES,
} from "../reply/reply.ts";
import type { StreamingHandler } from "./streaming_handler.ts";

const STREAMING = Symbol.for("aws.lambda.runtime.handler.streaming");
const HIGH_WATER_MARK = Symbol.for(
  "aws.lambda.runtime.handler.streaming.highWaterMark",
);

/** A handler with what `streamifyResponse` leaves on it. */
interface MarkedHandler {
  [STREAMING]?: unknown;
  [HIGH_WATER_MARK]?: number;
}

/** What `HttpResponseStream.from` needs of a stream. */
interface PreludeStream {
  setContentType(contentType: string): void;
  _onBeforeFirstWrite?: (write: (chunk: string | Uint8Array) => void) => void;
}

/** What AWS's Node.js runtime has as the global `awslambda`. */
const awslambda = {
  /** Marks a handler that writes its reply into a stream. */
  streamifyResponse<Handler extends MarkedHandler>(
    handler: Handler,
    options?: { highWaterMark?: number },
  ): Handler {
    handler[STREAMING] = "response";
    if (typeof options?.highWaterMark === "number") {
      handler[HIGH_WATER_MARK] = Math.trunc(options.highWaterMark);
    }
    return handler;
  },
  HttpResponseStream: class HttpResponseStream {
    /** Has a stream begin with status, headers and cookies. */
    static from<Stream extends PreludeStream>(
      stream: Stream,
      prelude: unknown,
    ): Stream {
      stream.setContentType(PRELUDE_CONTENT_TYPE);
      const json = JSON.stringify(prelude);
      stream._onBeforeFirstWrite = (write) => {
        write(json);
        write(new Uint8Array(PRELUDE_DELIMITER_BYTES));
      };
      return stream;
    }
  },
};

/**
 * Puts `awslambda` where libraries written for AWS's Node.js runtime look for
 * it, beside what one of them has put there before.
 */
export function provideAwslambda(): void {
  const scope = globalThis as { awslambda?: object };
  scope.awslambda = { ...scope.awslambda, ...awslambda };
}

/** Whether a handler writes its reply into a stream, as AWS's Node.js has it. */
export function isStreaming(handler: object): boolean {
  return (handler as MarkedHandler)[STREAMING] === "response";
}

/**
 * Makes a handler that writes its reply into a stream one that returns it.
 *
 * @param bound What is called; marks are on the handler itself.
 */
export function adaptStreaming(
  handler: StreamingHandler,
  bound: StreamingHandler,
): (event: unknown, context: unknown) => Promise<unknown> {
  const { [HIGH_WATER_MARK]: highWaterMark } = handler as MarkedHandler;
  // Node's streams are loaded during the start, and only for such a handler.
  const loaded = import("./streaming_handler.ts");
  loaded.catch(() => {});
  return async (event, context) => {
    const { callStreaming } = await loaded;
    return callStreaming(bound, event, context, highWaterMark);
  };
}
