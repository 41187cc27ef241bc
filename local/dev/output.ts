// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { LogStream } from "../../runtime/log/log.ts";
import { writeAll } from "../../runtime/log/write_all.ts";
import { LINE_FEED, PRELUDE_CONTENT_TYPE } from "../../runtime/reply/reply.ts";
import type { ReplyStream } from "../../runtime/reply/stream.ts";

/** Where a streamed reply goes locally: to stdout, as it comes. */
export class LocalReply {
  /** Whether the reply broke off. */
  hasFailed = false;
  readonly #stdout: LogStream;

  constructor(stdout: LogStream) {
    this.#stdout = stdout;
  }

  /** Begins the reply. */
  openReply(_invocation: unknown, contentType: string): Promise<ReplyStream> {
    let isPrelude = contentType === PRELUDE_CONTENT_TYPE;
    return Promise.resolve({
      stopped: new Promise(() => {}),
      // Throws when what reads stdout has gone: then the stream is cancelled.
      write: (bytes: Uint8Array) => {
        write(this.#stdout, isPrelude ? withLineEnd(bytes) : bytes);
        isPrelude = false;
        return Promise.resolve();
      },
      end: (failure) => {
        this.hasFailed = failure !== undefined;
        return Promise.resolve();
      },
    });
  }
}

/** The prelude ends with NUL bytes, which a person cannot see. */
function withLineEnd(prelude: Uint8Array): Uint8Array {
  const json = prelude.subarray(0, prelude.indexOf(0));
  return Uint8Array.of(...json, LINE_FEED);
}

/** Writes a text, or bytes as they are. */
export function write(stream: LogStream, content: string | Uint8Array): void {
  const isText = typeof content === "string";
  writeAll(stream, isText ? new TextEncoder().encode(content) : content);
}
