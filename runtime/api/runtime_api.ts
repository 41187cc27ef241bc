// Copyright 2026 the Toukon Lambda authors. MIT license.

import { RuntimeApiLostError, UnansweredError } from "../failure/errors.ts";
import type { Failure } from "../failure/failure.ts";
import type { Log } from "../log/log.ts";
import type { ReplyStream } from "../reply/stream.ts";
import {
  type Address,
  addressOf,
  FetchTransport,
  isHeaderValue,
  RUNTIME_PATH,
  USER_AGENT,
} from "./fetch.ts";
import type { Invocation } from "./invocation.ts";
import type { Header, Transport } from "./transport.ts";

const NEXT_ATTEMPTS = 20;
const POST_ATTEMPTS = 5;
const LONGEST_PAUSE_MS = 5_000;
/** What Lambda gives to a second answer to an invocation. */
const SECOND_ANSWER_STATUSES: readonly number[] = [400, 403, 410];

/** Options for {@linkcode RuntimeApi}. */
export interface RuntimeApiOptions {
  /**
   * Whether several invocations run at once. A status 500 then is about one of
   * them, and does not end the process that runs the others too.
   *
   * @default {false}
   */
  isConcurrent?: boolean;
}

/**
 * The Lambda Runtime API, a method for each of its calls, over native fetch
 * unless it is told to use sockets.
 *
 * @see {@link https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html}
 */
export class RuntimeApi {
  readonly #address: Address;
  readonly #host: string;
  readonly #isConcurrent: boolean;
  readonly #log: Log;
  #transport: Transport;

  constructor(
    address: string,
    log: Log,
    { isConcurrent = false }: RuntimeApiOptions = {},
  ) {
    const url = parseAddress(address);
    this.#address = addressOf(url);
    this.#host = url.host;
    this.#transport = new FetchTransport(this.#address, url.origin);
    this.#isConcurrent = isConcurrent;
    this.#log = log;
  }

  /** Uses sockets from now on. */
  async useSockets(): Promise<void> {
    const { SocketTransport } = await import("./socket_transport.ts");
    this.#transport = new SocketTransport(this.#address, this.#host);
  }

  /**
   * Waits for the next invocation, without a time limit: the environment may
   * be frozen for hours while it waits.
   *
   * @param end Ends the attempts after one that failed. It does not end an
   * attempt that waits: Lambda may have handed it an invocation already.
   * @returns The invocation, or undefined when the signal has ended the attempts.
   */
  async next(end?: AbortSignal): Promise<Invocation | undefined> {
    for (let failures = 0;;) {
      let problem: string;
      try {
        const reply = await this.#transport.next();
        if (reply.status === 200) {
          const requestId = reply.headers.get("lambda-runtime-aws-request-id");
          if (requestId && reply.isFramed) {
            return { requestId, headers: reply.headers, body: reply.text };
          }
          problem = requestId
            ? "a reply without Content-Length, which may have been cut"
            : "a reply without Lambda-Runtime-Aws-Request-Id";
        } else {
          this.#endIfUnrecoverable(reply.status);
          problem = `status ${reply.status}`;
        }
      } catch (error) {
        if (!UnansweredError.is(error)) throw error;
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
      await pauseAfter(failures, end);
      if (end?.aborted) return undefined;
    }
  }

  /** Answers the invocation. */
  reply(
    invocation: Invocation,
    body: string | Uint8Array<ArrayBuffer>,
    contentType: string,
  ): Promise<void> {
    const headers: Header[] = [
      ["user-agent", USER_AGENT],
      ["content-type", contentType],
    ];
    addAttempt(headers, invocation);
    return this.#post(answerPath(invocation, "response"), body, headers);
  }

  /** Begins to answer the invocation in chunks. */
  async openReply(
    invocation: Invocation,
    contentType: string,
  ): Promise<ReplyStream> {
    // Native fetch cannot send the trailers that tell of a failure.
    const { openStreamedReply } = await import("./streamed_reply.ts");
    const path = answerPath(invocation, "response");
    const headers: Header[] = [];
    addAttempt(headers, invocation);
    return await openStreamedReply({
      address: this.#address,
      host: this.#host,
      path: RUNTIME_PATH + path,
      contentType,
      headers,
      onAnswer: ({ status, text }) => this.#judge(path, status, text),
      onLost: (problem) =>
        this.#log.error(`Cannot send all of ${path}: ${problem}`),
    });
  }

  /** Answers the invocation with an error. */
  error(invocation: Invocation, failure: Failure): Promise<void> {
    const path = answerPath(invocation, "error");
    return this.#report(path, failure, invocation);
  }

  /** Reports that the function cannot start. */
  initError(failure: Failure): Promise<void> {
    return this.#report("init/error", failure);
  }

  /**
   * Tells Lambda that the environment is ready for its snapshot. The promise
   * resolves in each environment that is restored from the snapshot.
   *
   * @throws {RuntimeApiLostError} If Lambda restores none.
   * @see {@link https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-custom.html}
   */
  async restoreNext(): Promise<void> {
    const path = `${RUNTIME_PATH}restore/next`;
    const headers: Header[] = [["user-agent", USER_AGENT]];
    const { status } = await this.#transport.send("GET", path, headers);
    if (status >= 200 && status <= 299) return;
    throw new RuntimeApiLostError(
      `Cannot be restored from a snapshot: restore/next gave status ${status}`,
    );
  }

  /** Reports that a restored environment cannot start. */
  restoreError(failure: Failure): Promise<void> {
    return this.#report("restore/error", failure);
  }

  /** Replaces the connections: those before a snapshot do not outlive it. */
  reconnect(): void {
    this.#transport.reconnect();
  }

  /** Closes the connections, where the process outlives the runtime. */
  close(): void {
    this.#transport.reconnect();
  }

  /** Registers the extension that makes SIGTERM arrive. */
  async registerExtension(): Promise<void> {
    const { registerExtension } = await import("./extensions_api.ts");
    await registerExtension(this.#transport);
  }

  async #report(
    path: string,
    failure: Failure,
    invocation?: Invocation,
  ): Promise<void> {
    const { type, document } = failure;
    const headers: Header[] = [
      ["user-agent", USER_AGENT],
      ["content-type", "application/json"],
      ["lambda-runtime-function-error-type", type],
    ];
    const { toXrayCause } = await import("../failure/xray.ts");
    const cause = toXrayCause(document);
    if (cause) {
      headers.push(["lambda-runtime-function-xray-error-cause", cause]);
    }
    if (invocation) addAttempt(headers, invocation);
    await this.#post(path, JSON.stringify(document), headers);
  }

  async #post(
    path: string,
    body: string | Uint8Array<ArrayBuffer>,
    headers: Header[],
  ): Promise<void> {
    let mayBeTaken = false;
    for (let failures = 0;;) {
      try {
        const { status, text, isRepeated } = await this.#transport
          .post(RUNTIME_PATH + path, headers, body);
        return this.#judge(path, status, text, mayBeTaken || isRepeated);
      } catch (error) {
        if (!UnansweredError.is(error)) throw error;
        mayBeTaken ||= error.mayBeTaken;
        failures++;
        if (failures === POST_ATTEMPTS) {
          this.#log.error(`Cannot send ${path}: ${error.message}: giving up`);
          return;
        }
        this.#log.warn(`Cannot send ${path}: ${error.message}: trying again`);
        await pauseAfter(failures);
      }
    }
  }

  #judge(
    path: string,
    status: number,
    text: string,
    mayBeTaken = false,
  ): void {
    if (status >= 200 && status <= 299) return;
    this.#endIfUnrecoverable(status);
    if (mayBeTaken && SECOND_ANSWER_STATUSES.includes(status)) {
      return this.#log.info(
        `Runtime API has taken ${path} already: status ${status} to the second attempt`,
      );
    }
    // Lambda has settled the invocation by itself and would refuse a second
    // answer too. Status 410 only says that this one came too late.
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

function parseAddress(address: string): URL {
  const url = URL.parse(`http://${address}`);
  if (url?.host === address.toLowerCase()) return url;
  throw new TypeError(
    `Cannot use AWS_LAMBDA_RUNTIME_API: expected "host:port", found "${address}"`,
  );
}

/** Adds which attempt at the invocation is answered, where Lambda tells it. */
function addAttempt(list: Header[], { headers }: Invocation): void {
  const attempt = headers.get("lambda-runtime-invocation-id");
  if (attempt && isHeaderValue(attempt)) {
    list.push(["lambda-runtime-invocation-id", attempt]);
  }
}

function answerPath(
  { requestId }: Invocation,
  kind: "response" | "error",
): string {
  return `invocation/${encodeURIComponent(requestId)}/${kind}`;
}

/** Waits for a random part, at least half, of the longest pause. */
async function pauseAfter(failures: number, end?: AbortSignal): Promise<void> {
  const { backoffMs, pause } = await import("./retry.ts");
  const longestMs = backoffMs(failures, LONGEST_PAUSE_MS);
  await pause(longestMs * (0.5 + Math.random() / 2), end);
}
