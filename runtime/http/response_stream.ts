// Copyright 2026 the Toukon Lambda authors. MIT license.

import { LINE_FEED, PRELUDE_CONTENT_TYPE } from "../reply/reply.ts";
import { formatOf, type HttpEvent } from "./event.ts";
import { toPrelude } from "./prelude.ts";

/**
 * The chunks that Lambda is sent of a response: the prelude, and the body as it
 * is produced. An empty body is a line feed for a gateway that waits for one.
 */
export class ResponseStream implements AsyncIterableIterator<Uint8Array> {
  /** Tells Lambda that the first chunk is a prelude. */
  readonly contentType: string = PRELUDE_CONTENT_TYPE;
  readonly #body: ReadableStreamDefaultReader<Uint8Array> | undefined;
  readonly #sent: PromiseWithResolvers<void>;
  #prelude: Uint8Array | undefined;
  #needsFiller: boolean;

  /** @param sent Is settled when the response has been sent, or has failed. */
  constructor(
    response: Response,
    event: HttpEvent,
    sent: PromiseWithResolvers<void>,
  ) {
    this.#prelude = toPrelude(response, event);
    this.#body = response.body?.getReader();
    this.#sent = sent;
    this.#needsFiller = formatOf(event).waitsForBody;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    const prelude = this.#prelude;
    this.#prelude = undefined;
    if (prelude) return { value: prelude, done: false };
    try {
      const { value, done } = await this.#body?.read() ?? { done: true };
      if (!done) {
        const bytes = checkedBytes(value);
        if (bytes.byteLength > 0) this.#needsFiller = false;
        return { value: bytes, done };
      }
      if (this.#needsFiller) {
        this.#needsFiller = false;
        return { value: Uint8Array.of(LINE_FEED), done: false };
      }
      this.#sent.resolve();
      return { value: undefined, done };
    } catch (error) {
      this.#sent.reject(error);
      throw error;
    }
  }

  /** Cancels the body, also while a chunk of it is awaited. */
  async return(reason?: unknown): Promise<IteratorResult<Uint8Array>> {
    this.#sent.reject(reason);
    await this.#body?.cancel(reason);
    return { value: undefined, done: true };
  }
}

/** Refuses chunks that are no bytes, which a handler's stream may produce. */
function checkedBytes(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  throw new TypeError(
    `Cannot send the response: its body must produce Uint8Array chunks, found ${
      chunk === null ? "null" : typeof chunk
    }. Pipe text through a TextEncoderStream`,
  );
}
