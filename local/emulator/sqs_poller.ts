// Copyright 2026 the Toukon Lambda authors. MIT license.

import { isRecord } from "../../runtime/is_record.ts";
import { CredentialSource } from "../../runtime/dead_letter/credentials.ts";
import { signRequest } from "../../runtime/dead_letter/sigv4.ts";
import { createSqsTarget } from "../../runtime/dead_letter/sqs.ts";
import type { Target } from "../../runtime/dead_letter/target.ts";
import { showReason } from "../../runtime/failure/failure.ts";
import type { Emulator } from "./emulator.ts";
import type { Outcome } from "./invocation.ts";
import { type ReadVariable, serviceEnv } from "./service_env.ts";

const BATCH_SIZE = 10;
const WAIT_SECONDS = 20;
/** The pause after an error, in milliseconds. */
const PAUSE_MS = 2_000;

/** A message as `ReceiveMessage` gives it. */
interface Message {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  MD5OfBody?: string;
  Attributes?: Record<string, string>;
  MessageAttributes?: Record<
    string,
    { DataType: string; StringValue?: string; BinaryValue?: string }
  >;
}

/** Options for {@linkcode SqsPoller}. */
export interface SqsPollerOptions {
  queueUrl: string;
  env: ReadVariable;
  /** The pause after an error, in milliseconds. */
  pauseMs?: number;
}

/**
 * Takes batches from a queue to the function, as Lambda does: what the function
 * has not done stays in the queue, and comes again after its visibility timeout.
 */
export class SqsPoller {
  readonly #emulator: Emulator;
  readonly #options: SqsPollerOptions;
  readonly #credentials: CredentialSource;
  readonly #target: Target;
  readonly #end = new AbortController();
  readonly #polling: Promise<void>;

  constructor(emulator: Emulator, options: SqsPollerOptions) {
    this.#emulator = emulator;
    this.#options = options;
    const env = serviceEnv(options.env, emulator.settings.region);
    this.#credentials = new CredentialSource(env);
    this.#target = createSqsTarget(options.queueUrl, { env });
    this.#polling = this.#poll();
  }

  /** Stops when the batch that runs has been answered. */
  async stop(): Promise<void> {
    this.#end.abort();
    await this.#polling;
  }

  async #poll(): Promise<void> {
    const { pauseMs = PAUSE_MS } = this.#options;
    while (!this.#end.signal.aborted) {
      try {
        const messages = await this.#receive();
        if (messages.length > 0) await this.#deliver(messages);
      } catch (error) {
        if (this.#end.signal.aborted) return;
        this.#emulator.say(
          `Cannot poll "${this.#options.queueUrl}": ${showReason(error)}`,
        );
        await this.#pause(pauseMs);
      }
    }
  }

  async #receive(): Promise<Message[]> {
    const { Messages } = await this.#call("ReceiveMessage", {
      MaxNumberOfMessages: BATCH_SIZE,
      WaitTimeSeconds: WAIT_SECONDS,
      AttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    }, this.#end.signal);
    return Array.isArray(Messages) ? Messages : [];
  }

  async #deliver(messages: Message[]): Promise<void> {
    const { queueUrl } = this.#options;
    const { region } = this.#emulator.settings;
    const event = {
      Records: messages.map((it) => toRecord(it, queueUrl, region)),
    };
    const payload = new TextEncoder().encode(JSON.stringify(event));
    const outcome = await this.#emulator.invoke(payload, { by: "SQS" });
    const done = doneOf(messages, outcome);
    const left = messages.length - done.length;
    if (left > 0) {
      this.#emulator.say(
        `${left} of ${messages.length} messages stay in the queue`,
      );
    }
    if (done.length === 0) return;
    await this.#call("DeleteMessageBatch", {
      Entries: done.map(({ ReceiptHandle }, index) => ({
        Id: String(index),
        ReceiptHandle,
      })),
    });
  }

  async #call(
    action: string,
    parameters: Record<string, unknown>,
    signal?: AbortSignal,
  ): Promise<Record<string, unknown>> {
    const { queueUrl } = this.#options;
    const { region, url } = this.#target;
    const body = JSON.stringify({ QueueUrl: queueUrl, ...parameters });
    const headers = {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `AmazonSQS.${action}`,
    };
    const response = await fetch(url, {
      method: "POST",
      headers: await signRequest({ method: "POST", url, headers, body }, {
        credentials: await this.#credentials.get(
          signal ?? new AbortController().signal,
        ),
        region,
        service: "sqs",
        date: new Date(),
      }),
      body,
      redirect: "manual",
      signal,
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`status ${response.status}: ${text.slice(0, 500)}`);
    }
    return text === "" ? {} : JSON.parse(text);
  }

  #pause(ms: number): Promise<void> {
    const { signal } = this.#end;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      }, { once: true });
    });
  }
}

function toRecord(
  message: Message,
  queueUrl: string,
  region: string,
): Record<string, unknown> {
  const [account, name] = new URL(queueUrl).pathname.split("/").slice(-2);
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map((
        [key, { DataType, StringValue, BinaryValue }],
      ) => [key, {
        dataType: DataType,
        stringValue: StringValue,
        binaryValue: BinaryValue,
        stringListValues: [],
        binaryListValues: [],
      }]),
    ),
    md5OfBody: message.MD5OfBody,
    eventSource: "aws:sqs",
    eventSourceARN: `arn:aws:sqs:${region}:${account}:${name}`,
    awsRegion: region,
  };
}

/** The messages that the function has done, by its partial batch response. */
function doneOf(
  messages: Message[],
  { errorType, payload }: Outcome,
): Message[] {
  if (errorType !== undefined) return [];
  const failures = readFailures(payload);
  if (failures === undefined) return [];
  const ids = new Set(messages.map(({ MessageId }) => MessageId));
  // An id that is none of the batch is taken for a failure of all of it.
  if (failures.some((id) => !ids.has(id))) return [];
  return messages.filter(({ MessageId }) => !failures.includes(MessageId));
}

/** The ids that a reply lists; undefined if it cannot be understood. */
function readFailures(payload: Uint8Array): string[] | undefined {
  let reply: unknown;
  try {
    reply = JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return [];
  }
  if (!isRecord(reply)) return [];
  const list = reply.batchItemFailures;
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) return undefined;
  const ids = list.map((it) => isRecord(it) ? it.itemIdentifier : undefined);
  return ids.every((id) => typeof id === "string" && id !== "")
    ? ids as string[]
    : undefined;
}
