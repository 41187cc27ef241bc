// Copyright 2026 the Toukon Lambda authors. MIT license.

import { RuntimeError } from "../failure/errors.ts";
import { importNode } from "../import_node.ts";

/** What is used of a `Writable` of `node:stream`. */
interface NodeWritable {
  readonly writableEnded: boolean;
  write(chunk: unknown, ...rest: unknown[]): boolean;
  end(...args: unknown[]): this;
  destroy(error?: unknown): this;
  on(name: "error", listener: (error: unknown) => void): this;
}

interface NodeStream {
  Writable: new (options: { highWaterMark?: number }) => NodeWritable;
}

type Callback = (error?: Error | null) => void;

/** Takes what a {@linkcode WritableResponse} is given. */
export interface ResponseSink {
  /** Takes a chunk, and calls back when the next may come. */
  write(chunk: Uint8Array, callback: Callback): void;
  /** Told when all chunks have been taken. */
  finish(): void;
  /** Told when the stream is destroyed, which it also is after its end. */
  destroy(error: Error | null): void;
}

const { Writable } = await importNode<NodeStream>("stream");
const ENCODER = new TextEncoder();

/** The stream that a handler of `streamifyResponse` writes its reply into. */
export class WritableResponse extends Writable {
  /** The media type of the reply. */
  contentType = "application/octet-stream";
  /** Whether something was written, or the end. */
  hasBegun = false;
  /** Writes what comes first; `HttpResponseStream.from` sets it. */
  declare _onBeforeFirstWrite?: (
    write: (chunk: string | Uint8Array) => void,
  ) => void;
  readonly #sink: ResponseSink;

  /** @param highWaterMark How many bytes are kept before write() is false. */
  constructor(sink: ResponseSink, highWaterMark: number | undefined) {
    super({ highWaterMark });
    this.#sink = sink;
    // Without a listener, a stream that is destroyed would fail once more.
    this.on("error", () => {});
  }

  /** Sets the media type of the reply, before anything is written. */
  setContentType(contentType: string): void {
    if (this.hasBegun) {
      throw new RuntimeError(
        "Runtime.InvalidStreamingOperation",
        `Cannot set the content type "${contentType}": the response has begun. Set it before the first write`,
      );
    }
    this.contentType = contentType;
  }

  override write(chunk: unknown, ...rest: unknown[]): boolean {
    this.#begin();
    return super.write(toNodeChunk(chunk), ...rest);
  }

  override end(...args: unknown[]): this {
    // A response without a body needs its prelude too.
    this.#begin();
    const [chunk, ...rest] = args;
    return super.end(toNodeChunk(chunk), ...rest);
  }

  /** What Node.js calls for each chunk, when the one before is taken. */
  _write(chunk: Uint8Array, _encoding: string, callback: Callback): void {
    this.#sink.write(chunk, callback);
  }

  /** What Node.js calls at the end, when every chunk is taken. */
  _final(callback: Callback): void {
    this.#sink.finish();
    callback();
  }

  /** What Node.js calls when nothing more is taken. */
  _destroy(error: Error | null, callback: Callback): void {
    this.#sink.destroy(error);
    callback(error);
  }

  #begin(): void {
    if (this.hasBegun) return;
    this.hasBegun = true;
    const prelude: number[] = [];
    this._onBeforeFirstWrite?.((piece) => {
      const bytes = typeof piece === "string" ? ENCODER.encode(piece) : piece;
      for (const byte of bytes) prelude.push(byte);
    });
    if (prelude.length > 0) super.write(Uint8Array.from(prelude));
  }
}

/** As in AWS's runtime, what is neither text nor bytes is written as JSON. */
function toNodeChunk(chunk: unknown): unknown {
  const isObject = typeof chunk === "object" && chunk !== null;
  const isJson = typeof chunk === "number" || typeof chunk === "boolean" ||
    isObject && !(chunk instanceof Uint8Array);
  return isJson ? JSON.stringify(chunk) : chunk;
}
