// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Failure } from "../failure/failure.ts";
import type { ReplyStream } from "../reply/stream.ts";
import type { FromWorker } from "./messages.ts";

/** Says something to the main thread, and hands over memory with it. */
export type SendToMain = (
  message: FromWorker,
  transfer?: Transferable[],
) => void;

/** A streamed reply whose chunks the main thread sends. */
export class RemoteStream implements ReplyStream {
  readonly #key: number;
  readonly #send: SendToMain;
  readonly #stopped = Promise.withResolvers<void>();
  #taken: PromiseWithResolvers<void> | undefined;

  constructor(key: number, send: SendToMain) {
    this.#key = key;
    this.#send = send;
  }

  get stopped(): Promise<void> {
    return this.#stopped.promise;
  }

  /** Settles when the main thread has begun the reply. */
  open(contentType: string): Promise<void> {
    this.#send({ kind: "open", key: this.#key, contentType });
    return this.#untilTaken();
  }

  write(bytes: Uint8Array): Promise<void> {
    // A clone would take all of the buffer that the bytes are a part of.
    const copy = bytes.slice();
    this.#send({ kind: "chunk", key: this.#key, bytes: copy }, [copy.buffer]);
    return this.#untilTaken();
  }

  end(failure?: Failure): Promise<void> {
    this.#send({ kind: "end", key: this.#key, failure });
    return Promise.resolve();
  }

  /** The main thread has begun the reply, or taken the chunk. */
  take(): void {
    this.#taken?.resolve();
  }

  /** The main thread cannot send more. */
  stop(problem: string): void {
    this.#taken?.reject(new Error(problem));
    this.#stopped.resolve();
  }

  #untilTaken(): Promise<void> {
    this.#taken = Promise.withResolvers();
    return this.#taken.promise;
  }
}
