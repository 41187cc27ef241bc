// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertMatch } from "@std/assert/match";
import { assertThrows } from "@std/assert/throws";
import {
  apiGatewayProxyEvent,
  apiGatewayProxyEventV2,
  apiGatewayWebSocketEvent,
  cloudWatchLogsEvent,
  COGNITO_TRIGGER_SOURCES,
  cognitoTriggerEvent,
  createContext,
  dynamoDbStreamEvent,
  eventBridgeEvent,
  functionUrlEvent,
  type HttpEventOptions,
  kinesisStreamEvent,
  loadBalancerEvent,
  mskEvent,
  s3Event,
  scheduledEvent,
  sesEvent,
  snsEvent,
  sqsEvent,
  stepFunctionsEvent,
  vpcLatticeEvent,
} from "../../../local/testing/mod.ts";
import {
  batch,
  type BatchRecord,
  decodeKafkaKey,
  decodeKafkaValue,
  decodeKinesisData,
  type KafkaRecord,
  type KinesisRecord,
  type SqsRecord,
} from "../../../runtime/batch/mod.ts";
import {
  eventSource,
  isHttpEvent,
  toRequest,
} from "../../../runtime/http/mod.ts";

const BINARY = new Uint8Array([0, 255, 128, 10]);

/** Every builder of an HTTP request. */
const HTTP_BUILDERS: Record<string, (options: HttpEventOptions) => unknown> = {
  apiGatewayProxyEvent,
  apiGatewayProxyEventV2,
  functionUrlEvent,
  loadBalancerEvent,
  "loadBalancerEvent with multiple values": (options) =>
    loadBalancerEvent({ ...options, isMultiValue: true }),
  vpcLatticeEvent,
};

/** Reads an event as the runtime does. */
function request(event: unknown): Request {
  assert(isHttpEvent(event));
  return toRequest(event);
}

for (const [name, build] of Object.entries(HTTP_BUILDERS)) {
  Deno.test(`${name} is the request that was asked for`, async () => {
    const sent = request(build({
      method: "PUT",
      path: "/orders/a%20b?tag=a%26b&empty=",
      headers: { "X-Name": "value", cookie: "session=1; theme=dark" },
      body: { item: "闘魂" },
      time: new Date("2026-05-06T07:08:09Z"),
    }));
    const { pathname, search, host } = new URL(sent.url);
    assertEquals(sent.method, "PUT");
    assertEquals(pathname, "/orders/a%20b");
    assertEquals([...new URLSearchParams(search)], [["tag", "a&b"], [
      "empty",
      "",
    ]]);
    assertEquals(sent.headers.get("host") ?? host, host);
    assertEquals(sent.headers.get("x-name"), "value");
    assertEquals(sent.headers.get("cookie"), "session=1; theme=dark");
    assertEquals(sent.headers.get("content-type"), "application/json");
    assertEquals(sent.headers.get("content-length"), "17");
    assertMatch(sent.headers.get("x-amzn-trace-id")!, /^Root=1-69fae8d9-/);
    assertEquals(await sent.json(), { item: "闘魂" });
  });

  Deno.test(`${name} carries bodies of any kind`, async () => {
    const bodies = ["text", "", "a=b", BINARY, [1, 2], null];
    for (const body of bodies) {
      for (const type of [undefined, "application/x-www-form-urlencoded"]) {
        const headers = type === undefined
          ? undefined
          : { "content-type": type };
        const sent = request(build({ headers, body }));
        const expected = body instanceof Uint8Array
          ? body
          : new TextEncoder().encode(
            typeof body === "string" ? body : JSON.stringify(body),
          );
        assertEquals(await sent.bytes(), expected);
        assertEquals(
          sent.headers.get("content-length"),
          String(expected.length),
        );
      }
    }
  });

  Deno.test(`${name} is a GET of / when nothing is asked for`, async () => {
    const sent = request(build({}));
    assertEquals([sent.method, new URL(sent.url).pathname], ["GET", "/"]);
    assertEquals(await sent.text(), "");
    assertEquals(sent.headers.has("content-length"), false);
  });

  Deno.test(`${name} refuses a path without a slash`, () => {
    assertThrows(
      () => build({ path: "orders" }),
      TypeError,
      `expected a path that begins with "/", found "orders"`,
    );
  });
}

Deno.test("the HTTP events have bodies as their gateways encode them", () => {
  const form = {
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "a=b",
  };
  const encoded = { body: "YT1i", isBase64Encoded: true };
  for (
    const build of [
      apiGatewayProxyEventV2,
      functionUrlEvent,
      loadBalancerEvent,
      vpcLatticeEvent,
    ]
  ) {
    const { body, isBase64Encoded } = build(form);
    assertEquals({ body, isBase64Encoded }, encoded, build.name);
  }
  const { body, isBase64Encoded } = apiGatewayProxyEvent(form);
  assertEquals([body, isBase64Encoded], ["a=b", false]);
});

Deno.test("apiGatewayProxyEvent() and apiGatewayProxyEventV2() route the path", () => {
  const rest = apiGatewayProxyEvent({
    path: "/files/a/b.txt?x=1",
    route: "/files/{path+}",
  });
  assertEquals(rest.resource, "/files/{path+}");
  assertEquals(rest.pathParameters, { path: "a/b.txt" });
  assertEquals(apiGatewayProxyEvent({ path: "/a/b" }).pathParameters, {
    proxy: "a/b",
  });
  const http = apiGatewayProxyEventV2({
    method: "DELETE",
    path: "/orders/7",
    route: "/orders/{id}",
  });
  assertEquals(http.routeKey, "DELETE /orders/{id}");
  assertEquals(http.pathParameters, { id: "7" });
  assertThrows(
    () => apiGatewayProxyEventV2({ path: "/users/7", route: "/orders/{id}" }),
    TypeError,
    `the path "/users/7" does not belong to the route "/orders/{id}"`,
  );
});

Deno.test("apiGatewayProxyEvent() and loadBalancerEvent() keep repeated values", () => {
  const options = {
    path: "/?tag=a&tag=b",
    headers: { "x-list": ["one", "two"] },
  };
  const rest = apiGatewayProxyEvent(options);
  assertEquals(rest.multiValueHeaders["X-List"], ["one", "two"]);
  assertEquals(rest.headers["X-List"], "two");
  assertEquals(rest.multiValueQueryStringParameters, { tag: ["a", "b"] });
  assertEquals(rest.queryStringParameters, { tag: "b" });
  const balanced = loadBalancerEvent({ ...options, isMultiValue: true });
  assertEquals(balanced.multiValueHeaders?.["x-list"], ["one", "two"]);
  assertEquals(balanced.headers, undefined);
});

/** Runs a batch handler, and gives the records that it has seen. */
async function recordsOf(event: unknown): Promise<BatchRecord[]> {
  const seen: BatchRecord[] = [];
  const handle = batch((record: BatchRecord) => {
    seen.push(record);
  });
  assertEquals(await handle(event, createContext()), { batchItemFailures: [] });
  return seen;
}

const PAYLOADS = ["text", { id: 1 }, ""];
const TEXTS = ["text", '{"id":1}', ""];

Deno.test("sqsEvent() is a batch whose hashes are those of its bodies", async () => {
  const records = await recordsOf(sqsEvent({ records: PAYLOADS }));
  const messages = records as SqsRecord[];
  assertEquals(messages.map(({ body }) => body), TEXTS);
  assertEquals(messages.map(({ md5OfBody }) => md5OfBody), [
    "1cb251ec0d568de6a929b520c4aed8d1",
    "d2ce28b9a7fd7e4407e2b0fd499b7fe4",
    "d41d8cd98f00b204e9800998ecf8427e",
  ]);
  assertEquals(new Set(messages.map(({ messageId }) => messageId)).size, 3);
});

Deno.test("sqsEvent() hashes message attributes as SQS does", () => {
  const [record] = sqsEvent({
    messageAttributes: { b: "text", a: BINARY },
  }).Records;
  assertEquals(record.messageAttributes.b.stringValue, "text");
  assertEquals(record.messageAttributes.a.binaryValue, BINARY.toBase64());
  // Calculated by another program.
  assertEquals(
    record.md5OfMessageAttributes,
    "39a6119779abc802715d707e6323d40f",
  );
});

Deno.test("sqsEvent() has a group for a FIFO queue only", () => {
  const [plain] = sqsEvent().Records;
  const [fifo] = sqsEvent({
    queueName: "orders.fifo",
    messageGroupId: "a",
  }).Records;
  assertEquals("MessageGroupId" in plain.attributes, false);
  assertEquals(fifo.attributes.MessageGroupId, "a");
  assert(fifo.eventSourceARN.endsWith(":orders.fifo"));
});

Deno.test("kinesisStreamEvent() is a batch with data in Base64", async () => {
  const event = kinesisStreamEvent({ records: [...PAYLOADS, BINARY] });
  const records = await recordsOf(event) as KinesisRecord[];
  const data = records.map((record) => decodeKinesisData(record));
  assertEquals(
    data.slice(0, 3).map((bytes) => new TextDecoder().decode(bytes)),
    TEXTS,
  );
  assertEquals(data[3], BINARY);
  const numbers = records.map(({ kinesis }) => kinesis.sequenceNumber);
  assertEquals(numbers, numbers.toSorted());
});

Deno.test("mskEvent() is a batch with keys and values in Base64", async () => {
  const event = mskEvent({ records: PAYLOADS, topic: "t", key: "k" });
  const records = await recordsOf(event) as KafkaRecord[];
  const decode = (bytes?: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals(
    records.map((record) => decode(decodeKafkaValue(record))),
    TEXTS,
  );
  assertEquals(decode(decodeKafkaKey(records[0])), "k");
  assertEquals(records.map(({ offset }) => offset), [15, 16, 17]);
  assertEquals(Object.keys(event.records), ["t-0"]);
});

Deno.test("dynamoDbStreamEvent() is a batch with images of typed values", async () => {
  const item = {
    id: "1",
    sort: 2,
    tags: new Set(["a"]),
    sizes: new Set([1, 2n]),
    blobs: new Set([BINARY]),
    big: 10n,
    blob: BINARY,
    list: [true, null],
    map: { a: "b" },
  };
  const event = dynamoDbStreamEvent({
    records: [item],
    keyNames: ["id", "sort"],
    eventName: "REMOVE",
  });
  await recordsOf(event);
  const [{ dynamodb, eventName }] = event.Records;
  assertEquals(eventName, "REMOVE");
  assertEquals(dynamodb.NewImage, undefined);
  assertEquals(dynamodb.Keys, { id: { S: "1" }, sort: { N: "2" } });
  assertEquals(dynamodb.OldImage, {
    id: { S: "1" },
    sort: { N: "2" },
    tags: { SS: ["a"] },
    sizes: { NS: ["1", "2"] },
    blobs: { BS: [BINARY.toBase64()] },
    big: { N: "10" },
    blob: { B: BINARY.toBase64() },
    list: { L: [{ BOOL: true }, { NULL: true }] },
    map: { M: { a: { S: "b" } } },
  });
});

Deno.test("dynamoDbStreamEvent() refuses an item without key, and values that are none", () => {
  assertThrows(
    () => dynamoDbStreamEvent({ records: [{ a: 1 }], keyNames: ["id"] }),
    TypeError,
    `expected an item with the key "id", found ["a"]`,
  );
  assertThrows(
    () => dynamoDbStreamEvent({ records: [{ a: () => {} }] }),
    TypeError,
    "found function",
  );
  assertThrows(
    () => dynamoDbStreamEvent({ records: [{ a: 1, b: new Set([1, "a"]) }] }),
    TypeError,
    "texts only, numbers only or bytes only",
  );
});

Deno.test("cloudWatchLogsEvent() has the log events compressed", async () => {
  const { awslogs } = cloudWatchLogsEvent({ records: ["a", "闘魂"] });
  const stream = new Blob([Uint8Array.fromBase64(awslogs.data)]).stream()
    .pipeThrough(new DecompressionStream("gzip"));
  const { logEvents, messageType } = await new Response(stream).json();
  assertEquals(messageType, "DATA_MESSAGE");
  assertEquals(
    logEvents.map(({ message }: { message: string }) => message),
    ["a", "闘魂"],
  );
});

Deno.test("s3Event() encodes keys, and a removed object has no size", () => {
  const [created, removed] = ["ObjectCreated:Put", "ObjectRemoved:Delete"]
    .map((eventName) => s3Event({ records: ["a b/c+闘.txt"], eventName }))
    .map(({ Records: [record] }) => record.s3.object);
  assertEquals(created.key, "a+b/c%2B%E9%97%98.txt");
  assertEquals([created.size, removed.size], [1_024, 0]);
});

Deno.test("cognitoTriggerEvent() has every trigger, and names them for another", () => {
  for (const triggerSource of COGNITO_TRIGGER_SOURCES) {
    const event = cognitoTriggerEvent({ triggerSource });
    assertEquals(eventSource(event), `Amazon Cognito: ${triggerSource}`);
  }
  assertThrows(
    () => cognitoTriggerEvent({ triggerSource: "PreSignUp" }),
    TypeError,
    `VerifyAuthChallengeResponse_Authentication, found "PreSignUp"`,
  );
});

Deno.test("apiGatewayWebSocketEvent() has a body for messages only", () => {
  assertEquals(apiGatewayWebSocketEvent({ body: "hi" }).body, "hi");
  assertEquals(
    "body" in apiGatewayWebSocketEvent({ route: "$connect" }),
    false,
  );
  assertThrows(
    () => apiGatewayWebSocketEvent({ route: "$disconnect", body: "hi" }),
    TypeError,
    `the route "$disconnect" has no body`,
  );
});

Deno.test("every other event is told by its source", () => {
  assertEquals(
    [
      sqsEvent(),
      snsEvent(),
      s3Event(),
      dynamoDbStreamEvent(),
      kinesisStreamEvent(),
      mskEvent(),
      eventBridgeEvent(),
      scheduledEvent(),
      cloudWatchLogsEvent(),
      sesEvent(),
      stepFunctionsEvent(),
      apiGatewayWebSocketEvent(),
      apiGatewayWebSocketEvent({ route: "$connect" }),
      apiGatewayWebSocketEvent({ route: "$disconnect" }),
    ].map((event) => eventSource(event)),
    [
      "aws:sqs",
      "aws:sns",
      "aws:s3",
      "aws:dynamodb",
      "aws:kinesis",
      "aws:kafka",
      "toukon.orders: Order Placed",
      "aws.events: Scheduled Event",
      "CloudWatch Logs",
      "aws:ses",
      "Step Functions or direct invocation",
      "API Gateway WebSocket API: MESSAGE",
      "API Gateway WebSocket API: CONNECT",
      "API Gateway WebSocket API: DISCONNECT",
    ],
  );
});
