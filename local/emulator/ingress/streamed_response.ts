// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Outcome, StreamWriter } from "../invocation.ts";
import { pairsOf, readResult } from "./fields.ts";

const DELIMITER_LENGTH = 8;
/** A prelude is small; what has none in so many bytes has none. */
const MAX_PRELUDE_BYTES = 1024 * 1024;

/** A response that begins when the function has streamed its head. */
export class StreamedResponse {
  /** What the client gets. */
  readonly response: Promise<Response>;
  readonly #response = Promise.withResolvers<Response>();
  readonly #body = new TransformStream<Uint8Array<ArrayBuffer>>();
  readonly #writer = this.#body.writable.getWriter();
  #head: Uint8Array<ArrayBuffer> | undefined;
  #hasBegun = false;

  constructor() {
    this.response = this.#response.promise;
  }

  /** Begins what the function streams. */
  open(contentType: string, preludeType: string): StreamWriter {
    if (contentType === preludeType) {
      this.#head = new Uint8Array();
      return { write: (bytes) => this.#writeHead(bytes) };
    }
    const headers = { "content-type": contentType };
    this.#begin({ status: 200, headers: new Headers(headers) });
    return { write: (bytes) => this.#write(bytes) };
  }

  /** Ends it, with the response of a function that has streamed nothing. */
  async end({ errorType }: Outcome, whole: () => Response): Promise<void> {
    if (!this.#hasBegun) {
      this.#response.resolve(whole());
      // A head that never became whole.
      await this.#writer.abort().catch(() => {});
    } else if (errorType !== undefined) {
      // The client sees that something is missing.
      await this.#writer.abort(brokenOff(errorType)).catch(() => {});
    } else {
      await this.#writer.close().catch(() => {});
    }
  }

  /** Answers with something else, where the function was not invoked. */
  fail(response: Response): void {
    this.#response.resolve(response);
    this.#writer.abort().catch(() => {});
  }

  async #write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (bytes.length === 0) return;
    // A client that has gone does not end the function.
    await this.#writer.write(bytes).catch(() => {});
  }

  async #writeHead(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (this.#head === undefined) return await this.#write(bytes);
    const head = await new Blob([this.#head, bytes]).bytes();
    this.#head = head;
    const end = indexOfDelimiter(head);
    if (end < 0 && head.length <= MAX_PRELUDE_BYTES) return;
    const fields = end < 0 ? undefined : readPrelude(head.subarray(0, end));
    this.#head = undefined;
    if (!fields) {
      this.#hasBegun = true;
      this.#response.resolve(
        new Response("Internal Server Error", { status: 502 }),
      );
      await this.#writer.abort().catch(() => {});
      return;
    }
    this.#begin(fields);
    await this.#write(head.subarray(end + DELIMITER_LENGTH));
  }

  #begin({ status, headers }: { status: number; headers: Headers }): void {
    this.#hasBegun = true;
    const isBodiless = status === 204 || status === 205 || status === 304;
    if (isBodiless) this.#body.readable.cancel();
    const body = isBodiless ? null : this.#body.readable;
    this.#response.resolve(new Response(body, { status, headers }));
  }
}

/** An error without a stack: the server prints it. */
function brokenOff(errorType: string): Error {
  const error = new Error(`The function broke its stream off: ${errorType}`);
  error.stack = error.message;
  return error;
}

function indexOfDelimiter(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at + 1)) {
    const delimiter = bytes.subarray(at, at + DELIMITER_LENGTH);
    if (delimiter.length < DELIMITER_LENGTH) return -1;
    if (delimiter.every((byte) => byte === 0)) return at;
  }
  return -1;
}

function readPrelude(bytes: Uint8Array) {
  try {
    const prelude = JSON.parse(new TextDecoder().decode(bytes));
    return readResult(
      { statusCode: 200, ...prelude, body: "" },
      ({ headers, multiValueHeaders, cookies = [] }) => [
        ...pairsOf(headers) ?? [],
        ...pairsOf(multiValueHeaders) ?? [],
        ...pairsOf({ "set-cookie": cookies }) ?? [],
      ],
    );
  } catch {
    return undefined;
  }
}
