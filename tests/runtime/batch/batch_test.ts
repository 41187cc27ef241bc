// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertThrows } from "@std/assert/throws";

import {
  batch,
  BatchError,
  type BatchOptions,
  decodeKafkaKey,
  decodeKafkaValue,
  decodeKinesisData,
  type DynamoDbRecord,
  type KafkaRecord,
  type KinesisRecord,
  type SqsRecord,
  type TumblingWindow,
} from "../../../runtime/batch/mod.ts";
import { createContext } from "../../../local/testing/context.ts";
import { createRandom } from "../../support/random.ts";
import { SqsServer } from "../../support/sqs_server.ts";

const QUEUE = "arn:aws:sqs:us-east-1:123456789012:orders";
const SILENT = { onError: () => {} };

function sqsRecord(
  messageId: string,
  { group, queue = group ? `${QUEUE}.fifo` : QUEUE }: {
    group?: string;
    queue?: string;
  } = {},
): SqsRecord {
  return {
    messageId,
    receiptHandle: `receipt of ${messageId}`,
    body: `body of ${messageId}`,
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: "1767323045678",
      SenderId: "AIDAEXAMPLE",
      ApproximateFirstReceiveTimestamp: "1767323045679",
      ...group && { MessageGroupId: group },
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: queue,
    awsRegion: "us-east-1",
  };
}

function kinesisRecord(
  sequenceNumber: string,
  partitionKey = "key",
): KinesisRecord {
  return {
    kinesis: {
      kinesisSchemaVersion: "1.0",
      partitionKey,
      sequenceNumber,
      data: btoa(`data of ${sequenceNumber}`),
      approximateArrivalTimestamp: 1767323045.678,
    },
    eventSource: "aws:kinesis",
    eventVersion: "1.0",
    eventID: `shardId-000000000006:${sequenceNumber}`,
    eventName: "aws:kinesis:record",
    invokeIdentityArn: "arn:aws:iam::123456789012:role/orders",
    awsRegion: "us-east-1",
    eventSourceARN: "arn:aws:kinesis:us-east-1:123456789012:stream/orders",
  };
}

function dynamoDbRecord(
  sequenceNumber: string,
  keys: DynamoDbRecord["dynamodb"]["Keys"] = { id: { S: "1" } },
): DynamoDbRecord {
  return {
    eventID: `event ${sequenceNumber}`,
    eventName: "INSERT",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: "us-east-1",
    dynamodb: {
      ApproximateCreationDateTime: 1767323045,
      Keys: keys,
      NewImage: keys,
      SequenceNumber: sequenceNumber,
      SizeBytes: 26,
      StreamViewType: "NEW_IMAGE",
    },
    eventSourceARN:
      "arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/2026-01-02T03:04:05.678",
  };
}

function kafkaEvent(offsets: Record<string, number[]>) {
  const records = Object.entries(offsets).map(([name, offsets]) => {
    const [, topic, partition] = /^(.*)-(\d+)$/.exec(name)!;
    return [
      name,
      offsets.map((offset): KafkaRecord => ({
        topic,
        partition: Number(partition),
        offset,
        timestamp: 1767323045678,
        timestampType: "CREATE_TIME",
        key: btoa("key"),
        value: btoa("value"),
        headers: [],
      })),
    ];
  });
  return {
    eventSource: "aws:kafka",
    eventSourceArn: "arn:aws:kafka:us-east-1:123456789012:cluster/orders/1",
    bootstrapServers: "b-1.orders.example:9092",
    records: Object.fromEntries(records),
  };
}

function identifiers(...itemIdentifiers: unknown[]) {
  return {
    batchItemFailures: itemIdentifiers.map((itemIdentifier) => ({
      itemIdentifier,
    })),
  };
}

/** A function that keeps what it was called with, and fails for some of it. */
function createProcessor<R>(
  idOf: (record: R) => unknown,
  ...failing: unknown[]
) {
  const processed: unknown[] = [];
  return {
    processed,
    async process(record: R) {
      // Other lanes get their turn.
      await Promise.resolve();
      processed.push(idOf(record));
      if (failing.includes(idOf(record))) throw new Error(`${idOf(record)}`);
    },
  };
}

function sqsProcessor(...failing: string[]) {
  return createProcessor<SqsRecord>(({ messageId }) => messageId, ...failing);
}

function kinesisProcessor(...failing: string[]) {
  return createProcessor<KinesisRecord>(
    ({ kinesis }) => kinesis.sequenceNumber,
    ...failing,
  );
}

/** Keeps what is logged at level ERROR while a function runs. */
async function captureErrors(run: () => unknown): Promise<string[]> {
  const lines: string[] = [];
  const original = console.error;
  console.error = (...values) => lines.push(values.join(" "));
  try {
    await run();
  } finally {
    console.error = original;
  }
  return lines;
}

Deno.test("batch() reports nothing when every record succeeds", async () => {
  const { process, processed } = sqsProcessor();

  const response = await batch(process)(
    { Records: ["1", "2", "3"].map((id) => sqsRecord(id)) },
    createContext(),
  );

  assertEquals(JSON.stringify(response), `{"batchItemFailures":[]}`);
  assertEquals(processed, ["1", "2", "3"]);
});

Deno.test("batch() reports the messages of an SQS queue that fail", async () => {
  const { process, processed } = sqsProcessor("2", "4");

  const response = await batch(process, SILENT)(
    { Records: ["1", "2", "3", "4", "5"].map((id) => sqsRecord(id)) },
    createContext(),
  );

  assertEquals(
    JSON.stringify(response),
    `{"batchItemFailures":[{"itemIdentifier":"2"},{"itemIdentifier":"4"}]}`,
  );
  assertEquals(processed, ["1", "2", "3", "4", "5"]);
});

Deno.test("batch() reports a record whose function throws at once", async () => {
  const handleEvent = batch(({ messageId }: SqsRecord) => {
    if (messageId === "1") throw new Error("Failed");
  }, SILENT);

  const response = await handleEvent(
    { Records: [sqsRecord("1"), sqsRecord("2")] },
    createContext(),
  );

  assertEquals(response, identifiers("1"));
});

Deno.test("batch() gives the function the record and the context as they are", async () => {
  const record = sqsRecord("1");
  const context = createContext();
  const calls: unknown[][] = [];

  await batch((...values) => calls.push(values))(
    { Records: [record] },
    context,
  );

  assertEquals(calls.length, 1);
  assertEquals(calls[0][0] === record, true);
  assertEquals(calls[0][1] === context, true);
});

Deno.test("batch() takes an empty batch", async () => {
  const { process, processed } = sqsProcessor();
  const handleEvent = batch(process);
  const kafka = { eventSource: "SelfManagedKafka", records: {} };

  assertEquals(
    await handleEvent({ Records: [] }, createContext()),
    identifiers(),
  );
  assertEquals(await handleEvent(kafka, createContext()), identifiers());
  assertEquals(processed, []);
});

/** The most records that are processed at once, of 25. */
async function measureConcurrency(options?: BatchOptions<SqsRecord>) {
  let running = 0;
  let most = 0;
  const handleEvent = batch(async () => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    await Promise.resolve();
    running--;
  }, options);
  const Records = Array.from({ length: 25 }, (_, id) => sqsRecord(`${id}`));
  assertEquals(await handleEvent({ Records }, createContext()), identifiers());
  return most;
}

Deno.test("batch() processes ten records at once", async () => {
  assertEquals(await measureConcurrency(), 10);
});

Deno.test("batch() processes as many records at once as it is told", async () => {
  assertEquals(await measureConcurrency({ concurrency: 1 }), 1);
  assertEquals(await measureConcurrency({ concurrency: 3 }), 3);
  assertEquals(await measureConcurrency({ concurrency: 100 }), 25);
});

Deno.test("batch() reports a message once that the batch holds twice", async () => {
  const response = await batch(() => {
    throw new Error("Failed");
  }, { ...SILENT, throwWhenAllFail: false })(
    { Records: [sqsRecord("1"), sqsRecord("1")] },
    createContext(),
  );

  assertEquals(response, identifiers("1"));
});

Deno.test("batch() reports a message of which one copy fails", async () => {
  let calls = 0;
  const response = await batch(() => {
    if (++calls === 1) throw new Error("Failed");
  }, SILENT)(
    { Records: [sqsRecord("1"), sqsRecord("1")] },
    createContext(),
  );

  assertEquals(response, identifiers("1"));
});

Deno.test("batch() throws when every record fails", async () => {
  const { process } = sqsProcessor("1", "2");

  const error = await assertRejects(
    async () =>
      await batch(process, SILENT)(
        { Records: [sqsRecord("1"), sqsRecord("2")] },
        createContext(),
      ),
    BatchError,
  );

  assertEquals(error.name, "BatchError");
  assertEquals(
    error.message,
    "Cannot process the batch of 2 records: 0 succeeded, 2 failed, 0 were not started",
  );
  assertEquals(error.errors.map(({ message }: Error) => message), ["1", "2"]);
  assertEquals(error.cause, error.errors[0]);
});

Deno.test("batch() reports every record when it is told not to throw", async () => {
  const { process } = sqsProcessor("1", "2");

  const response = await batch(process, { ...SILENT, throwWhenAllFail: false })(
    { Records: [sqsRecord("1"), sqsRecord("2")] },
    createContext(),
  );

  assertEquals(response, identifiers("1", "2"));
});

Deno.test("batch() tells onError of each record that fails", async () => {
  const { process } = sqsProcessor("2");
  const record = sqsRecord("2");
  const context = createContext();
  const calls: unknown[][] = [];

  await batch(process, { onError: (...values) => calls.push(values) })(
    { Records: [sqsRecord("1"), record, sqsRecord("3")] },
    context,
  );

  assertEquals(calls.length, 1);
  const [error, reported, ...rest] = calls[0];
  assertEquals((error as Error).message, "2");
  assertEquals(reported === record, true);
  assertEquals(rest[0] === context, true);
});

Deno.test("batch() logs the identifier and the error, and not the body", async () => {
  const { process } = sqsProcessor("2");
  const handleEvent = batch(process);

  const lines = await captureErrors(() =>
    handleEvent({ Records: [sqsRecord("1"), sqsRecord("2")] }, createContext())
  );

  assertEquals(lines, [
    `Cannot process the record "2" of "${QUEUE}": Error: 2`,
  ]);
});

Deno.test("batch() goes on when onError fails", async () => {
  const { process } = sqsProcessor("1", "2");
  const onError = (_: unknown, { messageId }: SqsRecord) => {
    if (messageId === "1") throw new Error("The report failed");
    return Promise.reject(new Error("The report was rejected"));
  };
  const handleEvent = batch(process, { onError });
  let response: unknown;

  const lines = await captureErrors(async () => {
    response = await handleEvent(
      { Records: ["1", "2", "3"].map((id) => sqsRecord(id)) },
      createContext(),
    );
  });

  assertEquals(response, identifiers("1", "2"));
  assertEquals(lines, [
    `Cannot report the record "1" of "${QUEUE}": Error: The report failed`,
    `Cannot report the record "2" of "${QUEUE}": Error: The report was rejected`,
  ]);
});

Deno.test("batch() holds back the rest of a message group that fails", async () => {
  const { process, processed } = sqsProcessor("a2");

  const response = await batch(process, SILENT)({
    Records: [
      sqsRecord("a1", { group: "a" }),
      sqsRecord("b1", { group: "b" }),
      sqsRecord("a2", { group: "a" }),
      sqsRecord("a3", { group: "a" }),
      sqsRecord("b2", { group: "b" }),
      sqsRecord("a4", { group: "a" }),
      sqsRecord("c1", { group: "c" }),
    ],
  }, createContext());

  assertEquals(response, identifiers("a2", "a3", "a4"));
  assertEquals(processed.toSorted(), ["a1", "a2", "b1", "b2", "c1"]);
});

Deno.test("batch() processes message groups side by side, each in its order", async () => {
  const { process, processed } = sqsProcessor();

  await batch(process)({
    Records: ["a1", "a2", "b1", "b2"].map((id) =>
      sqsRecord(id, { group: id[0] })
    ),
  }, createContext());

  assertEquals(processed, ["a1", "b1", "a2", "b2"]);
});

Deno.test("batch() starts no more messages of a FIFO queue after a failure when it is told so", async () => {
  const { process, processed } = sqsProcessor("a1");

  const response = await batch(process, {
    ...SILENT,
    fifoFailure: "batch",
    concurrency: 2,
  })({
    Records: ["a1", "b1", "a2", "b2", "c1"].map((id) =>
      sqsRecord(id, { group: id[0] })
    ),
  }, createContext());

  assertEquals(response, identifiers("a1", "a2", "b2", "c1"));
  assertEquals(processed, ["a1", "b1"]);
});

Deno.test("batch() keeps no order in the message groups of a standard queue", async () => {
  const { process, processed } = sqsProcessor("1");

  const response = await batch(process, {
    ...SILENT,
    fifoFailure: "batch",
    concurrency: 1,
  })({
    Records: ["1", "2"].map((id) =>
      sqsRecord(id, { group: "tenant", queue: QUEUE })
    ),
  }, createContext());

  assertEquals(response, identifiers("1"));
  assertEquals(processed, ["1", "2"]);
});

Deno.test("batch() keeps the order of a FIFO queue over its retries", async () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0];
  console.log(`FIFO order seed: ${seed}`);
  const random = createRandom(seed);
  const server = await SqsServer.start();
  try {
    const queueUrl = await server.createQueue("orders.fifo", {
      FifoQueue: "true",
    });
    const sent: Record<string, string[]> = { a: [], b: [], c: [] };
    for (let number = 0; number < 30; number++) {
      const group = "abc"[Math.floor(random() * 3)];
      sent[group].push(`${number}`);
      await server.call("SendMessage", {
        QueueUrl: queueUrl,
        MessageBody: `${number}`,
        MessageGroupId: group,
        MessageDeduplicationId: `${number}`,
      });
    }

    const done: Record<string, string[]> = { a: [], b: [], c: [] };
    const handleEvent = batch(async ({ body, attributes }: SqsRecord) => {
      await Promise.resolve();
      if (random() < 0.3) throw new Error("Failed");
      done[attributes.MessageGroupId!].push(body);
    }, { ...SILENT, throwWhenAllFail: false });
    for (;;) {
      const messages = await server.receive(queueUrl);
      if (messages.length === 0) break;
      const Records = messages.map((message) => ({
        messageId: message.MessageId,
        body: message.Body,
        attributes: message.Attributes,
        eventSource: "aws:sqs",
        eventSourceARN: `${QUEUE}.fifo`,
      }));
      const response = await handleEvent({ Records }, createContext());
      const failed = response.batchItemFailures
        .map(({ itemIdentifier }) => itemIdentifier);
      for (const { MessageId, ReceiptHandle } of messages) {
        const parameters = { QueueUrl: queueUrl, ReceiptHandle };
        if (failed.includes(MessageId)) {
          await server.call("ChangeMessageVisibility", {
            ...parameters,
            VisibilityTimeout: 0,
          });
        } else {
          await server.call("DeleteMessage", parameters);
        }
      }
    }
    assertEquals(done, sent);
  } finally {
    await server.stop();
  }
});

Deno.test("batch() stops at the first failure of a Kinesis shard", async () => {
  const { process, processed } = kinesisProcessor("3");

  const response = await batch(process, SILENT)(
    { Records: ["1", "2", "3", "4", "5"].map((id) => kinesisRecord(id)) },
    createContext(),
  );

  assertEquals(response, identifiers("3", "4", "5"));
  assertEquals(processed, ["1", "2", "3"]);
});

Deno.test("batch() processes a shard one record after another", async () => {
  let running = 0;
  const handleEvent = batch(async () => {
    assertEquals(++running, 1);
    await Promise.resolve();
    running--;
  });
  const Records = ["1", "2", "3"].map((id) => kinesisRecord(id, `key ${id}`));

  assertEquals(await handleEvent({ Records }, createContext()), identifiers());
});

Deno.test("batch() processes the partition keys of a shard side by side when it is told so", async () => {
  const { process, processed } = kinesisProcessor();

  await batch(process, { streamOrder: "key" })({
    Records: [
      kinesisRecord("1", "a"),
      kinesisRecord("2", "a"),
      kinesisRecord("3", "b"),
      kinesisRecord("4", "b"),
    ],
  }, createContext());

  assertEquals(processed, ["1", "3", "2", "4"]);
});

Deno.test("batch() reports all from the first failure on, and finishes what comes before it", async () => {
  const hasFailed = Promise.withResolvers<void>();
  const processed: string[] = [];
  const handleEvent = batch(async ({ kinesis }: KinesisRecord) => {
    const { sequenceNumber } = kinesis;
    processed.push(sequenceNumber);
    if (sequenceNumber === "3") throw new Error("Failed");
    await hasFailed.promise;
  }, {
    streamOrder: "key",
    concurrency: 2,
    onError: () => hasFailed.resolve(),
  });

  const response = await handleEvent({
    Records: [
      kinesisRecord("1", "a"),
      kinesisRecord("2", "a"),
      kinesisRecord("3", "b"),
      kinesisRecord("4", "a"),
      kinesisRecord("5", "c"),
    ],
  }, createContext());

  assertEquals(response, identifiers("3", "4", "5"));
  assertEquals(processed, ["1", "3", "2"]);
});

Deno.test("batch() does not throw when later records of a stream have succeeded", async () => {
  const { process, processed } = kinesisProcessor("1");

  const response = await batch(process, { ...SILENT, streamOrder: "key" })({
    Records: [kinesisRecord("1", "a"), kinesisRecord("2", "b")],
  }, createContext());

  assertEquals(processed, ["1", "2"]);
  assertEquals(response, identifiers("1", "2"));
});

Deno.test("batch() throws when the first record of a shard fails", async () => {
  const { process, processed } = kinesisProcessor("1");

  const error = await assertRejects(
    async () =>
      await batch(process, SILENT)(
        { Records: [kinesisRecord("1"), kinesisRecord("2")] },
        createContext(),
      ),
    BatchError,
  );

  assertEquals(
    error.message,
    "Cannot process the batch of 2 records: 0 succeeded, 1 failed, 1 were not started",
  );
  assertEquals(processed, ["1"]);
});

Deno.test("batch() stops at the first failure of a DynamoDB stream", async () => {
  const { process, processed } = createProcessor<DynamoDbRecord>(
    ({ dynamodb }) => dynamodb.SequenceNumber,
    "2",
  );

  const response = await batch(process, SILENT)(
    { Records: ["1", "2", "3"].map((id) => dynamoDbRecord(id)) },
    createContext(),
  );

  assertEquals(response, identifiers("2", "3"));
  assertEquals(processed, ["1", "2"]);
});

Deno.test("batch() tells the items of a DynamoDB stream by their whole primary key", async () => {
  const { process, processed } = createProcessor<DynamoDbRecord>(
    ({ dynamodb }) => dynamodb.SequenceNumber,
  );

  await batch(process, { streamOrder: "key" })({
    Records: [
      dynamoDbRecord("1", { id: { S: "1" }, at: { N: "1" } }),
      dynamoDbRecord("2", { at: { N: "1" }, id: { S: "1" } }),
      dynamoDbRecord("3", { id: { S: "1" }, at: { N: "2" } }),
    ],
  }, createContext());

  assertEquals(processed, ["1", "3", "2"]);
});

Deno.test("batch() throws on any failure of Kafka, and starts nothing more", async () => {
  const { process, processed } = createProcessor<KafkaRecord>(
    ({ partition, offset }) => `${partition}:${offset}`,
    "0:10",
  );

  const error = await assertRejects(
    async () =>
      await batch(process, { ...SILENT, concurrency: 2 })(
        kafkaEvent({ "orders-0": [10, 11], "orders-1": [20, 21] }),
        createContext(),
      ),
    BatchError,
  );

  assertEquals(
    error.message,
    "Cannot process the batch of 4 records: 1 succeeded, 1 failed, 2 were not started",
  );
  assertEquals(processed, ["0:10", "1:20"]);
});

Deno.test("batch() throws on a failure of Kafka whatever throwWhenAllFail says", async () => {
  await assertRejects(
    async () =>
      await batch(() => {
        throw new Error("Failed");
      }, { ...SILENT, throwWhenAllFail: false })(
        kafkaEvent({ "orders-0": [10] }),
        createContext(),
      ),
    BatchError,
  );
});

Deno.test("batch() reports nothing when every record of Kafka succeeds", async () => {
  const { process, processed } = createProcessor<KafkaRecord>(
    ({ partition, offset }) => `${partition}:${offset}`,
  );

  const response = await batch(process)(
    kafkaEvent({ "orders-0": [10, 11], "orders-1": [20, 21] }),
    createContext(),
  );

  assertEquals(response, identifiers());
  assertEquals(processed, ["0:10", "1:20", "0:11", "1:21"]);
});

Deno.test("batch() reports partitions and offsets of Kafka when it is told so", async () => {
  const { process, processed } = createProcessor<KafkaRecord>(
    ({ partition, offset }) => `${partition}:${offset}`,
    "0:11",
  );

  const response = await batch(process, {
    ...SILENT,
    kafkaPartialResponse: true,
  })(
    kafkaEvent({ "my-orders-0": [10, 11, 12], "my-orders-1": [20, 21] }),
    createContext(),
  );

  assertEquals(
    JSON.stringify(response),
    `{"batchItemFailures":[{"itemIdentifier":{"partition":"my-orders-0","offset":11}},{"itemIdentifier":{"partition":"my-orders-0","offset":12}}]}`,
  );
  assertEquals(processed, ["0:10", "1:20", "0:11", "1:21"]);
});

Deno.test("batch() names a record of Kafka by its partition and offset", async () => {
  const handleEvent = batch(({ offset }: KafkaRecord) => {
    if (offset === 11) throw new Error("Failed");
  }, { kafkaPartialResponse: true });

  const lines = await captureErrors(() =>
    handleEvent(kafkaEvent({ "orders-0": [10, 11] }), createContext())
  );

  assertEquals(lines, [
    `Cannot process the record 11 of "orders-0": Error: Failed`,
  ]);
});

Deno.test("batch() reports what runs and what waits when the deadline is near", async () => {
  const context = {
    ...createContext(),
    getRemainingTimeInMillis: () => 60_020,
  };
  const gate = Promise.withResolvers<void>();
  const started: string[] = [];
  const reports: string[] = [];
  const handleEvent = batch(async ({ messageId }: SqsRecord) => {
    started.push(messageId);
    if (messageId !== "1") await gate.promise;
  }, {
    concurrency: 2,
    marginMs: 60_000,
    onError: (error, { messageId }) => reports.push(`${messageId}: ${error}`),
  });

  const response = await handleEvent(
    { Records: ["1", "2", "3", "4"].map((id) => sqsRecord(id)) },
    context,
  );

  assertEquals(response, identifiers("2", "3", "4"));
  assertEquals(started, ["1", "2", "3"]);
  const problem =
    "TimeoutError: The record was still running 60000 ms before the deadline";
  assertEquals(reports, [`2: ${problem}`, `3: ${problem}`]);

  gate.resolve();
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(started, ["1", "2", "3"]);
});

Deno.test("batch() reports what is not done when the signal aborts", async () => {
  const controller = new AbortController();
  const context = createContext({ signal: controller.signal });
  const gate = Promise.withResolvers<void>();
  const reports: string[] = [];
  const started: string[] = [];
  const handleEvent = batch(async ({ messageId }: SqsRecord) => {
    started.push(messageId);
    if (messageId === "1") return;
    controller.abort();
    await gate.promise;
  }, {
    concurrency: 1,
    onError: (_, { messageId }) => reports.push(messageId),
  });

  const response = await handleEvent(
    { Records: ["1", "2", "3"].map((id) => sqsRecord(id)) },
    context,
  );
  assertEquals(response, identifiers("2", "3"));

  // What was given up neither starts another record nor is reported again.
  gate.reject(new Error("Too late"));
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(started, ["1", "2"]);
  assertEquals(reports, ["2"]);
});

Deno.test("batch() starts nothing when too little time is left", async () => {
  const { process, processed } = sqsProcessor();

  const error = await assertRejects(
    async () =>
      await batch(process, { marginMs: 60_000 })(
        { Records: [sqsRecord("1"), sqsRecord("2")] },
        createContext({ timeoutMs: 60_000 }),
      ),
    BatchError,
  );

  assertEquals(processed, []);
  assertEquals(
    error.message,
    "Cannot process the batch of 2 records: 0 succeeded, 0 failed, 2 were not started in the time that was left",
  );
});

Deno.test("batch() starts nothing when the signal has aborted", async () => {
  const { process, processed } = sqsProcessor();

  const response = await batch(process, { throwWhenAllFail: false })(
    { Records: [sqsRecord("1")] },
    createContext({ signal: AbortSignal.abort() }),
  );

  assertEquals(processed, []);
  assertEquals(response, identifiers("1"));
});

Deno.test("batch() sees the deadline between records that never wait", async () => {
  let remainingMs = 3_000;
  const context = {
    ...createContext(),
    getRemainingTimeInMillis: () => remainingMs,
  };
  const handleEvent = batch(() => {
    remainingMs -= 1_000;
  });

  const response = await handleEvent(
    { Records: ["1", "2", "3", "4"].map((id) => sqsRecord(id)) },
    context,
  );

  assertEquals(response, identifiers("4"));
});

Deno.test("batch() waits for its records however far the deadline is", async () => {
  const handleEvent = batch(() =>
    new Promise((resolve) => setTimeout(resolve, 10))
  );

  const response = await handleEvent(
    { Records: [sqsRecord("1")] },
    createContext({ timeoutMs: 2 ** 40 }),
  );

  assertEquals(response, identifiers());
});

const WINDOW = { start: "2026-01-02T03:04:00Z", end: "2026-01-02T03:06:00Z" };
const STREAM = "arn:aws:kinesis:us-east-1:123456789012:stream/orders";

/** The event of one call of a window, as Lambda sends it. */
function windowEvent(
  records: (KinesisRecord | DynamoDbRecord)[],
  { state = {}, isFinal = false, isEarly = false }: {
    state?: object;
    isFinal?: boolean;
    isEarly?: boolean;
  } = {},
) {
  return {
    Records: records,
    window: WINDOW,
    state,
    shardId: "shardId-000000000006",
    eventSourceARN: STREAM,
    isFinalInvokeForWindow: isFinal,
    isWindowTerminatedEarly: isEarly,
  };
}

interface Seen {
  seen: string[];
}

/** A handler that lists the sequence numbers of a window, and what it finished. */
function createLister(...failing: string[]) {
  const finished: { state: Seen; window: TumblingWindow }[] = [];
  const handleEvent = batch(
    async ({ kinesis }: KinesisRecord, _context, { seen }) => {
      await Promise.resolve();
      const id = kinesis.sequenceNumber;
      if (failing.includes(id)) throw new Error(id);
      return { seen: [...seen, id] };
    },
    {
      ...SILENT,
      window: {
        initialState: (): Seen => ({ seen: [] }),
        finish: async (state, window) => {
          await Promise.resolve();
          finished.push({ state, window });
        },
      },
    },
  );
  return { handleEvent, finished };
}

Deno.test("batch() passes the state of a window from one call to the next", async () => {
  const { handleEvent, finished } = createLister();
  const first = await handleEvent(
    windowEvent([kinesisRecord("1"), kinesisRecord("2")]),
    createContext(),
  );
  assertEquals(first, { state: { seen: ["1", "2"] }, batchItemFailures: [] });
  // Between the calls Lambda keeps the state as JSON.
  const { state } = JSON.parse(JSON.stringify(first));
  const second = await handleEvent(
    windowEvent([kinesisRecord("3")], { state }),
    createContext(),
  );
  assertEquals(second.state, { seen: ["1", "2", "3"] });
  assertEquals(finished, []);
});

Deno.test("batch() finishes a window with its last call, which has no records", async () => {
  const { handleEvent, finished } = createLister();
  const state = { seen: ["1"] };
  const response = await handleEvent(
    windowEvent([], { state, isFinal: true }),
    createContext(),
  );
  assertEquals(response, { state, batchItemFailures: [] });
  assertEquals(finished, [{
    state,
    window: {
      ...WINDOW,
      shardId: "shardId-000000000006",
      eventSourceARN: STREAM,
      isTerminatedEarly: false,
    },
  }]);
});

Deno.test("batch() finishes a window without a record with its initial state", async () => {
  const { handleEvent, finished } = createLister();
  await handleEvent(windowEvent([], { isFinal: true }), createContext());
  assertEquals(finished.map(({ state }) => state), [{ seen: [] }]);
});

Deno.test("batch() finishes a window after the records of its last call", async () => {
  const { handleEvent, finished } = createLister();
  await handleEvent(
    windowEvent([kinesisRecord("2")], {
      state: { seen: ["1"] },
      isFinal: true,
    }),
    createContext(),
  );
  assertEquals(finished.map(({ state }) => state), [{ seen: ["1", "2"] }]);
});

Deno.test("batch() finishes a window that Lambda ends early, once", async () => {
  for (const isFinal of [false, true]) {
    const { handleEvent, finished } = createLister();
    await handleEvent(
      windowEvent([kinesisRecord("1")], { isFinal, isEarly: true }),
      createContext(),
    );
    assertEquals(finished.length, 1);
    assertEquals(finished[0].window.isTerminatedEarly, true);
  }
});

Deno.test("batch() answers with the state before the first failure of a window", async () => {
  const { handleEvent, finished } = createLister("2");
  const response = await handleEvent(
    windowEvent(["1", "2", "3"].map((id) => kinesisRecord(id)), {
      isFinal: true,
    }),
    createContext(),
  );
  assertEquals(response, {
    state: { seen: ["1"] },
    batchItemFailures: [{ itemIdentifier: "2" }, { itemIdentifier: "3" }],
  });
  // Lambda calls again with the records that are left.
  assertEquals(finished, []);
});

Deno.test("batch() leaves a record out of the state of a window that still runs near the deadline", async () => {
  const gate = Promise.withResolvers<void>();
  const aborter = new AbortController();
  const finished: Seen[] = [];
  const handleEvent = batch(
    async ({ kinesis }: KinesisRecord, _context, { seen }) => {
      if (kinesis.sequenceNumber === "2") {
        aborter.abort();
        await gate.promise;
      }
      return { seen: [...seen, kinesis.sequenceNumber] };
    },
    {
      ...SILENT,
      window: {
        initialState: (): Seen => ({ seen: [] }),
        finish: (state) => finished.push(state),
      },
    },
  );
  const response = await handleEvent(
    windowEvent([kinesisRecord("1"), kinesisRecord("2")], { isFinal: true }),
    { ...createContext(), signal: aborter.signal },
  );
  gate.resolve();
  await gate.promise;
  assertEquals(response, {
    state: { seen: ["1"] },
    batchItemFailures: [{ itemIdentifier: "2" }],
  });
  assertEquals(finished, []);
});

Deno.test("batch() lets a handler change the state of a window in place", async () => {
  const handleEvent = batch(
    ({ dynamodb }: DynamoDbRecord, _context, state) => {
      const keys = JSON.stringify(dynamodb.Keys);
      state[keys] = (state[keys] ?? 0) + 1;
    },
    {
      window: {
        initialState: (): Record<string, number> => ({}),
        finish: () => {},
      },
    },
  );
  const { state } = await handleEvent(
    windowEvent([dynamoDbRecord("1"), dynamoDbRecord("2")]),
    createContext(),
  );
  assertEquals(state, { '{"id":{"S":"1"}}': 2 });
});

Deno.test("batch() fails the invocation when a window cannot be finished", async () => {
  const handleEvent = batch((_record: KinesisRecord) => {}, {
    window: {
      initialState: () => ({}),
      finish: () => Promise.reject(new Error("no table")),
    },
  });
  await assertRejects(
    async () =>
      await handleEvent(windowEvent([], { isFinal: true }), createContext()),
    Error,
    "no table",
  );
});

Deno.test("batch() refuses an event without a window when it is given one to finish", async () => {
  const { handleEvent } = createLister();
  await assertRejects(
    async () => await handleEvent({ Records: [] }, createContext()),
    TypeError,
    "Set TumblingWindowInSeconds of the event source mapping",
  );
});

Deno.test("batch() hands on the state of a window that it does nothing with", async () => {
  const { process } = kinesisProcessor("2");
  assertEquals(
    await batch(process, SILENT)(
      windowEvent([kinesisRecord("1"), kinesisRecord("2")], {
        state: { count: 1 },
      }),
      createContext(),
    ),
    { batchItemFailures: [{ itemIdentifier: "2" }], state: { count: 1 } },
  );
});

Deno.test("batch() refuses an event that is no batch", async () => {
  const refused: [event: unknown, found: string][] = [
    [null, "null"],
    [undefined, "undefined"],
    ["text", "string"],
    [{ secret: "body" }, "an object without their records"],
    [{ Records: "text" }, "an object without their records"],
    [{ records: {} }, "an object without their records"],
    [{ eventSource: "aws:kafka" }, "an object without their records"],
    [{ Records: [{ eventSource: "aws:s3" }] }, `records of "aws:s3"`],
    [{ Records: [{ EventSource: "aws:sns" }] }, `records of "aws:sns"`],
    [{ Records: [{}] }, `records of "undefined"`],
    [{ Records: [null] }, `records of "null"`],
    [{ Records: [{ eventSource: "toString" }] }, `records of "toString"`],
  ];
  const { process, processed } = sqsProcessor();
  for (const [event, found] of refused) {
    const error = await assertRejects(
      async () => await batch(process)(event, createContext()),
      TypeError,
    );
    assertEquals(
      error.message,
      `Cannot read the batch: expected an event of SQS, Kinesis, DynamoDB Streams or Kafka, found ${found}`,
    );
  }
  assertEquals(processed, []);
});

Deno.test("batch() refuses a batch with a record that it could not report", async () => {
  const refused: [event: unknown, problem: string][] = [
    [
      { Records: [sqsRecord("1"), sqsRecord("")] },
      "the record at index 1 has no messageId",
    ],
    [
      { Records: [{ eventSource: "aws:kinesis" }] },
      "the record at index 0 has no kinesis.sequenceNumber",
    ],
    [
      { Records: [{ eventSource: "aws:dynamodb", dynamodb: {} }] },
      "the record at index 0 has no dynamodb.SequenceNumber",
    ],
    [
      { Records: [sqsRecord("1"), kinesisRecord("2")] },
      `expected all records to be of "aws:sqs", found "aws:kinesis" at index 1`,
    ],
    [
      { eventSource: "aws:kafka", records: { "orders-0": [{}] } },
      `a record of the partition "orders-0" has no offset`,
    ],
    [
      { eventSource: "aws:kafka", records: { "orders-0": "text" } },
      `a record of the partition "orders-0" has no offset`,
    ],
  ];
  const { process, processed } = sqsProcessor();
  for (const [event, problem] of refused) {
    const error = await assertRejects(
      async () => await batch(process)(event, createContext()),
      TypeError,
    );
    assertEquals(error.message, `Cannot read the batch: ${problem}`);
  }
  assertEquals(processed, []);
});

Deno.test("batch() refuses options that are out of range", () => {
  for (const concurrency of [0, -1, 1.5, NaN, Infinity]) {
    const error = assertThrows(
      () => batch(() => {}, { concurrency }),
      RangeError,
    );
    assertEquals(
      error.message,
      `Cannot make a batch handler: expected concurrency to be an integer of at least 1, found ${concurrency}`,
    );
  }
  for (const marginMs of [-1, NaN]) {
    const error = assertThrows(() => batch(() => {}, { marginMs }), RangeError);
    assertEquals(
      error.message,
      `Cannot make a batch handler: expected marginMs to be at least 0, found ${marginMs}`,
    );
  }
});

Deno.test("decodeKinesisData() gives the bytes of a record", () => {
  const bytes = decodeKinesisData(kinesisRecord("1"));
  assertEquals(new TextDecoder().decode(bytes), "data of 1");
});

Deno.test("decodeKafkaKey() and decodeKafkaValue() tell nothing from no bytes", () => {
  const [record] = kafkaEvent({ "orders-0": [1] }).records["orders-0"];
  const texts = [decodeKafkaKey(record), decodeKafkaValue(record)]
    .map((bytes) => new TextDecoder().decode(bytes));
  assertEquals(texts, ["key", "value"]);
  const empty = { ...record, key: "", value: "" };
  assertEquals(decodeKafkaKey(empty)?.length, 0);
  assertEquals(decodeKafkaValue(empty)?.length, 0);
  const missing = { ...record, key: null, value: undefined };
  assertEquals(decodeKafkaKey(missing), undefined);
  assertEquals(decodeKafkaValue(missing), undefined);
});
