// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Failure } from "../failure/failure.ts";
import type { Log } from "../log/log.ts";
import { serialize, toBytes } from "./reply.ts";
import { InternalError } from "../failure/errors.ts";

/** A reply to Lambda, or to a person's terminal, that is sent in chunks. */
export interface ReplyStream {
  /** Settles when the receiver reads no further. */
  readonly stopped: Promise<unknown>;
  /** Sends bytes; settles when the receiver is ready for more. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends the reply, with the failure that has cut it off, if one has. */
  end(failure?: Failure): Promise<void>;
}

/** Options for {@linkcode sendStream}. */
export interface SendOptions {
  /** Begins the reply. */
  open: (contentType: string) => Promise<ReplyStream>;
  /** Rejects when the invocation has failed by itself. */
  failed: Promise<never>;
  /** Called with whatever cuts the reply off once it has begun. */
  abort: (error: unknown) => void;
  /** Called when nothing can change any more how the reply ends. */
  ending?: () => void;
  /** Reports the error that ended the stream, before the stream is closed. */
  report: (error: unknown) => Failure | Promise<Failure>;
  log: Log;
}

const ENCODER = new TextEncoder();
const PIECE_BYTES = 64 * 1024;
/** How many chunks are sent before timers have their turn. */
const CHUNKS_A_TURN = 64;

/**
 * Sends a stream as it is produced. It asks for a chunk when it has sent the one
 * before.
 *
 * It throws what fails up to the first chunk. The reply has begun then: what
 * fails later is logged, and ends the reply with a failure.
 */
export async function sendStream(
  stream: AsyncIterable<unknown>,
  { open, failed, abort, ending, report, log }: SendOptions,
): Promise<void> {
  const reader = readerOf(stream);
  let first: IteratorResult<unknown>;
  let reply: ReplyStream;
  try {
    first = await Promise.race([reader.next(), failed]);
    const contentType = contentTypeOf(stream, first);
    // If the first chunk cannot be sent, this fails before the reply begins.
    if (!first.done) first = { value: toChunk(first.value), done: false };
    reply = await open(contentType);
  } catch (error) {
    reader.cancel(error);
    throw error;
  }

  let isOver = false;
  const memory = new Uint8Array(PIECE_BYTES);
  const send = async () => {
    let chunks = 0;
    for (
      let step = first;
      !step.done && !isOver;
      step = await reader.next()
    ) {
      for (const bytes of piecesOf(toChunk(step.value), memory)) {
        // What is sent after a failure would follow the trailers.
        if (isOver) return;
        // In HTTP an empty chunk is the end.
        if (bytes.byteLength > 0) await writeTo(reply, bytes);
      }
      // Chunks that nothing waits for would keep timers from firing.
      if (++chunks % CHUNKS_A_TURN === 0) await new Promise(setImmediate);
    }
  };
  const stop = () => {
    throw new StoppedError();
  };
  let failure: Failure | undefined;
  try {
    await Promise.race([send(), failed, reply.stopped.then(stop, stop)]);
  } catch (error) {
    isOver = true;
    // First the signal: what cancels the stream may look at it.
    abort(error);
    reader.cancel(error);
    if (StoppedError.is(error)) log.warn(error.message);
    else failure = await report(error);
  }
  ending?.();
  await reply.end(failure);
}

class StoppedError extends InternalError {
  override name = "StoppedError";

  constructor(options?: ErrorOptions) {
    super("Reply is no longer read: its stream is cancelled", options);
  }
}

/** Reads the chunks of a stream. */
export interface StreamReader {
  /** Gives the next chunk. */
  next(): Promise<IteratorResult<unknown>>;
  /**
   * Cancels the stream, without waiting for a chunk that it is producing. Never
   * throws.
   */
  cancel(reason: unknown): void;
}

/** Gives the reader of a stream. */
export function readerOf(stream: AsyncIterable<unknown>): StreamReader {
  if (stream instanceof ReadableStream) {
    // Its iterator would cancel only after the chunk that is being read.
    const reader = stream.getReader();
    return {
      next: () => reader.read() as Promise<IteratorResult<unknown>>,
      cancel: (reason) => {
        reader.cancel(reason).catch(() => {});
      },
    };
  }
  const iterator = stream[Symbol.asyncIterator]();
  return {
    next: () => iterator.next(),
    cancel: async (reason) => {
      try {
        await iterator.return?.(reason);
      } catch {
        // Nothing reads the stream any more, so that nothing needs the error.
      }
    },
  };
}

async function writeTo(reply: ReplyStream, chunk: Uint8Array): Promise<void> {
  try {
    await reply.write(chunk);
  } catch (cause) {
    throw new StoppedError({ cause });
  }
}

/** Gives the media type that the stream has, or else that of its first chunk. */
function contentTypeOf(
  stream: AsyncIterable<unknown> & { contentType?: unknown },
  { done, value }: IteratorResult<unknown>,
): string {
  if (typeof stream.contentType === "string") return stream.contentType;
  if (typeof value === "string") return "text/plain; charset=utf-8";
  const isBytes = value instanceof ArrayBuffer || ArrayBuffer.isView(value);
  return done || isBytes ? "application/octet-stream" : "application/x-ndjson";
}

/** Gives text and bytes as they are, and any other value as a line of JSON. */
function toChunk(value: unknown): string | Uint8Array {
  if (typeof value === "string") return value;
  const isObject = typeof value === "object" && value !== null;
  return (isObject ? toBytes(value) : undefined) ?? `${serialize(value)}\n`;
}

/**
 * Gives the bytes of a chunk in pieces. It encodes text into the same memory
 * each time: memory of its own for each text would pile up to more than 64 MiB
 * before V8 frees it.
 */
function* piecesOf(
  chunk: string | Uint8Array,
  memory: Uint8Array<ArrayBuffer>,
): Generator<Uint8Array> {
  if (typeof chunk !== "string") return yield chunk;
  for (let at = 0; at < chunk.length;) {
    const { read, written } = ENCODER.encodeInto(chunk.slice(at), memory);
    at += read;
    yield memory.subarray(0, written);
  }
}
