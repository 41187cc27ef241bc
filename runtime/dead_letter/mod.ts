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

import { backoffMs, pause } from "../api/retry.ts";
import { showReason } from "../failure/failure.ts";
import { type DeadLetterConfig, parseDeadLetterConfig } from "./config.ts";
import type { ReadEnv } from "./credentials.ts";
import {
  createAttributes,
  createLetter,
  type FailedInvocation,
} from "./letter.ts";
import { createSnsTarget } from "./sns.ts";
import { createSqsTarget } from "./sqs.ts";
import { countMessageBytes, hostOf, type Target } from "./target.ts";
import { TargetClient } from "./target_client.ts";

export { parseDeadLetterConfig } from "./config.ts";
export type { DeadLetterConfig, FailedInvocation, ReadEnv };

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
   * Reads one variable of the environment. The credentials are read there, and
   * the region of a queue whose URL does not name it.
   *
   * @default {Deno.env.get}
   */
  readonly env?: ReadEnv;
  /**
   * The largest number of attempts at sending a letter.
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

/** Sends failed invocations to a queue or a topic. */
export interface DeadLetter {
  /** The queue's URL or the topic's ARN, as it is configured. */
  readonly name: string;
  /** Where requests go, as `host:port`. */
  readonly host: string;
  /**
   * Sends a failed invocation. It logs the whole letter where it cannot deliver
   * it before the deadline, or has to cut the event.
   *
   * @param failed The invocation.
   * @returns Whether the queue or the topic took it. Never rejects.
   */
  send(failed: FailedInvocation): Promise<boolean>;
}

// SQS and SNS take letters, digits and punctuation.
const FIFO_ID = /^[!-~]{1,128}$/;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Creates the dead letters of the `lambda.deadLetter` key, which send failed
 * invocations to its queue or topic.
 *
 * @param options The configuration, and what a test sets otherwise.
 * @returns The dead letters.
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
  readonly #client: TargetClient;
  readonly #log: (message: string) => void;
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
    this.#client = new TargetClient(this.#target, env);
    this.#log = options.log ?? ((message) => console.error(message));
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
      problem = showReason(error);
    }
    if (problem === undefined) return true;
    this.#logWhole(
      failed,
      `Cannot deliver the dead letter of request "${failed.context.requestId}" to "${this.name}": ${problem}`,
    );
    return false;
  }

  /** Delivers in time, or gives the reason why it cannot. */
  async #deliver(failed: FailedInvocation): Promise<string | undefined> {
    const endMs = failed.sendUntilMs;
    const attributes = createAttributes(failed);
    const fifoId = await createFifoId(failed.context.requestId);
    const attributeBytes = countMessageBytes({ body: "", attributes, fifoId });
    let problem = "no time is left";

    for (let attempt = 1; Date.now() < endMs; attempt++) {
      const letter = createLetter(failed, {
        maxBytes: this.#maxMessageBytes - attributeBytes,
      });
      const outcome = await this.#client.post(
        { body: letter.text, attributes, fifoId },
        Math.min(this.#attemptTimeoutMs, endMs - Date.now()),
      );
      if (outcome.problem === undefined) {
        if (letter.isTruncated) this.#logTruncation(failed);
        return undefined;
      }
      problem = outcome.problem;
      const { maxMessageBytes } = outcome;
      if (maxMessageBytes && maxMessageBytes < this.#maxMessageBytes) {
        // A queue may take less than the service does.
        this.#maxMessageBytes = maxMessageBytes;
        continue;
      }
      if (!outcome.canRetry || attempt >= this.#maxAttempts) break;
      const pauseMs = this.#backoffMs(attempt);
      if (Date.now() + pauseMs >= endMs) break;
      await pause(pauseMs);
    }
    return problem;
  }

  #logTruncation(failed: FailedInvocation): void {
    this.#logWhole(
      failed,
      `Delivered the dead letter of request "${failed.context.requestId}" to "${this.name}" with its event cut: a message there holds at most ${this.#maxMessageBytes} bytes`,
    );
  }

  #logWhole(failed: FailedInvocation, problem: string): void {
    // A line break would make several log events of one. A letter has them only
    // between the values of the event.
    const letter = createLetter(failed).text.replace(/[\r\n]+/g, " ");
    try {
      this.#log(`${problem}; the whole of it: ${letter}`);
    } catch {
      // The runtime has to report the error of the invocation nevertheless.
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

function randomPauseMs(attempt: number): number {
  return Math.random() * backoffMs(attempt, LONGEST_PAUSE_MS);
}
