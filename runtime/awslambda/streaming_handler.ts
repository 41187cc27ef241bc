// Copyright 2026 the Toukon Lambda authors. MIT license.

import { RuntimeError } from "../failure/errors.ts";
import {
  LINE_FEED,
  PRELUDE_CONTENT_TYPE,
  PRELUDE_DELIMITER_BYTES,
} from "../reply/reply.ts";
import { type ResponseSink, WritableResponse } from "./response_stream.ts";

/** A handler that writes its reply into a stream, as AWS's Node.js has it. */
export type StreamingHandler = (
  // deno-lint-ignore no-explicit-any
  event: any,
  // deno-lint-ignore no-explicit-any
  responseStream: any,
  // deno-lint-ignore no-explicit-any
  context: any,
) => unknown;

/** Calls a handler that writes its reply, and gives what it writes. */
export function callStreaming(
  handler: StreamingHandler,
  event: unknown,
  context: unknown,
  highWaterMark: number | undefined,
): ReadableStream<Uint8Array> {
  // A function URL, whose events have this version, waits for a first byte.
  const waitsForBody = (event as { version?: unknown } | null)?.version ===
    "2.0";
  const reply = new WrittenReply(highWaterMark, waitsForBody);
  reply.follow(() => handler(event, reply.stream, context));
  return reply.chunks;
}

/** A reply that a handler writes, as the chunks that are sent. */
class WrittenReply implements ResponseSink {
  /** What the handler writes into. */
  readonly stream: WritableResponse;
  /** What is sent. */
  readonly chunks: ReadableStream<Uint8Array>;
  readonly #finished = Promise.withResolvers<void>();
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #taken: (() => void) | undefined;
  readonly #waitsForBody: boolean;
  #hasReturned = false;
  #isCancelled = false;
  /** Whether nothing was written but status, headers and cookies. */
  #isPreludeOnly = false;
  #hasPrelude = false;

  constructor(highWaterMark: number | undefined, waitsForBody: boolean) {
    this.#waitsForBody = waitsForBody;
    const stream = new WritableResponse(this, highWaterMark);
    const chunks = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () => this.#taken?.(),
      cancel: (reason) => this.#cancel(reason),
    }, { highWaterMark: 0 });
    this.stream = stream;
    // Asked for when the first chunk is there.
    this.chunks = Object.defineProperty(chunks, "contentType", {
      get: () => stream.contentType,
    });
    // A destroyed stream fails the reply while the handler still runs.
    this.#finished.promise.catch((error) => this.#controller.error(error));
  }

  write(chunk: Uint8Array, callback: () => void): void {
    this.#taken = () => {
      this.#taken = undefined;
      callback();
    };
    this.#isPreludeOnly = !this.#hasPrelude &&
      this.stream.contentType === PRELUDE_CONTENT_TYPE &&
      endsWithDelimiter(chunk);
    this.#hasPrelude ||= this.#isPreludeOnly;
    this.#controller.enqueue(chunk);
  }

  finish(): void {
    this.#finished.resolve();
  }

  destroy(error: Error | null): void {
    this.#finished.reject(
      error ?? new RuntimeError(
        "Runtime.InvalidStreamingOperation",
        "Response stream was destroyed before its end: end it, or destroy it with an error",
      ),
    );
  }

  /** Ends the reply when the handler has returned and the stream has ended. */
  async follow(call: () => unknown): Promise<void> {
    try {
      await run(call);
      this.#hasReturned = true;
      // Something that it has begun may still be writing.
      await this.#finished.promise;
      if (this.#isCancelled) return;
      if (this.#isPreludeOnly && this.#waitsForBody) {
        this.#controller.enqueue(Uint8Array.of(LINE_FEED));
      }
      this.#controller.close();
    } catch (error) {
      await this.#fail(error);
    }
  }

  /** Fails the reply, after what was written: it is an error of the invocation where nothing was. */
  async #fail(error: unknown): Promise<void> {
    const { stream } = this;
    if (stream.hasBegun) {
      if (!stream.writableEnded) stream.end();
      await this.#finished.promise.catch(() => {});
    }
    this.#controller.error(error);
    stream.destroy();
  }

  #cancel(reason: unknown): void {
    this.#isCancelled = true;
    const { stream } = this;
    const isTimeout = reason instanceof Error &&
      reason.name === "Function.Timeout";
    if (isTimeout && this.#hasReturned && !stream.writableEnded) {
      console.warn(
        "Response stream has not ended, though the handler has returned: call responseStream.end()",
      );
    }
    stream.destroy(
      reason instanceof Error ? reason : new Error(String(reason)),
    );
  }
}

/** Runs a handler that must return a promise of nothing. */
async function run(call: () => unknown): Promise<void> {
  const returned = call();
  if (typeof (returned as PromiseLike<unknown>)?.then !== "function") {
    throw new RuntimeError(
      "Runtime.MalformedStreamingHandler",
      "Cannot stream the response: expected the handler to be async, found one that returns no promise",
    );
  }
  if (await returned !== undefined) {
    console.warn(
      "What the handler has returned is not sent: it streams its response, and has to write it",
    );
  }
}

function endsWithDelimiter(chunk: Uint8Array): boolean {
  return chunk.byteLength >= PRELUDE_DELIMITER_BYTES &&
    chunk.subarray(-PRELUDE_DELIMITER_BYTES).every((byte) => byte === 0);
}
