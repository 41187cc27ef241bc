// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Failure } from "../failure/failure.ts";
import type { Log } from "../log/log.ts";
import { toBytes, toJson } from "./reply.ts";
import { InternalError } from "../failure/errors.ts";

/** Where a streamed reply goes. */
export interface ReplyStream {
  /** Settles when nothing more is read. */
  readonly stopped: Promise<unknown>;
  /** Settles when the bytes are taken, which is when more may come. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends the reply, with a failure where it could not be sent in full. */
  end(failure?: Failure): Promise<void>;
}

/** Options for {@linkcode sendStream}. */
export interface SendOptions {
  /** Begins the reply. */
  open: (contentType: string) => Promise<ReplyStream>;
  /** Rejects when the invocation has failed by itself. */
  failed: Promise<never>;
  /** Told what fails after the reply has begun. */
  abort: (error: unknown) => void;
  /** Tells of what the reply ends with before its reader is told. */
  report: (error: unknown) => Failure | Promise<Failure>;
  log: Log;
}

const ENCODER = new TextEncoder();
const PIECE_BYTES = 64 * 1024;

/**
 * Sends a stream as it is produced: each chunk is asked for when the one
 * before is sent.
 *
 * What goes wrong before the first chunk is thrown. What goes wrong later ends
 * the reply with a failure, since it has begun.
 */
export async function sendStream(
  stream: AsyncIterable<unknown>,
  { open, failed, abort, report, log }: SendOptions,
): Promise<void> {
  const source = toSource(stream);
  let first: IteratorResult<unknown>;
  let reply: ReplyStream;
  try {
    first = await Promise.race([source.next(), failed]);
    const contentType = contentTypeOf(stream, first);
    // A first chunk that cannot be sent is found before the reply begins.
    if (!first.done) first = { value: toChunk(first.value), done: false };
    reply = await open(contentType);
  } catch (error) {
    source.cancel(error);
    throw error;
  }

  let isOver = false;
  const memory = new Uint8Array(PIECE_BYTES);
  const send = async () => {
    for (
      let step = first;
      !step.done && !isOver;
      step = await source.next()
    ) {
      for (const bytes of piecesOf(toChunk(step.value), memory)) {
        // What is sent after a failure would follow the trailers.
        if (isOver) return;
        // In HTTP an empty chunk is the end.
        if (bytes.byteLength > 0) await writeTo(reply, bytes);
      }
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
    // The signal comes first: cleaning up may look at it.
    abort(error);
    source.cancel(error);
    if (StoppedError.is(error)) log.warn(error.message);
    else failure = await report(error);
  }
  await reply.end(failure);
}

class StoppedError extends InternalError {
  override name = "StoppedError";

  constructor(options?: ErrorOptions) {
    super("Reply is no longer read: its stream is cancelled", options);
  }
}

/** What a stream is read by. */
export interface Source {
  /** Gives the next chunk. */
  next(): Promise<IteratorResult<unknown>>;
  /** Never throws, and does not wait for a chunk that is being produced. */
  cancel(reason: unknown): void;
}

/** Reads a stream, or cancels it. */
export function toSource(stream: AsyncIterable<unknown>): Source {
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
        // The stream has no one left to fail for.
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

/** What the stream says of itself, else what its first chunk says. */
function contentTypeOf(
  stream: AsyncIterable<unknown> & { contentType?: unknown },
  { done, value }: IteratorResult<unknown>,
): string {
  if (typeof stream.contentType === "string") return stream.contentType;
  if (typeof value === "string") return "text/plain; charset=utf-8";
  const isBytes = value instanceof ArrayBuffer || ArrayBuffer.isView(value);
  return done || isBytes ? "application/octet-stream" : "application/x-ndjson";
}

/** Text and bytes are chunks as they are; any other value is a line of JSON. */
function toChunk(value: unknown): string | Uint8Array {
  if (typeof value === "string") return value;
  const isObject = typeof value === "object" && value !== null;
  return (isObject ? toBytes(value) : undefined) ?? `${toJson(value)}\n`;
}

/**
 * The bytes of a chunk. Text is encoded into the same memory again and again:
 * V8 lets what is encoded at once pile up to more than 64 MiB.
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
