// Copyright 2026 the Toukon Lambda authors. MIT license.

import { fetch } from "../api/fetch.ts";
import { showReason } from "../failure/failure.ts";
import { CredentialSource, type ReadEnv } from "./credentials.ts";
import { signRequest } from "./sigv4.ts";
import type { Message, Refusal, Target } from "./target.ts";

/** What came of an attempt at posting a message. */
export interface Outcome {
  /** Why it failed; undefined when it succeeded. */
  readonly problem?: string;
  /** Whether another attempt can succeed. */
  readonly canRetry?: boolean;
  /** The size limit of the queue, when it refused the message for its size. */
  readonly maxMessageBytes?: number;
}

/** Posts messages to a queue or a topic, signed with the function's role. */
export class TargetClient {
  readonly #target: Target;
  readonly #credentials: CredentialSource;

  constructor(target: Target, env: ReadEnv) {
    this.#target = target;
    this.#credentials = new CredentialSource(env);
  }

  /**
   * Posts a message.
   *
   * @param timeoutMs The longest wait for an answer.
   * @returns What came of it. Never rejects.
   */
  async post(message: Message, timeoutMs: number): Promise<Outcome> {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), timeoutMs);
    try {
      return await this.#send(message, controller.signal);
    } catch (error) {
      return controller.signal.aborted
        ? {
          problem: `no answer in ${Math.round(timeoutMs)} ms`,
          canRetry: true,
        }
        : {
          problem: showReason(error),
          canRetry: !(error instanceof Deno.errors.NotCapable),
        };
    } finally {
      clearTimeout(timer);
    }
  }

  async #send(message: Message, signal: AbortSignal): Promise<Outcome> {
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
      maxMessageBytes: readLimit(refusal),
    };
  }
}

function canRetry(status: number, { code }: Refusal): boolean {
  return status >= 500 || status === 429 ||
    /Throttl|TooManyRequests|RequestLimitExceeded|^ExpiredToken/.test(code);
}

/** Reads the limit that a queue names when a message exceeds it. */
function readLimit({ message }: Refusal): number | undefined {
  const match = /must be shorter than (\d+) bytes/.exec(message);
  const limit = match ? Number(match[1]) - 1 : 0;
  return limit > 0 ? limit : undefined;
}
