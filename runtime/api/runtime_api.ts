// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { ErrorDocument, Failure } from "../failure/failure.ts";
import type { ChunkedPost, PostAnswer } from "./chunked_post.ts";
import type { Log } from "../log/log.ts";
import { RuntimeApiLostError } from "../failure/errors.ts";
import { fetch } from "./fetch.ts";
import type { Invocation } from "./invocation.ts";
import type { ReplyStream } from "../reply/stream.ts";
import { NAME, VERSION } from "../version.ts";

const USER_AGENT = `aws-lambda-deno/${Deno.version.deno}-${VERSION}`;
const RUNTIME_PATH = "/2018-06-01/runtime/";
const EXTENSION_NAME = `${NAME}-shutdown`;
const ERROR_TYPE = "Lambda-Runtime-Function-Error-Type";
const ERROR_BODY = "Lambda-Runtime-Function-Error-Body";
/** Lambda, which is written in Go, reads at most 4 KiB of trailers. */
const MAX_ERROR_BODY_LENGTH = 3 * 1024;
const NEXT_ATTEMPTS = 20;
const POST_ATTEMPTS = 5;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** Options for {@linkcode RuntimeApi}. */
export interface RuntimeApiOptions {
  /**
   * Several invocations run at once. Then Lambda replaces no environment for
   * the sake of one of them, and neither does a status that is about one.
   *
   * @default {false}
   */
  isConcurrent?: boolean;
}

/**
 * The Lambda Runtime API, a method for each of its calls, over native fetch.
 *
 * @see {@link https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html}
 */
export class RuntimeApi {
  readonly #address: Address;
  readonly #extensions: string;
  readonly #runtime: string;
  readonly #isConcurrent: boolean;
  readonly #log: Log;
  readonly #nextUrl: string;
  #client: Deno.HttpClient;
  #nextRequest: RequestInit & { client: Deno.HttpClient };

  constructor(
    address: string,
    log: Log,
    { isConcurrent = false }: RuntimeApiOptions = {},
  ) {
    this.#address = parseAddress(address);
    const { host } = this.#address;
    this.#runtime = `http://${host}${RUNTIME_PATH}`;
    this.#extensions = `http://${host}/2020-01-01/extension/`;
    this.#nextUrl = `${this.#runtime}invocation/next`;
    this.#client = createClient(this.#address);
    this.#nextRequest = toNextRequest(this.#client);
    this.#isConcurrent = isConcurrent;
    this.#log = log;
  }

  /**
   * Waits for the next invocation, without a time limit: the environment may
   * be frozen for hours while it waits.
   *
   * @param end Ends it where an attempt has failed. One that waits goes on:
   * Lambda may have handed it an invocation already.
   * @returns The invocation, or undefined when it was ended.
   */
  async next(end?: AbortSignal): Promise<Invocation | undefined> {
    for (let failures = 0;;) {
      let problem: string;
      try {
        const response = await fetch(this.#nextUrl, this.#nextRequest);
        const body = await response.text();
        if (response.status === 200) {
          const headers = response.headers;
          const requestId = headers.get("lambda-runtime-aws-request-id");
          if (requestId) return { requestId, headers, body };
          problem = "a reply without Lambda-Runtime-Aws-Request-Id";
        } else {
          this.#endIfUnrecoverable(response.status);
          problem = `status ${response.status}`;
        }
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        problem = error.message;
      }
      if (end?.aborted) return undefined;
      failures++;
      if (failures === NEXT_ATTEMPTS) {
        throw new RuntimeApiLostError(
          `Cannot get the next invocation: ${failures} attempts failed, the last with ${problem}`,
        );
      }
      this.#log.warn(
        `Runtime API gave ${problem} to attempt ${failures} at the next invocation: trying again`,
      );
      await pause(failures, end);
      if (end?.aborted) return undefined;
    }
  }

  /** Answers the invocation. */
  reply(
    invocation: Invocation,
    body: BodyInit,
    contentType: string,
  ): Promise<void> {
    return this.#answer(invocation, "response", body, [
      ["user-agent", USER_AGENT],
      ["content-type", contentType],
    ]);
  }

  /** Begins an answer that is sent in chunks. */
  async openReply(
    invocation: Invocation,
    contentType: string,
  ): Promise<ReplyStream> {
    // Native fetch cannot send the trailers that tell of a failure.
    const { ChunkedPost } = await import("./chunked_post.ts");
    const path = answerPath(invocation, "response");
    const post = await ChunkedPost.open({
      ...this.#address,
      path: `${RUNTIME_PATH}${path}`,
      headers: answerHeaders(invocation, [
        ["User-Agent", USER_AGENT],
        ["Content-Type", contentType],
        ["Lambda-Runtime-Function-Response-Mode", "streaming"],
        ["Trailer", `${ERROR_TYPE}, ${ERROR_BODY}`],
      ]),
    });
    return {
      stopped: post.answer,
      write: (bytes) => post.write(bytes),
      end: (failure) => this.#endReply(post, path, failure),
    };
  }

  /** Answers the invocation with an error. */
  error(invocation: Invocation, failure: Failure): Promise<void> {
    return this.#answer(
      invocation,
      "error",
      JSON.stringify(failure.document),
      errorHeaders(failure),
    );
  }

  /** Reports that the function cannot start. */
  initError(failure: Failure): Promise<void> {
    return this.#post(
      "init/error",
      JSON.stringify(failure.document),
      errorHeaders(failure),
    );
  }

  /**
   * Says that the environment is ready for its snapshot. Settles in each
   * environment that is restored from it.
   *
   * @throws {RuntimeApiLostError} If there will be none.
   * @see {@link https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-custom.html}
   */
  async restoreNext(): Promise<void> {
    const response = await fetch(
      `${this.#runtime}restore/next`,
      this.#nextRequest,
    );
    await response.body?.cancel();
    if (response.ok) return;
    throw new RuntimeApiLostError(
      `Cannot be restored from a snapshot: restore/next gave status ${response.status}`,
    );
  }

  /** Reports that a restored environment cannot start. */
  restoreError(failure: Failure): Promise<void> {
    return this.#post(
      "restore/error",
      JSON.stringify(failure.document),
      errorHeaders(failure),
    );
  }

  /** Gives up the connections, which a snapshot cannot carry along. */
  reconnect(): void {
    this.#client.close();
    this.#client = createClient(this.#address);
    this.#nextRequest = toNextRequest(this.#client);
  }

  /**
   * Registers an extension that wants no events. Lambda sends SIGTERM only to
   * environments that have an extension.
   *
   * @see {@link https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html}
   */
  async registerExtension(): Promise<void> {
    const response = await fetch(`${this.#extensions}register`, {
      client: this.#client,
      method: "POST",
      headers: {
        "user-agent": USER_AGENT,
        "lambda-extension-name": EXTENSION_NAME,
      },
      body: `{"events":[]}`,
    });
    await response.body?.cancel();
    const id = response.headers.get("lambda-extension-identifier");
    if (!response.ok || !id) {
      throw new Error(
        `Cannot register the extension that makes SIGTERM arrive: status ${response.status}`,
      );
    }
    // Init ends when every extension has asked for its next event. This one is
    // never sent any, so the request stays open.
    fetch(`${this.#extensions}event/next`, {
      client: this.#client,
      headers: { "user-agent": USER_AGENT, "lambda-extension-identifier": id },
    }).then((response) => response.body?.cancel()).catch(() => {});
  }

  #answer(
    invocation: Invocation,
    kind: "response" | "error",
    body: BodyInit,
    headers: Header[],
  ): Promise<void> {
    return this.#post(
      answerPath(invocation, kind),
      body,
      answerHeaders(invocation, headers),
    );
  }

  async #endReply(
    post: ChunkedPost,
    path: string,
    failure: Failure | undefined,
  ): Promise<void> {
    let answer: PostAnswer;
    try {
      answer = await post.end(failure && errorTrailers(failure));
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      this.#log.error(`Cannot send all of ${path}: ${problem}`);
      return;
    }
    this.#judge(path, answer.status, answer.text);
  }

  async #post(
    path: string,
    body: BodyInit,
    headers: Header[],
  ): Promise<void> {
    const request = { client: this.#client, method: "POST", headers, body };
    for (let failures = 0;;) {
      try {
        const response = await fetch(this.#runtime + path, request);
        const text = await response.text();
        return this.#judge(path, response.status, text);
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        failures++;
        if (failures === POST_ATTEMPTS) {
          this.#log.error(`Cannot send ${path}: ${error.message}: giving up`);
          return;
        }
        this.#log.warn(`Cannot send ${path}: ${error.message}: trying again`);
        await pause(failures);
      }
    }
  }

  #judge(path: string, status: number, text: string): void {
    if (status >= 200 && status <= 299) return;
    this.#endIfUnrecoverable(status);
    // Lambda has settled the invocation by itself: a second answer would be
    // refused too. With 410 it only came too late, which is nobody's fault.
    this.#log[status === 410 ? "warn" : "error"](
      `Runtime API refused ${path} with status ${status}: ${
        text.slice(0, 1_000)
      }`,
    );
  }

  #endIfUnrecoverable(status: number): void {
    if (status !== 500 || this.#isConcurrent) return;
    throw new RuntimeApiLostError(
      "Runtime API reported that the environment is unrecoverable (status 500)",
    );
  }
}

type Header = [name: string, value: string];

interface Address {
  hostname: string;
  port: number;
  /** Both, as they stand in a URL. */
  host: string;
}

function parseAddress(address: string): Address {
  const url = URL.parse(`http://${address}`);
  if (!url || url.host !== address.toLowerCase()) {
    throw new TypeError(
      `Cannot use AWS_LAMBDA_RUNTIME_API: expected "host:port", found "${address}"`,
    );
  }
  const hostname = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return { hostname, port: Number(url.port || 80), host: url.host };
}

/**
 * A fetch without this client obeys HTTP_PROXY, which is meant for what the
 * handler calls.
 */
function createClient({ hostname, port }: Address): Deno.HttpClient {
  return Deno.createHttpClient({
    proxy: { transport: "tcp", hostname, port },
  });
}

function toNextRequest(client: Deno.HttpClient) {
  return { client, headers: { "user-agent": USER_AGENT } };
}

function answerPath(
  { requestId }: Invocation,
  kind: "response" | "error",
): string {
  return `invocation/${encodeURIComponent(requestId)}/${kind}`;
}

function answerHeaders({ headers }: Invocation, own: Header[]): Header[] {
  const attempt = headers.get("lambda-runtime-invocation-id");
  if (attempt && isHeaderValue(attempt)) {
    own.push(["lambda-runtime-invocation-id", attempt]);
  }
  return own;
}

function errorTrailers({ type, document }: Failure): Header[] {
  let body = toErrorBody(document);
  for (let length = 2_048; body.length > MAX_ERROR_BODY_LENGTH; length /= 2) {
    body = toErrorBody({
      errorType: document.errorType,
      errorMessage: document.errorMessage.slice(0, length),
      stackTrace: document.stackTrace.slice(0, length / 256),
    });
  }
  return [[ERROR_TYPE, type], [ERROR_BODY, body]];
}

function toErrorBody(document: ErrorDocument): string {
  return new TextEncoder().encode(JSON.stringify(document)).toBase64();
}

function errorHeaders(failure: Failure): Header[] {
  const headers: Header[] = [
    ["user-agent", USER_AGENT],
    ["content-type", "application/json"],
    ["lambda-runtime-function-error-type", failure.type],
  ];
  if (failure.xrayCause) {
    headers.push([
      "lambda-runtime-function-xray-error-cause",
      failure.xrayCause,
    ]);
  }
  return headers;
}

function isHeaderValue(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
}

async function pause(failures: number, end?: AbortSignal): Promise<void> {
  const longestMs = Math.min(
    FIRST_PAUSE_MS * 2 ** (failures - 1),
    LONGEST_PAUSE_MS,
  );
  const ms = longestMs * (0.5 + Math.random() / 2);
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const wake = () => resolve();
  end?.addEventListener("abort", wake);
  await promise;
  clearTimeout(timer);
  end?.removeEventListener("abort", wake);
}
