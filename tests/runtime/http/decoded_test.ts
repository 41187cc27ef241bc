// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import type { HttpEvent } from "../../../runtime/http/event.ts";
import { toPrelude } from "../../../runtime/http/prelude.ts";
import { toResult } from "../../../runtime/http/result.ts";
import { ENCODERS, EncodingServer } from "../../support/encoding_server.ts";
import { clientRequest } from "../../support/http_function.ts";
import { functionUrl, GATEWAYS, restApi, type Result } from "./gateways.ts";

const TEXT = "héllo 🔥".repeat(100);

for (const gateway of GATEWAYS) {
  const event = gateway.toEvent(clientRequest("GET", "/")) as HttpEvent;
  /** What a client behind the gateway gets of a response. */
  const answer = async (response: Response) =>
    gateway.toClientResponse(
      await toResult(response, event, { warn: () => {} }) as Result,
    );

  for (const encoding of ["gzip", "br", "GZIP"]) {
    Deno.test(`toResult() sends what fetch() has decoded of ${encoding} without its encoding through a ${gateway.name}`, async () => {
      await using upstream = new EncodingServer(TEXT);
      const response = await fetch(upstream.url(encoding));
      const copy = response.clone();
      for (const each of [response, copy]) {
        const { headers, cookies, body } = await answer(each);
        assertEquals(headers["content-encoding"], undefined);
        assertEquals(headers["content-length"], undefined);
        assertEquals(headers["content-type"], "text/plain; charset=utf-8");
        assertEquals(new TextDecoder().decode(body), TEXT);
        if (gateway.sendsManyCookies) assertEquals(cookies, ["a=1", "b=2"]);
      }
    });
  }

  Deno.test(`toResult() keeps the encoding of a body that is still encoded through a ${gateway.name}`, async () => {
    await using upstream = new EncodingServer(TEXT);
    // Deno decodes neither: the client has asked for these very bytes.
    const requested: HeadersInit[] = [
      { "accept-encoding": "identity" },
      { range: "bytes=0-" },
    ];
    const responses = await Promise.all(
      requested.map((headers) => fetch(upstream.url("gzip"), { headers })),
    );
    responses.push(
      new Response(ENCODERS.gzip(TEXT), {
        headers: { "content-encoding": "gzip", "content-type": "text/plain" },
      }),
    );
    for (const response of responses) {
      const { headers, body } = await answer(response);
      assertEquals(headers["content-encoding"], "gzip");
      assertEquals(body, ENCODERS.gzip(TEXT));
    }
  });
}

Deno.test("toResult() leaves the length of what fetch() would decode out of an answer to HEAD", async () => {
  await using upstream = new EncodingServer(TEXT);
  const event = functionUrl.toEvent(clientRequest("HEAD", "/")) as HttpEvent;
  const response = await fetch(upstream.url("gzip"), { method: "HEAD" });
  const { headers } = functionUrl.toClientResponse(
    await toResult(response, event) as Result,
  );
  assertEquals(headers["content-encoding"], undefined);
  assertEquals(headers["content-length"], undefined);
});

Deno.test("toPrelude() names the encoding only of a body that is still encoded", async () => {
  await using upstream = new EncodingServer(TEXT);
  for (const gateway of [functionUrl, restApi]) {
    const event = gateway.toEvent(clientRequest("GET", "/")) as HttpEvent;
    const prelude = async (init?: RequestInit) => {
      const response = await fetch(upstream.url("br"), init);
      const text = new TextDecoder().decode(toPrelude(response, event));
      await response.body?.cancel();
      return JSON.parse(text.slice(0, text.indexOf("\0")));
    };
    const decoded = await prelude();
    assertEquals(decoded.headers["content-encoding"], undefined);
    assertEquals(decoded.cookies, ["a=1", "b=2"]);
    const encoded = await prelude({
      headers: { "accept-encoding": "identity" },
    });
    assertEquals(encoded.headers["content-encoding"], "br");
    assert(!("content-length" in encoded.headers));
  }
});
