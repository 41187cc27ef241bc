// Copyright 2026 the Toukon Lambda authors. MIT license.

// The least that answers invocations over Deno.connect. It reads just as much
// of HTTP as this bench needs.

const ROOT = "/2018-06-01/runtime/invocation";
const SPARE_BYTES = 4096;

const api = Deno.env.get("AWS_LAMBDA_RUNTIME_API")!;
const [hostname, port] = api.split(":");
const connection = await Deno.connect({ hostname, port: Number(port) });
connection.setNoDelay();
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const NEXT = encoder.encode(
  `GET ${ROOT}/next HTTP/1.1\r\nHost: ${api}\r\n\r\n`,
);
let buffer = new Uint8Array(64 * 1024);

// deno-lint-ignore require-await
async function handleEvent(event: { name: string }): Promise<unknown> {
  return { message: `Hello, ${event.name}` };
}

/** Sends a request, and gives the head and the body of the answer. */
async function ask(request: Uint8Array): Promise<[string, Uint8Array]> {
  for (let sent = 0; sent < request.length;) {
    sent += await connection.write(request.subarray(sent));
  }
  let length = 0;
  let head = "";
  let total = Infinity;
  while (length < total) {
    const count = await connection.read(buffer.subarray(length));
    if (count === null) throw new Error("The connection has been closed");
    length += count;
    if (total !== Infinity) continue;
    const text = decoder.decode(
      buffer.subarray(0, Math.min(length, SPARE_BYTES)),
    );
    const end = text.indexOf("\r\n\r\n");
    if (end < 0) continue;
    head = text.slice(0, end + 4);
    total = head.length + Number(valueOf(head, "Content-Length"));
    if (total > buffer.length) grow(total + SPARE_BYTES, length);
  }
  return [head, buffer.subarray(head.length, total)];
}

function valueOf(head: string, name: string): string {
  const start = head.indexOf(`\r\n${name}: `) + name.length + 4;
  return head.slice(start, head.indexOf("\r\n", start));
}

function grow(size: number, length: number): void {
  const larger = new Uint8Array(size);
  larger.set(buffer.subarray(0, length));
  buffer = larger;
}

for (;;) {
  const [head, body] = await ask(NEXT);
  const requestId = valueOf(head, "Lambda-Runtime-Aws-Request-Id");
  const event = JSON.parse(decoder.decode(body));
  const reply = JSON.stringify(await handleEvent(event));
  await ask(encoder.encode(
    `POST ${ROOT}/${requestId}/response HTTP/1.1\r\nHost: ${api}\r\nContent-Length: ${
      encoder.encode(reply).length
    }\r\n\r\n${reply}`,
  ));
}
