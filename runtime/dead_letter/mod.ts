// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Dead letters: an invocation that failed goes to a queue or a topic before
 * its error is reported, so that no event is lost.
 *
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 *
 * const deadLetter = createDeadLetter({
 *   config: {
 *     queueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/failed",
 *   },
 * });
 * assertEquals(
 *   deadLetter.name,
 *   "https://sqs.eu-west-1.amazonaws.com/123456789012/failed",
 * );
 * ```
 *
 * @module
 */

import { fetch } from "../api/fetch.ts";
import { type DeadLetterConfig, parseDeadLetterConfig } from "./config.ts";
import { CredentialSource, type ReadEnv } from "./credentials.ts";
import {
  createAttributes,
  createRecord,
  type ErrorDocument,
  type FailedInvocation,
} from "./letter.ts";
import { signRequest } from "./sigv4.ts";
import { createSnsTarget } from "./sns.ts";
import { createSqsTarget } from "./sqs.ts";
import {
  countMessageBytes,
  hostOf,
  type Message,
  type Refusal,
  type Target,
} from "./target.ts";

export { parseDeadLetterConfig } from "./config.ts";
export type { DeadLetterConfig, ErrorDocument, FailedInvocation, ReadEnv };

/** Options for {@linkcode createDeadLetter}. */
export interface DeadLetterOptions {
  /** The value of the `lambda.deadLetter` key. */
  readonly config: DeadLetterConfig;
  /**
   * Logs a line at level ERROR.
   *
   * @default {console.error}
   */
  readonly log?: (message: string) => void;
  /**
   * Reads one variable of the environment: the credentials, and the region
   * where the queue's URL does not name it.
   *
   * @default {Deno.env.get}
   */
  readonly env?: ReadEnv;
  /**
   * The time before the deadline that is left for reporting the error, in
   * milliseconds.
   *
   * @default {100}
   */
  readonly reserveMs?: number;
  /**
   * How often a letter is sent at most.
   *
   * @default {4}
   */
  readonly maxAttempts?: number;
  /**
   * The longest wait for one attempt, in milliseconds.
   *
   * @default {5000}
   */
  readonly attemptTimeoutMs?: number;
  /**
   * The pause after the given attempt, counted from 1, in milliseconds.
   *
   * @default {a random part of 100, 200, 400 and so on}
   */
  readonly backoffMs?: (attempt: number) => number;
}

/** Takes failed invocations to a queue or a topic. */
export interface DeadLetter {
  /** What the user named: the queue's URL or the topic's ARN. */
  readonly name: string;
  /** Where requests go, as `host:port`. */
  readonly host: string;
  /**
   * Sends a failed invocation. Where that does not succeed in the time that is
   * left, or the event had to be cut, the whole of it is logged.
   *
   * @param failed The invocation.
   * @returns Whether the queue or the topic took it. Never rejects.
   */
  send(failed: FailedInvocation): Promise<boolean>;
}

/** What came of an attempt. */
interface Outcome {
  /** Why it failed; undefined when it succeeded. */
  readonly problem?: string;
  /** Whether another attempt can succeed. */
  readonly canRetry?: boolean;
  /** The limit that the message exceeds, when that is why it failed. */
  readonly maxMessageBytes?: number;
}

// SQS and SNS take letters, digits and punctuation.
const FIFO_ID = /^[!-~]{1,128}$/;
const MAX_PAUSE_MS = 2_000;

/**
 * Creates what takes failed invocations to the queue or the topic of the
 * `lambda.deadLetter` key.
 *
 * @param options The configuration, and what a test wants to be different.
 * @returns The dead letter queue.
 * @throws {RuntimeError} `Runtime.InvalidConfig` if the configuration is not
 * usable.
 *
 * @example Usage
 * ```ts
 * import { assertThrows } from "@std/assert/throws";
 *
 * assertThrows(
 *   () => createDeadLetter({ config: { topicArn: "failed" } }),
 *   Error,
 *   `Cannot use "lambda.deadLetter.topicArn" of deno.json: expected the ARN of an SNS topic, found "failed"`,
 * );
 * ```
 */
export function createDeadLetter(options: DeadLetterOptions): DeadLetter {
  return new Sender(options);
}

class Sender implements DeadLetter {
  readonly #target: Target;
  readonly #credentials: CredentialSource;
  readonly #log: (message: string) => void;
  readonly #reserveMs: number;
  readonly #maxAttempts: number;
  readonly #attemptTimeoutMs: number;
  readonly #backoffMs: (attempt: number) => number;
  #maxMessageBytes: number;

  constructor(options: DeadLetterOptions) {
    const { queueUrl, topicArn, endpoint } = parseDeadLetterConfig(
      options.config,
    );
    const env = options.env ?? ((name) => Deno.env.get(name));
    this.#target = queueUrl === undefined
      ? createSnsTarget(topicArn!, { endpoint, env })
      : createSqsTarget(queueUrl, { endpoint, env });
    this.#maxMessageBytes = this.#target.maxMessageBytes;
    this.#credentials = new CredentialSource(env);
    this.#log = options.log ?? ((message) => console.error(message));
    this.#reserveMs = options.reserveMs ?? 100;
    this.#maxAttempts = options.maxAttempts ?? 4;
    this.#attemptTimeoutMs = options.attemptTimeoutMs ?? 5_000;
    this.#backoffMs = options.backoffMs ?? randomPauseMs;
  }

  get name(): string {
    return this.#target.name;
  }

  get host(): string {
    return hostOf(this.#target.url);
  }

  async send(failed: FailedInvocation): Promise<boolean> {
    let problem: string | undefined;
    try {
      problem = await this.#deliver(failed);
    } catch (error) {
      problem = describe(error);
    }
    if (problem === undefined) return true;
    this.#logWhole(
      failed,
      `Cannot deliver the dead letter of request "${failed.context.requestId}" to "${this.name}": ${problem}`,
    );
    return false;
  }

  /** Delivers within the time that is left, or tells why it cannot. */
  async #deliver(failed: FailedInvocation): Promise<string | undefined> {
    const endMs = Date.now() + failed.context.getRemainingTimeInMillis() -
      this.#reserveMs;
    const attributes = createAttributes(failed);
    const fifoId = await createFifoId(failed.context.requestId);
    const attributeBytes = countMessageBytes({ body: "", attributes, fifoId });
    let problem = "no time is left";

    for (let attempt = 1; Date.now() < endMs; attempt++) {
      const record = createRecord(failed, {
        maxBytes: this.#maxMessageBytes - attributeBytes,
      });
      const outcome = await this.#attempt(
        { body: record.text, attributes, fifoId },
        Math.min(this.#attemptTimeoutMs, endMs - Date.now()),
      );
      if (outcome.problem === undefined) {
        if (record.isTruncated) this.#logTruncation(failed);
        return undefined;
      }
      problem = outcome.problem;
      if (outcome.maxMessageBytes) {
        // A queue may take less than the service does.
        this.#maxMessageBytes = outcome.maxMessageBytes;
        continue;
      }
      if (!outcome.canRetry || attempt >= this.#maxAttempts) break;
      const pauseMs = this.#backoffMs(attempt);
      if (Date.now() + pauseMs >= endMs) break;
      await pause(pauseMs);
    }
    return problem;
  }

  async #attempt(message: Message, timeoutMs: number): Promise<Outcome> {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), timeoutMs);
    try {
      return await this.#post(message, controller.signal);
    } catch (error) {
      return controller.signal.aborted
        ? {
          problem: `no answer in ${Math.round(timeoutMs)} ms`,
          canRetry: true,
        }
        : {
          problem: describe(error),
          canRetry: !(error instanceof Deno.errors.NotCapable),
        };
    } finally {
      clearTimeout(timer);
    }
  }

  async #post(message: Message, signal: AbortSignal): Promise<Outcome> {
    const target = this.#target;
    const { url, region, service } = target;
    const { headers, body } = target.encode(message);
    const credentials = await this.#credentials.get(signal);
    const response = await fetch(url, {
      method: "POST",
      headers: await signRequest({ method: "POST", url, headers, body }, {
        credentials,
        region,
        service,
        date: new Date(),
      }),
      body,
      redirect: "manual",
      signal,
    });
    const text = await response.text();
    if (response.ok) return {};
    const refusal = target.readRefusal(text);
    if (/^ExpiredToken/.test(refusal.code)) this.#credentials.forget();
    return {
      problem: `status ${response.status} ${refusal.code} ${refusal.message}`
        .trimEnd(),
      canRetry: canRetry(response.status, refusal),
      maxMessageBytes: readLimit(refusal, this.#maxMessageBytes),
    };
  }

  #logTruncation(failed: FailedInvocation): void {
    this.#logWhole(
      failed,
      `Delivered the dead letter of request "${failed.context.requestId}" to "${this.name}" with its event cut: a message there holds at most ${this.#maxMessageBytes} bytes`,
    );
  }

  #logWhole(failed: FailedInvocation, problem: string): void {
    // A line break would make several log events of one. In JSON it stands
    // between values only.
    const record = createRecord(failed).text.replace(/[\r\n]+/g, " ");
    try {
      this.#log(`${problem}; the whole of it: ${record}`);
    } catch {
      // The error itself is still to be reported.
    }
  }
}

/** The request id, or its hash where FIFO queues would refuse it. */
async function createFifoId(requestId: string): Promise<string> {
  if (FIFO_ID.test(requestId)) return requestId;
  const bytes = new TextEncoder().encode(requestId);
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return new Uint8Array(digest).toHex();
}

function canRetry(status: number, { code }: Refusal): boolean {
  return status >= 500 || status === 429 ||
    /Throttl|TooManyRequests|RequestLimitExceeded|^ExpiredToken/.test(code);
}

/** The limit of a queue that refused a message for its size. */
function readLimit(
  { message }: Refusal,
  knownLimit: number,
): number | undefined {
  const match = /must be shorter than (\d+) bytes/.exec(message);
  const limit = match ? Number(match[1]) - 1 : 0;
  return limit > 0 && limit < knownLimit ? limit : undefined;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error
    ? `${error.message}: ${error.cause.message}`
    : error.message;
}

function randomPauseMs(attempt: number): number {
  return Math.random() * Math.min(100 * 2 ** (attempt - 1), MAX_PAUSE_MS);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
