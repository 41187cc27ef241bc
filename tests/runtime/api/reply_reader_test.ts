// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import {
  BrokenReplyError,
  MAX_BODY_BYTES,
  MAX_EXTENSION_BYTES,
  MAX_HEAD_BYTES,
  MAX_HEADERS,
  MAX_INTERIM_REPLIES,
  MAX_LINE_BYTES,
} from "../../../runtime/api/http_syntax.ts";
import { ReplyReader } from "../../../runtime/api/reply_reader.ts";

const OK = "HTTP/1.1 200 OK\r\n";

/** Has text arrive, of characters that stand for bytes, and then the end. */
function read(text: string, reader = new ReplyReader()): ReplyReader {
  reader.reset();
  for (let at = 0; at < text.length;) {
    const { space } = reader;
    const length = Math.min(space.length, text.length - at);
    for (let index = 0; index < length; index++) {
      space[index] = text.charCodeAt(at + index);
    }
    at += length;
    if (reader.take(length)) return reader;
  }
  reader.close();
  return reader;
}

function assertBroken(text: string, message: string): void {
  assertThrows(() => read(text), BrokenReplyError, message);
}

Deno.test("ReplyReader reads a body by its length, in chunks, and to the end", () => {
  for (
    const [reply, isFramed, keepsAlive] of [
      [`${OK}Content-Length: 4\r\n\r\nbody`, true, true],
      [
        `${OK}content-length:4\r\nCONTENT-LENGTH: \t004 \r\n\r\nbody`,
        true,
        true,
      ],
      [
        `${OK}Transfer-Encoding: Chunked\r\n\r\n3\r\nbod\r\n01\r\ny\r\n0\r\n\r\n`,
        true,
        true,
      ],
      [`${OK}\r\nbody`, false, false],
      [`HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nbody`, true, false],
      [`HTTP/1.0 200 OK\r\n\r\nbody`, false, false],
      [
        `${OK}Connection: a, Close\r\nContent-Length: 4\r\n\r\nbody`,
        true,
        false,
      ],
      [`${OK}Connection: closed\r\nContent-Length: 4\r\n\r\nbody`, true, true],
      ["HTTP/1.1 200\r\nContent-Length: 4\r\n\r\nbody", true, true],
    ] as const
  ) {
    const reader = read(reply);
    assertEquals(reader.text(), "body", reply);
    assertEquals(reader.head.status, 200, reply);
    assertEquals(reader.isFramed, isFramed, reply);
    assertEquals(reader.head.keepsAlive, keepsAlive, reply);
  }
});

Deno.test("ReplyReader takes no body where the status has none", () => {
  for (const status of ["204 No Content", "304 Not Modified"]) {
    const reader = read(`HTTP/1.1 ${status}\r\nContent-Length: 4\r\n\r\n`);
    assertEquals([reader.text(), reader.head.keepsAlive], ["", true]);
  }
});

Deno.test("ReplyReader skips interim replies, chunk extensions and trailers", () => {
  const reader = read(
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: </a>\r\n\r\n" +
      `${OK}A: b\r\nTransfer-Encoding: chunked\r\n\r\n` +
      '4;x="y";z\r\nbody\r\n0 ; last\r\nContent-Length: 9\r\nA: c\r\n\r\n',
  );
  assertEquals(reader.text(), "body");
  assertEquals([...reader.headers()], [
    ["a", "b"],
    ["transfer-encoding", "chunked"],
  ]);
});

Deno.test("ReplyReader leaves what follows a reply, and the connection", () => {
  for (
    const reply of [
      `${OK}Content-Length: 4\r\n\r\nbody`,
      `${OK}Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n`,
    ]
  ) {
    const reader = read(`${reply}${reply}`);
    assertEquals([reader.text(), reader.head.keepsAlive], ["body", false]);
    assertEquals(read(reply, reader).head.keepsAlive, true);
  }
});

Deno.test("ReplyReader decodes a body as fetch does", async () => {
  for (
    const bytes of [
      [0xef, 0xbb, 0xbf, 0x7b, 0x7d],
      [0x22, 0xff, 0xe4, 0xba, 0x22],
      [0xed, 0xa0, 0x80],
      [0xf0, 0x9f, 0x94, 0xa5, 0xef, 0xbb, 0xbf],
    ]
  ) {
    const body = String.fromCharCode(...bytes);
    const reader = read(`${OK}Content-Length: ${bytes.length}\r\n\r\n${body}`);
    const response = new Response(new Uint8Array(bytes));
    assertEquals(reader.text(), await response.text());
  }
});

Deno.test("ReplyReader gives headers as fetch does", () => {
  const headers = read(
    `${OK}Name: a \t\r\nx-name: of another\r\nNAME:\tb\r\n` +
      "Utf-8: \xe4\xba\x94\xc3\xa0 \r\nEmpty:\r\nContent-Length: 0\r\n\r\n",
  ).headers();
  assertEquals(headers.get("name"), "a, b");
  assertEquals(headers.get("utf-8"), "\xe4\xba\x94\xc3\xa0");
  assertEquals(headers.get("empty"), "");
  assertEquals(headers.get("missing"), null);
  assertEquals([...headers], [
    ["content-length", "0"],
    ["empty", ""],
    ["name", "a, b"],
    ["utf-8", "\xe4\xba\x94\xc3\xa0"],
    ["x-name", "of another"],
  ]);
});

Deno.test("ReplyReader keeps the headers of a reply when it reads the next", () => {
  const reader = new ReplyReader();
  const reply = (name: string) =>
    `${OK}Name: ${name}\r\nContent-Length: 0\r\n\r\n`;
  const headers = read(reply("first"), reader).headers();
  read(reply("other"), reader);
  assertEquals(headers.get("name"), "first");
});

Deno.test("ReplyReader refuses what is no reply of HTTP/1.1", () => {
  const isNone = "answer that is no HTTP/1.1";
  for (
    const line of [
      "",
      "garbage",
      "HTTP/2.0 200 OK",
      "HTTP/1.2 200 OK",
      "http/1.1 200 OK",
      "HTTP/1.1  200 OK",
      "HTTP/1.1 20 OK",
      "HTTP/1.1 2000",
      "HTTP/1.1 099 OK",
      "HTTP/1.1 +20 OK",
      "HTTP/1.1\t200 OK",
    ]
  ) {
    assertBroken(`${line}\r\nContent-Length: 0\r\n\r\n`, isNone);
  }
  const isNoHeader = "answer with a line that is no header";
  for (
    const line of ["name", ": value", "na me: a", "name : a", " folded", "ä: a"]
  ) {
    assertBroken(`${OK}${line}\r\nContent-Length: 0\r\n\r\n`, isNoHeader);
  }
  const isNoLine = "answer with a line that has no CRLF";
  for (
    const text of [
      "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
      "HTTP/1.1 200 O\rK\r\n\r\n",
      `${OK}a: \0\r\n\r\n`,
      `${OK}a: \x7f\r\n\r\n`,
      `${OK}Content-Length: 0\r\n\r \n`,
    ]
  ) {
    assertBroken(text, isNoLine);
  }
});

Deno.test("ReplyReader refuses a body of which the end is told wrong, or twice", () => {
  const hasNoLength = "answer without one Content-Length";
  for (const length of ["", "x", "-1", "+1", "0x1", "1, 1", "1 1", "1.0"]) {
    assertBroken(`${OK}Content-Length: ${length}\r\n\r\n{`, hasNoLength);
  }
  assertBroken(
    `${OK}Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}`,
    hasNoLength,
  );
  for (
    const encoding of [
      "",
      "gzip",
      "identity",
      "gzip, chunked",
      "chunked, chunked",
    ]
  ) {
    assertBroken(
      `${OK}Transfer-Encoding: ${encoding}\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
      "answer whose Transfer-Encoding is not just chunked",
    );
  }
  const chunks = "2\r\n{}\r\n0\r\n\r\n";
  const chunked = `Transfer-Encoding: chunked\r\n`;
  assertBroken(
    `${OK}${chunked}Content-Length: 2\r\n\r\n${chunks}`,
    "answer with Transfer-Encoding and Content-Length",
  );
  assertBroken(
    `HTTP/1.0 200 OK\r\n${chunked}\r\n${chunks}`,
    "answer with Transfer-Encoding and HTTP/1.0",
  );
  assertBroken(
    `${OK}${chunked}${chunked}\r\n${chunks}`,
    "answer whose Transfer-Encoding is not just chunked",
  );
  assertBroken(
    `${OK}Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}`,
    "answer with Content-Encoding",
  );
  assertBroken(
    "HTTP/1.1 101 Switching Protocols\r\n\r\n",
    "answer that changes the protocol",
  );
});

Deno.test("ReplyReader refuses chunks that are none", () => {
  const head = `${OK}Transfer-Encoding: chunked\r\n\r\n`;
  for (const size of ["", "x", "-2", "0x2", "2 2", ";a", "10000000000"]) {
    assertBroken(
      `${head}${size}\r\n{}\r\n0\r\n\r\n`,
      "answer with a chunk without a size",
    );
  }
  assertBroken(
    `${head}2\r\n{}}\r\n0\r\n\r\n`,
    "answer with a chunk longer than its size",
  );
  assertBroken(
    `${head}2\r\n{}\r\n0\r\nno trailer\r\n\r\n`,
    "answer with a line that is no header",
  );
});

Deno.test("ReplyReader takes no part of a reply for all of it", () => {
  assertBroken("", "connection closed without an answer");
  for (
    const reply of [
      `${OK}Content-Length: 4\r\n\r\nbody`,
      `${OK}Transfer-Encoding: chunked\r\n\r\n4;a\r\nbody\r\n0\r\nA: b\r\n\r\n`,
    ]
  ) {
    assertEquals(read(reply).text(), "body");
    for (let length = 1; length < reply.length; length++) {
      assertBroken(
        reply.slice(0, length),
        "connection closed amid an answer",
      );
    }
  }
});

Deno.test("ReplyReader reads as much as its limits say, and no more", () => {
  const lineOf = (length: number) => `${"n".repeat(length - 3)}: v`;
  const withHeaders = (lines: string[]) =>
    `${OK}${lines.map((line) => `${line}\r\n`).join("")}\r\n`;
  read(withHeaders([lineOf(MAX_LINE_BYTES)]));
  assertBroken(
    withHeaders([lineOf(MAX_LINE_BYTES + 1)]),
    "answer with too long lines",
  );
  assertBroken(`HTTP/1.1 200 ${"x".repeat(MAX_LINE_BYTES)}`, "too long lines");

  read(withHeaders(Array(MAX_HEADERS).fill("a: b")));
  const tooMany = Array(MAX_HEADERS + 1).fill("a: b");
  assertBroken(withHeaders(tooMany), `more than ${MAX_HEADERS} headers`);

  // The status line and the line ends count too.
  const quarter = MAX_HEAD_BYTES / 4;
  const fitting = [
    ...Array(3).fill(lineOf(quarter - 2)),
    lineOf(quarter - 2 - OK.length),
  ];
  read(withHeaders(fitting));
  assertBroken(
    withHeaders([...fitting, "a: b"]),
    "answer with too long lines",
  );

  const interim = "HTTP/1.1 100 Continue\r\n\r\n";
  read(interim.repeat(MAX_INTERIM_REPLIES) + withHeaders([]));
  assertBroken(
    interim.repeat(MAX_INTERIM_REPLIES + 1) + withHeaders([]),
    `more than ${MAX_INTERIM_REPLIES} interim answers`,
  );
});

Deno.test("ReplyReader reads bodies and chunks of its limits, and no more", () => {
  const tooLong = `answer longer than ${MAX_BODY_BYTES} bytes`;
  const body = "x".repeat(MAX_BODY_BYTES);
  const byLength = (length: number) => `${OK}Content-Length: ${length}\r\n\r\n`;
  const reader = read(byLength(MAX_BODY_BYTES) + body);
  assertEquals(reader.text().length, MAX_BODY_BYTES);
  // Not a byte of it has to arrive.
  assertBroken(byLength(MAX_BODY_BYTES + 1), tooLong);
  assertEquals(read(`${OK}\r\n${body}`).text().length, MAX_BODY_BYTES);
  assertBroken(`${OK}\r\n${body}x`, tooLong);

  const chunked = `${OK}Transfer-Encoding: chunked\r\n\r\n`;
  const half = MAX_BODY_BYTES / 2;
  const chunk = `${half.toString(16)}\r\n${"x".repeat(half)}\r\n`;
  const last = "0\r\n\r\n";
  const whole = read(chunked + chunk + chunk + last);
  assertEquals(whole.text().length, MAX_BODY_BYTES);
  assertBroken(`${chunked}${chunk}${chunk}1\r\n`, tooLong);
  assertBroken(`${chunked}ffffffffff\r\n`, tooLong);

  const extended = (length: number) =>
    `${chunked}2;${"x".repeat(length / 2 - 1)}\r\n{}\r\n0;${
      "x".repeat(length / 2 - 1)
    }\r\n\r\n`;
  assertEquals(read(extended(MAX_EXTENSION_BYTES)).text(), "{}");
  assertBroken(
    extended(MAX_EXTENSION_BYTES + 2),
    "answer with too long chunk extensions",
  );

  const trailers = (count: number) =>
    `${chunked}0\r\n${"a: b\r\n".repeat(count)}\r\n`;
  read(trailers(MAX_HEADERS));
  assertBroken(
    trailers(MAX_HEADERS + 1),
    `answer with more than ${MAX_HEADERS} headers`,
  );
});

Deno.test("ReplyReader gives back the memory of a large reply", () => {
  const reader = new ReplyReader();
  const body = "x".repeat(1024 * 1024);
  read(`${OK}Content-Length: ${body.length}\r\n\r\n${body}`, reader);
  reader.reset();
  assertEquals(reader.space.length, 16 * 1024);
});
