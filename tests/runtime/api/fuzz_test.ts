// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { BrokenReplyError } from "../../../runtime/api/http_syntax.ts";
import { ReplyReader } from "../../../runtime/api/reply_reader.ts";
import { createRandom } from "../../support/random.ts";
import { RandomReplies } from "../../support/random_reply.ts";
import { readWhole } from "../../support/reference_reply.ts";

/** More of them are for `deno task fuzz`. */
const REPLIES = Number(Deno.env.get("FUZZ_REPLIES") ?? 5_000);
const SEED = Number(Deno.env.get("FUZZ_SEED") ?? Date.now() % 2 ** 31);

/** What a reader tells of a reply. */
interface Found {
  status: number;
  headers: [string, string][];
  body: string;
  isFramed: boolean;
  keepsAlive: boolean;
}

/** Has the pieces arrive, up to the end of the reply or of the connection. */
function read(
  reader: ReplyReader,
  pieces: string[],
): { found: Found | undefined; arrived: number } {
  reader.reset();
  let arrived = 0;
  try {
    const isWhole = pieces.some((piece) => {
      for (let at = 0; at < piece.length;) {
        const length = put(piece.slice(at), reader.space);
        at += length;
        arrived += length;
        if (reader.take(length)) return true;
      }
    });
    if (!isWhole) reader.close();
  } catch (error) {
    if (BrokenReplyError.is(error)) return { found: undefined, arrived };
    throw error;
  }
  const { status, keepsAlive } = reader.head;
  const headers = [...reader.headers()];
  const { isFramed } = reader;
  const body = reader.text();
  return { found: { status, headers, body, isFramed, keepsAlive }, arrived };
}

/** Puts as much of the text as there is space for, and gives how much. */
function put(text: string, space: Uint8Array): number {
  const length = Math.min(space.length, text.length);
  if (length === 0) throw new Error("There is no space");
  for (let at = 0; at < length; at++) space[at] = text.charCodeAt(at);
  return length;
}

/** Gives what a reader has to tell when so much of the text has arrived. */
function toExpected(text: string, arrived: number): Found | undefined {
  const reply = readWhole(text);
  if (!reply) return undefined;
  const { status, isFramed, rest } = reply;
  const joined = new Map<string, string>();
  for (const [name, value] of reply.headers) {
    const before = joined.get(name);
    joined.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  const headers = [...joined].toSorted(([a], [b]) => a < b ? -1 : 1);
  const bytes = Uint8Array.from(reply.body, (it) => it.charCodeAt(0));
  const body = new TextDecoder().decode(bytes);
  const hasMore = arrived > text.length - rest.length;
  const keepsAlive = reply.keepsAlive && !hasMore;
  return { status, headers, body, isFramed, keepsAlive };
}

/** Shows a long text by its begin, and which one it is by its sum. */
function show(text = "broken"): string {
  let sum = 0;
  for (let at = 0; at < text.length; at++) {
    sum = (31 * sum + text.charCodeAt(at)) % 2 ** 31;
  }
  return `${text.slice(0, 1_000)} (${text.length} long, sum ${sum})`;
}

Deno.test(`ReplyReader agrees on ${REPLIES} random replies with a plain one, seed ${SEED}`, () => {
  const replies = new RandomReplies(createRandom(SEED));
  const reader = new ReplyReader();
  const counts = { whole: 0, broken: 0 };
  for (let number = 0; number < REPLIES; number++) {
    const text = replies.next();
    const { found, arrived } = read(reader, replies.cut(text));
    const expected = toExpected(text, arrived);
    assertEquals(
      show(JSON.stringify(found)),
      show(JSON.stringify(expected)),
      `reply ${number}, ${show(JSON.stringify(text))}`,
    );
    counts[found ? "whole" : "broken"]++;
  }
  const isMix = Object.values(counts).every((it) => it > REPLIES / 10);
  assertEquals(isMix, true, JSON.stringify(counts));
});
