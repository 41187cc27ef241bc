// Copyright 2026 the Toukon Lambda authors. MIT license.

import { Child, Lifeline } from "./child.ts";

const PROGRAM = `
import { startFauxqs } from "npm:fauxqs@2.4.1";
const server = await startFauxqs({ port: 0, logger: false });
console.log(server.port);
await Deno.stdin.readable.pipeTo(new WritableStream());
await server.stop();
`;

/** A message as `ReceiveMessage` gives it. */
export interface ReceivedMessage {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  MessageAttributes?: Record<
    string,
    { DataType: string; StringValue: string }
  >;
  Attributes?: Record<string, string>;
}

/**
 * A server that speaks the protocols of SQS and SNS, in a process of its own.
 *
 * It takes any credentials, and any host in a queue's URL.
 */
export class SqsServer {
  /** Where the server listens. */
  readonly origin: string;
  readonly #process: Child;
  readonly #lifeline = new Lifeline();

  private constructor(origin: string, process: Child) {
    this.origin = origin;
    this.#process = process;
    this.#lifeline.serveTo(process);
  }

  /** Starts the server on a port that is free. */
  static async start(): Promise<SqsServer> {
    const process = new Child(Deno.execPath(), {
      args: ["eval", "--no-config", "--no-lock", "--quiet", PROGRAM],
      stdin: "piped",
    });
    const [port] = await process.until(({ stdout }) =>
      /^\d+(?=\n)/.exec(stdout)
    );
    return new SqsServer(`http://127.0.0.1:${port}`, process);
  }

  /** Stops the server, which ends with its standard input. */
  async stop(): Promise<void> {
    await this.#process.stdin.close();
    await this.#process.ended();
  }

  /** Creates a queue and gives its URL. */
  async createQueue(
    name: string,
    attributes: Record<string, string> = {},
  ): Promise<string> {
    await this.call("CreateQueue", {
      QueueName: name,
      Attributes: attributes,
    });
    return this.queueUrl(name);
  }

  /** The URL of a queue, whether there is one or not. */
  queueUrl(name: string): string {
    return `${this.origin}/000000000000/${name}`;
  }

  /** Creates a topic that passes what it gets to a queue, and gives its ARN. */
  async createTopic(
    name: string,
    queueName: string,
    attributes: Record<string, string> = {},
  ): Promise<string> {
    const attributeFields = Object.entries(attributes).flatMap((
      [key, value],
      index,
    ) => [
      [`Attributes.entry.${index + 1}.key`, key],
      [`Attributes.entry.${index + 1}.value`, value],
    ]);
    const xml = await this.#callSns({
      Action: "CreateTopic",
      Name: name,
      ...Object.fromEntries(attributeFields),
    });
    const topicArn = /<TopicArn>([^<]+)</.exec(xml)![1];
    await this.#callSns({
      Action: "Subscribe",
      TopicArn: topicArn,
      Protocol: "sqs",
      Endpoint: `arn:aws:sqs:us-east-1:000000000000:${queueName}`,
      "Attributes.entry.1.key": "RawMessageDelivery",
      "Attributes.entry.1.value": "true",
    });
    return topicArn;
  }

  /** Takes all messages from a queue. */
  async receive(queueUrl: string): Promise<ReceivedMessage[]> {
    const { Messages } = await this.call("ReceiveMessage", {
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ["All"],
      AttributeNames: ["All"],
    });
    return Messages ?? [];
  }

  /**
   * Calls an action of SQS.
   *
   * @throws {Error} If the server refuses it, or has ended.
   */
  async call(
    action: string,
    parameters: Record<string, unknown>,
  ): Promise<{ Messages?: ReceivedMessage[] }> {
    const response = await this.#post({
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `AmazonSQS.${action}`,
      },
      body: JSON.stringify(parameters),
    });
    if (!response.ok) {
      throw new Error(`Cannot ${action}: ${await response.text()}`);
    }
    return await response.json();
  }

  #post(init: RequestInit): Promise<Response> {
    const posted = fetch(this.origin, { method: "POST", ...init });
    return this.#lifeline.unlessClosed(posted);
  }

  async #callSns(parameters: Record<string, string>): Promise<string> {
    const response = await this.#post({
      body: new URLSearchParams(parameters),
    });
    const xml = await response.text();
    if (!response.ok) {
      throw new Error(`Cannot ${parameters.Action}: ${xml}`);
    }
    return xml;
  }
}
