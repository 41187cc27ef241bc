// Copyright 2026 the Toukon Lambda authors. MIT license.

import { type Failure, toFailure, toText } from "./failure.ts";
import type { Log } from "./log.ts";
import { toBytes, toJson } from "./reply.ts";

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
  log: Log;
}

const ENCODER = new TextEncoder();

/**
 * Sends a stream as it is produced: each chunk is asked for when the one
 * before is sent.
 *
 * What goes wrong before the first chunk is thrown. What goes wrong later ends
 * the reply with a failure, since it has begun.
 */
export async function sendStream(
  stream: AsyncIterable<unknown>,
  { open, failed, abort, log }: SendOptions,
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
  const send = async () => {
    for (
      let step = first;
      !step.done && !isOver;
      step = await source.next()
    ) {
      const chunk = toChunk(step.value);
      // In HTTP an empty chunk is the end.
      if (chunk.byteLength > 0) await writeTo(reply, chunk);
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
    if (error instanceof StoppedError) {
      log.warn(error.message);
    } else {
      failure = toFailure(error);
      log.error(`Streamed reply failed: ${toText(failure.document)}`);
    }
  }
  await reply.end(failure);
}

class StoppedError extends Error {
  override name = "StoppedError";

  constructor(options?: ErrorOptions) {
    super("Reply is no longer read: its stream is cancelled", options);
  }
}

interface Source {
  next(): Promise<IteratorResult<unknown>>;
  /** Never throws, and does not wait for a chunk that is being produced. */
  cancel(reason: unknown): void;
}

function toSource(stream: AsyncIterable<unknown>): Source {
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
function toChunk(value: unknown): Uint8Array {
  if (typeof value === "string") return ENCODER.encode(value);
  const isObject = typeof value === "object" && value !== null;
  return (isObject ? toBytes(value) : undefined) ??
    ENCODER.encode(`${toJson(value)}\n`);
}
