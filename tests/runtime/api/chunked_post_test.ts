// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { toFailure } from "../../../runtime/failure/failure.ts";
import { ChunkedPost } from "../../../runtime/api/chunked_post.ts";
import { sendStream } from "../../../runtime/reply/stream.ts";
import { ByteReader, RawReply } from "../../support/raw_runtime_api.ts";

const MIB = 1024 * 1024;
const BYTES = new Uint8Array([97, 98, 99]);

/** Both ends of a post whose head has been sent. */
async function open() {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { hostname, port } = listener.addr;
  const [connection, post] = await Promise.all([
    listener.accept(),
    ChunkedPost.open({
      hostname,
      port,
      host: `${hostname}:${port}`,
      path: "/path",
      headers: [["Name", "välue"]],
    }),
  ]);
  const server = new ByteReader(connection);
  const head = await server.readUntil("\r\n\r\n");
  return { post, server, head };
}

/** Gives what a post makes of an answer that comes in one piece or in two. */
async function answerWith(...parts: string[]) {
  const { post, server } = await open();
  const end = post.end();
  end.catch(() => {});
  await server.readUntil("0\r\n\r\n");
  for (const part of parts) await server.write(part);
  server.close();
  return await end;
}

Deno.test("ChunkedPost sends its head, chunks of at most 64 KiB, and trailers", async () => {
  const { post, server, head } = await open();
  assertEquals(
    head.replace(/127.0.0.1:\d+/, "HOST"),
    "POST /path HTTP/1.1\r\nName: välue\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
  );
  await post.write(new Uint8Array(65_537).fill(97));
  const end = post.end([["One", "1"], ["Two", "2"]]);
  assertEquals(
    await server.readUntil("\r\n\r\n"),
    `10000\r\n${"a".repeat(65_536)}\r\n1\r\na\r\n0\r\nOne: 1\r\nTwo: 2\r\n\r\n`,
  );
  await server.write("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
  assertEquals(await end, { status: 202, text: "" });
  server.close();
});

Deno.test("ChunkedPost reads an answer by its length, in chunks, and to the end", async () => {
  const head = "HTTP/1.1 413 Too large\r\n";
  const expected = { status: 413, text: "refused" };
  for (
    const parts of [
      [`${head}content-length: 7\r\n\r\nrefused`],
      [`${head}Content-Length: 7\r`, "\n\r\nref", "used"],
      [`${head}transfer-encoding: chunked\r\n\r\n3\r\nref\r\n4;x=y\r\nused\r\n0\r\n\r\n`],
      [`${head}\r\nrefused`],
      [`HTTP/1.1 100 Continue\r\n\r\n${head}content-length: 7\r\n\r\nrefused`],
    ]
  ) {
    assertEquals(await answerWith(...parts), expected);
  }
  assertEquals(await answerWith("HTTP/1.1 204 None\r\n\r\n"), {
    status: 204,
    text: "",
  });
});

Deno.test("ChunkedPost says what is wrong with an answer", async () => {
  for (
    const [answer, message] of [
      ["", "connection closed without an answer"],
      ["HTTP/1.1 202", "connection closed amid an answer"],
      ["garbage\r\n\r\n", "answer that is no HTTP"],
      [`HTTP/1.1 200 OK\r\nx: ${"x".repeat(70_000)}`, "too long lines"],
    ]
  ) {
    await assertRejects(() => answerWith(answer), Error, message);
  }
});

Deno.test("ChunkedPost refuses header values that HTTP does not allow", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { hostname, port } = listener.addr;
  for (const value of ["a\r\nb", "a\0", "\u010a"]) {
    const headers: [string, string][] = [["Name", value]];
    await assertRejects(
      () => ChunkedPost.open({ hostname, port, host: "h", path: "/", headers }),
      TypeError,
      'Cannot send the header "Name"',
    );
    (await listener.accept()).close();
  }
});

Deno.test("ChunkedPost takes an answer before its end for the end", async () => {
  const { post, server } = await open();
  await server.write("HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n");
  assertEquals(await post.answer, { status: 410, text: "" });
  assertEquals(await post.end(), { status: 410, text: "" });
  await assertRejects(() => server.readUntil("0\r\n\r\n"), Error, "closed");
  server.close();
});

Deno.test("ChunkedPost does not take more than its reader does", async () => {
  const { post, server } = await open();
  let isTaken = false;
  const writing = post.write(new Uint8Array(64 * MIB)).then(() => {
    isTaken = true;
  });
  const reply = new RawReply("", server);
  let bytes = (await reply.readChunk())?.length ?? 0;
  // The rest is more than the system keeps for a connection.
  assert(!isTaken);
  const end = post.end();
  for (let chunk = await reply.readChunk(); chunk;) {
    bytes += chunk.length;
    chunk = await reply.readChunk();
  }
  assertEquals(bytes, 64 * MIB);
  await writing;
  await server.write("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
  await end;
  server.close();
});

Deno.test("ChunkedPost ends although its reader has stopped in mid-write", async () => {
  const { post, server } = await open();
  const writing = assertRejects(() => post.write(new Uint8Array(64 * MIB)));
  await server.write("HTTP/1.1 413 Too large\r\nContent-Length: 0\r\n\r\n");
  assertEquals(await post.end(), { status: 413, text: "" });
  await writing;
  server.close();
});

Deno.test("sendStream() asks for a chunk only when the one before is taken", async () => {
  const writes: PromiseWithResolvers<void>[] = [];
  const written = [
    Promise.withResolvers<void>(),
    Promise.withResolvers<void>(),
  ];
  let asked = 0;
  const ended = Promise.withResolvers<void>();
  const sending = sendStream(
    new ReadableStream({
      pull(controller) {
        asked++;
        if (asked > 2) controller.close();
        else controller.enqueue(BYTES);
      },
    }, { highWaterMark: 0 }),
    {
      failed: new Promise(() => {}),
      abort: () => {},
      report: toFailure,
      log: console,
      open: () =>
        Promise.resolve({
          stopped: new Promise(() => {}),
          write: () => {
            const write = Promise.withResolvers<void>();
            written[writes.length].resolve();
            writes.push(write);
            return write.promise;
          },
          end: () => {
            ended.resolve();
            return Promise.resolve();
          },
        }),
    },
  );
  await written[0].promise;
  assertEquals(asked, 1);
  writes[0].resolve();
  await written[1].promise;
  assertEquals(asked, 2);
  writes[1].resolve();
  await sending;
  await ended.promise;
  assertEquals(asked, 3);
});

Deno.test("sendStream() cuts text between its characters", async () => {
  const text = `a${"🔥".repeat(40_000)}\ud800${"é".repeat(40_000)}`;
  const written: Uint8Array<ArrayBuffer>[] = [];
  await sendStream(ReadableStream.from([text, "b"]), {
    failed: new Promise(() => {}),
    abort: () => {},
    report: toFailure,
    log: console,
    open: () =>
      Promise.resolve({
        stopped: new Promise(() => {}),
        write: (bytes) => {
          written.push(Uint8Array.from(bytes));
          return Promise.resolve();
        },
        end: () => Promise.resolve(),
      }),
  });
  assert(written.every((bytes) => bytes.length <= 64 * 1024));
  const whole = await new Blob(written).bytes();
  assertEquals(whole, new TextEncoder().encode(`${text}b`));
});

Deno.test("sendStream() sends nothing of a text after its failure", async () => {
  const { promise: failed, reject } = Promise.withResolvers<never>();
  const sent: string[] = [];
  const taken = Promise.withResolvers<void>();
  await sendStream(ReadableStream.from(["a".repeat(200_000)]), {
    failed,
    abort: () => {},
    report: toFailure,
    log: { ...console, error: () => {} },
    open: () =>
      Promise.resolve({
        stopped: new Promise(() => {}),
        write: (bytes) => {
          sent.push(`${bytes.length} bytes`);
          reject(new Error("too late"));
          return taken.promise;
        },
        end: async (failure) => {
          // As a post does, which cannot end amid a chunk.
          taken.resolve();
          await taken.promise;
          sent.push(`${failure?.document.errorMessage}`);
        },
      }),
  });
  assertEquals(sent, ["65536 bytes", "too late"]);
});
