// Copyright 2026 the Toukon Lambda authors. MIT license.

import { brotliCompressSync, gzipSync } from "node:zlib";

/** How the text is encoded, by the name that `content-encoding` has for it. */
export const ENCODERS: Record<
  string,
  (text: string) => Uint8Array<ArrayBuffer>
> = {
  br: (text) => new Uint8Array(brotliCompressSync(text)),
  gzip: (text) => new Uint8Array(gzipSync(text)),
};

/** A server that sends one text; the path names how it is encoded. */
export class EncodingServer implements AsyncDisposable {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(text: string) {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      ({ url, method }) => {
        const encoding = new URL(url).pathname.slice(1);
        const bytes = ENCODERS[encoding.toLowerCase()](text);
        return new Response(method === "HEAD" ? null : bytes, {
          headers: [
            ["content-encoding", encoding],
            ["content-length", String(bytes.length)],
            ["content-type", "text/plain; charset=utf-8"],
            ["set-cookie", "a=1"],
            ["set-cookie", "b=2"],
          ],
        });
      },
    );
  }

  /** Gives the address at which the text has an encoding. */
  url(encoding: string): string {
    return `http://127.0.0.1:${this.#server.addr.port}/${encoding}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
