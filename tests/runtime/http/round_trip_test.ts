// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { toHandler } from "../../../runtime/http/mod.ts";
import {
  type ClientRequest,
  type ClientResponse,
  echo,
  type Gateway,
  GATEWAYS,
  type Result,
} from "./gateways.ts";
import { createContext } from "../../../local/testing/context.ts";

const ROUNDS = 300;

/** A number from 0 up to the limit, the limit left out. */
type Random = (limit: number) => number;

/** Marsaglia's xorshift with 32 bits: small, and the same for a seed. */
function seeded(seed: number): Random {
  let state = seed | 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

function pick<Item>(random: Random, items: ArrayLike<Item>): Item {
  return items[random(items.length)];
}

function many<Item>(random: Random, limit: number, make: () => Item): Item[] {
  return Array.from({ length: random(limit + 1) }, make);
}

const UNICODE = ["a", "Z", "0", "é", "ß", "λ", "世", "界", "🔥", "\u{10ffff}"];
const PUNCTUATION = [..." !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\t\n\x7f"];
const TOKEN = "abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~";
/** Names that are special to JavaScript, and to nobody else. */
const ODD_NAMES = ["__proto__", "constructor", "hasownproperty", "valueof"];

function randomText(random: Random, characters: string[]): string {
  return many(random, 8, () => pick(random, characters)).join("");
}

/** A path as a client encodes it, of segments that may be empty. */
function randomPath(random: Random, gateway: Gateway): string {
  // What a gateway that decodes the path loses is tested by itself.
  const punctuation = gateway.decodesPath
    ? PUNCTUATION.filter((character) => !"/?%\\".includes(character))
    : PUNCTUATION;
  const segments = many(random, 4, () => {
    const text = randomText(random, [...UNICODE, ...punctuation]);
    const encoded = encodeURIComponent(text);
    return random(4) > 0 ? encoded : encoded.toLowerCase();
  });
  // A segment of dots is taken out by every URL parser, at the client already.
  return `/${segments.filter((each) => !/^\.+$/.test(each)).join("/")}`;
}

function randomQuery(random: Random): string {
  const keys = many(random, 4, () =>
    // A key that is an index comes first in any JavaScript object.
    `k${randomText(random, [...UNICODE, ...PUNCTUATION])}`);
  const pairs = keys.flatMap((key) =>
    many(random, 3, () => {
      const value = randomText(random, [...UNICODE, ...PUNCTUATION]);
      return new URLSearchParams([[key, value]]).toString();
    })
  );
  return pairs.join("&");
}

function randomHeaders(random: Random): [string, string][] {
  const characters = [..."abcXYZ019,;=\"'() é"];
  const names = many(
    random,
    6,
    () =>
      random(6) === 0
        ? pick(random, ODD_NAMES)
        : `x-${many(random, 6, () => pick(random, TOKEN)).join("")}z`,
  );
  return [...new Set(names)].flatMap((name) =>
    many(random, 3, (): [string, string] => [
      name,
      // Not empty: a Headers of Deno joins an empty value without a comma.
      `v${randomText(random, characters)}`.trim(),
    ])
  );
}

function randomCookies(random: Random): string[] {
  const pairs = many(
    random,
    4,
    () =>
      `${pick(random, "abc")}${random(100)}=${
        many(random, 6, () => pick(random, 'xyz%20"+,=&/')).join("")
      }`,
  );
  return random(8) === 0 ? [...pairs, "malformed"] : pairs;
}

const CONTENT_TYPES = [
  undefined,
  "text/plain",
  "text/html; charset=utf-8",
  "text/html; charset=shift_jis",
  "application/json",
  "application/problem+json",
  "image/svg+xml",
  "image/png",
  "application/octet-stream",
  "not a media type",
];

function randomBody(random: Random): Uint8Array<ArrayBuffer> {
  if (random(2) === 0) {
    const text = randomText(random, [...UNICODE, ...PUNCTUATION, "\ufeff"]);
    return new TextEncoder().encode(text);
  }
  return Uint8Array.from(many(random, 40, () => random(256)));
}

function randomRequest(random: Random, gateway: Gateway): ClientRequest {
  const method = pick(random, ["GET", "POST", "PUT", "PATCH", "DELETE"]);
  const headers = randomHeaders(random);
  const contentType = pick(random, CONTENT_TYPES);
  if (contentType) headers.push(["content-type", contentType]);
  return {
    method,
    host: "api.example.com",
    path: randomPath(random, gateway),
    query: randomQuery(random),
    headers,
    cookies: randomCookies(random),
    body: method === "GET" ? new Uint8Array() : randomBody(random),
  };
}

function joinedHeaders(
  { headers }: ClientRequest,
  gateway: Gateway,
): Map<string, string> {
  const joined = new Map<string, string>();
  for (const [name, value] of headers) {
    const before = joined.get(name);
    joined.set(
      name,
      before === undefined || gateway.joinsHeadersBy === undefined
        ? value
        : before + gateway.joinsHeadersBy + value,
    );
  }
  return joined;
}

/** Each key with its values in their order; the order of the keys may differ. */
function queryValues(query: string, gateway: Gateway) {
  const parameters = new URLSearchParams(query);
  return Object.fromEntries(
    [...new Set(parameters.keys())].sort().map((key) => {
      const values = parameters.getAll(key);
      return [key, gateway.keepsLastQueryValue ? values.slice(-1) : values];
    }),
  );
}

function assertEchoed(
  response: ClientResponse,
  request: ClientRequest,
  gateway: Gateway,
): void {
  const { headers } = response;
  const url = new URL(headers["echo-url"]);
  assertEquals(response.status, 200);
  assertEquals(headers["echo-method"], request.method);
  assertEquals(url.origin, `https://${request.host}`);
  assertEquals(
    gateway.decodesPath ? decodeURIComponent(url.pathname) : url.pathname,
    gateway.decodesPath ? decodeURIComponent(request.path) : request.path,
  );
  assertEquals(
    queryValues(url.search.slice(1), gateway),
    queryValues(request.query, gateway),
  );
  for (const [name, value] of joinedHeaders(request, gateway)) {
    assertEquals(headers[`echo-${name}`], value.trim(), name);
  }
  assertEquals(headers["content-type"], headers["echo-content-type"]);
  assertEquals(
    headers["echo-cookie"] ?? "",
    request.cookies.join("; ").trim(),
  );
  assertEquals(
    response.cookies,
    gateway.sendsManyCookies ? request.cookies : request.cookies.slice(-1),
  );
  assertEquals(response.body, request.body);
}

/** As Lambda carries it: every text of it in JSON. */
function overTheWire<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value));
}

for (const gateway of GATEWAYS) {
  Deno.test(`toHandler() brings any request through a ${gateway.name} and back`, async () => {
    const seed = Number(
      Deno.env.get("TOUKON_TEST_SEED") ??
        crypto.getRandomValues(new Uint32Array(1))[0],
    );
    const random = seeded(seed);
    const handler = toHandler(echo, { warn() {} });
    for (let round = 0; round < ROUNDS; round++) {
      const request = randomRequest(random, gateway);
      try {
        const event = overTheWire(gateway.toEvent(request));
        const result = overTheWire(await handler(event, createContext()));
        const response = gateway.toClientResponse(result as Result);
        assertEchoed(response, request, gateway);
      } catch (cause) {
        throw new Error(
          `Round ${round} failed; TOUKON_TEST_SEED=${seed} repeats it with ${
            JSON.stringify({ ...request, body: [...request.body] })
          }`,
          { cause },
        );
      }
    }
  });
}

Deno.test("seeded() makes requests of every kind", () => {
  const random = seeded(20);
  const requests = Array.from(
    { length: ROUNDS },
    () => randomRequest(random, GATEWAYS[0]),
  );
  assert(requests.some(({ cookies }) => cookies.length > 1));
  assert(requests.some(({ body }) => body.includes(0xff)));
  assert(requests.some(({ path }) => path.includes("//")));
  assert(requests.some(({ path }) => path.includes("%")));
  assert(
    requests.some(({ headers }) => new Map(headers).size < headers.length),
  );
  assert(
    requests.some(({ query }) =>
      [...new URLSearchParams(query).keys()].some((key, at, keys) =>
        keys.indexOf(key) < at
      )
    ),
  );
});
