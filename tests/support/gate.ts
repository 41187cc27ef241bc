// Copyright 2026 the Toukon Lambda authors. MIT license.

import { Lifeline, type Server } from "./child.ts";

/**
 * A server that handlers wait at, so that a test knows that they run. Waiting
 * for them fails when their process ends.
 */
export class Gate implements Server, AsyncDisposable {
  readonly #lifeline = new Lifeline();
  readonly #opened = Promise.withResolvers<void>();
  readonly #watchers: { count: number; found: () => void }[] = [];
  readonly #server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: () => {},
  }, () => this.#wait());
  #arrived = 0;

  /** What a handler fetches to wait. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/`;
  }

  /** Fails what is waited for when the process ends. */
  serveTo(process: { lost: Promise<never> }): void {
    this.#lifeline.serveTo(process);
  }

  /**
   * Settles when so many wait or have waited.
   *
   * @throws {Error} If the process ends before.
   */
  arrived(count: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#watchers.push({ count, found: resolve });
    this.#tell();
    return this.#lifeline.unlessLost(promise);
  }

  /** Lets all go on, and all who come from now on. */
  open(): void {
    this.#opened.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.open();
    await this.#server.shutdown();
    this.#lifeline.assertTied();
  }

  async #wait(): Promise<Response> {
    this.#arrived++;
    this.#tell();
    await this.#opened.promise;
    return new Response("opened");
  }

  #tell(): void {
    for (const { count, found } of this.#watchers) {
      if (this.#arrived >= count) found();
    }
  }
}
