// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { INGRESSES } from "../../../local/emulator/ingress/gateway.ts";
import type { ReceivedRequest } from "../../../local/emulator/ingress/ingress.ts";
import { isHttpEvent, toRequest } from "../../../runtime/http/mod.ts";
import { LocalProject } from "../../support/local_project.ts";

/** A handler that shows what has arrived, and answers with all of it. */
const ECHO = `export async function fetch(request) {
  const headers = new Headers({ "content-type": "application/octet-stream" });
  headers.append("set-cookie", "a=1");
  headers.append("set-cookie", "b=2");
  headers.set("x-url", request.url.replace(/^https?:\\/\\/[^/]+/, ""));
  headers.set("x-method", request.method);
  headers.set("x-seen", [...request.headers.keys()].join(" "));
  return new Response(await request.bytes(), { headers, status: 201 });
}`;

const BYTES = Uint8Array.from({ length: 256 }, (_, byte) => byte);

Deno.test("each gateway's event is the request again", async () => {
  const received: ReceivedRequest = {
    method: "POST",
    path: "/a%20b/c",
    query: "x=1&x=2&text=a%20b%26c&empty=",
    headers: [
      ["host", "127.0.0.1:9001"],
      ["content-type", "application/octet-stream"],
      ["cookie", "session=1; theme=dark"],
      ["x-forwarded-for", "198.51.100.1"],
    ],
    body: BYTES,
    address: "127.0.0.1",
    requestId: "1",
    atMs: Date.UTC(2026, 0, 1),
    region: "eu-west-1",
    traceId: "Root=1-69600000-0123456789abcdef01234567",
  };
  for (const ingress of INGRESSES) {
    const event = JSON.parse(JSON.stringify(ingress.toEvent(received)));
    assert(isHttpEvent(event), ingress.name);
    const request = toRequest(event);
    const { pathname, search, host } = new URL(request.url);
    assertEquals([ingress.name, request.method, host, pathname], [
      ingress.name,
      "POST",
      "127.0.0.1:9001",
      "/a%20b/c",
    ]);
    assertEquals(
      search,
      // Single values keep the last one of a repeated parameter.
      ingress.name === "alb"
        ? "?x=2&text=a%20b%26c&empty="
        : "?x=1&x=2&text=a%20b%26c&empty=",
    );
    assertEquals(request.headers.get("cookie"), "session=1; theme=dark");
    assertEquals(
      request.headers.get("x-forwarded-for"),
      "198.51.100.1, 127.0.0.1",
    );
    assertEquals(await request.bytes(), BYTES);
  }
});

for (const { name } of INGRESSES) {
  Deno.test(`--ingress ${name} carries a request and its response`, async () => {
    await using project = await LocalProject.start({
      handler: ECHO,
      args: [`--ingress=${name}`],
    });
    const response = await fetch(`${project.local.url}a%20b?x=1`, {
      method: "PUT",
      body: BYTES,
    });

    assertEquals(response.status, 201);
    assertEquals(await response.bytes(), BYTES);
    assertEquals(response.headers.get("x-method"), "PUT");
    assertEquals(response.headers.get("x-url"), "/a%20b?x=1");
    assertEquals(
      response.headers.getSetCookie(),
      name === "alb" ? ["b=2"] : ["a=1", "b=2"],
    );
  });

  Deno.test(`--ingress ${name} answers by itself where the function fails`, async () => {
    await using project = await LocalProject.start({
      handler: `export function handleEvent() { throw new Error("no"); }`,
      args: [`--ingress=${name}`],
    });
    const response = await fetch(project.local.url);
    await response.body?.cancel();
    assertEquals(response.status, name === "http" ? 500 : 502);
  });
}

Deno.test("what is no result is the body of one through a function URL, and an error elsewhere", async () => {
  const handler = `export const handleEvent = () => ({ hello: "闘魂" });`;
  await using url = await LocalProject.start({ handler });
  const response = await fetch(url.local.url);
  assertEquals(response.status, 200);
  assertEquals(response.headers.get("content-type"), "application/json");
  assertEquals(await response.json(), { hello: "闘魂" });

  await using rest = await LocalProject.start({
    handler,
    args: ["--ingress=rest"],
  });
  const refused = await fetch(rest.local.url);
  assertEquals([refused.status, await refused.json()], [
    502,
    { message: "Internal server error" },
  ]);
});

Deno.test("a function URL streams where the function is configured so", async () => {
  await using project = await LocalProject.start({
    config: {
      lambda: { handler: "./handler.ts", invokeMode: "RESPONSE_STREAM" },
    },
    handler: `export function fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname === "/fail") throw new Error("no");
      if (pathname === "/empty") return new Response(null, { status: 204 });
      let parts = 0;
      const body = new ReadableStream({
        async pull(controller) {
          if (parts++ === 2 && pathname === "/break") throw new Error("broken");
          if (parts > 3) return controller.close();
          await new Promise((resolve) => setTimeout(resolve, 5));
          controller.enqueue(new TextEncoder().encode(String(parts)));
        },
      });
      return new Response(body, {
        status: 202,
        headers: { "content-type": "text/plain", "set-cookie": "a=1" },
      });
    }`,
  });
  const response = await fetch(project.local.url);
  assertEquals(response.status, 202);
  assertEquals(response.headers.get("content-type"), "text/plain");
  assertEquals(response.headers.getSetCookie(), ["a=1"]);
  assertEquals(await response.text(), "123");

  const empty = await fetch(`${project.local.url}empty`);
  assertEquals([empty.status, await empty.text()], [204, ""]);

  const broken = await fetch(`${project.local.url}break`);
  const error = await broken.text().then(() => undefined, (error) => error);
  assert(error instanceof Error, "A broken stream looks whole");
  assertStringIncludes(project.log, "broken");
});

Deno.test("a streamed response gets through every gateway, and is the same", async () => {
  await using project = await LocalProject.start({
    config: {
      lambda: { handler: "./handler.ts", invokeMode: "RESPONSE_STREAM" },
    },
    handler: `export const fetch = () =>
      new Response("whole", { headers: { "content-type": "text/plain" } });`,
    args: ["--ingress=all"],
  });
  const response = await fetch(project.local.url);
  assertEquals([response.status, await response.text()], [200, "whole"]);
  assertStringIncludes(
    project.log,
    "GET /: status 200, the same through url, rest, http, alb and lattice",
  );
});

Deno.test("headers beyond what a gateway takes do not get through", async () => {
  await using project = await LocalProject.start({
    handler: `export const fetch = () =>
      new Response("", { headers: { "x-large": "x".repeat(11_000) } });`,
    args: ["--ingress=rest"],
  });
  const refused = await fetch(project.local.url, {
    headers: { "x-large": "x".repeat(11_000) },
  });
  await refused.body?.cancel();
  assertEquals([refused.status, project.count("invoked")], [431, 0]);
  const malformed = await fetch(project.local.url);
  await malformed.body?.cancel();
  assertEquals(malformed.status, 502);
});

Deno.test("a body of more than 6 MB does not get through", async () => {
  await using project = await LocalProject.start({ handler: ECHO });
  const response = await fetch(project.local.url, {
    method: "POST",
    body: new Uint8Array(6_300_000),
  });
  await response.body?.cancel();
  assertEquals(response.status, 413);
});

Deno.test("--ingress all says where the answers differ", async () => {
  await using project = await LocalProject.start({
    handler: ECHO,
    args: ["--ingress=all"],
  });
  const response = await fetch(`${project.local.url}?x=1&x=2`);
  await response.body?.cancel();
  assertEquals(response.status, 201);
  assertEquals(project.count("invoked"), 5);
  assertStringIncludes(project.log, "GET /: status 201 through ");
  assertStringIncludes(
    project.log,
    `  alb     differs: set-cookie: "b=2"; x-url: "/?x=2"`,
  );
});
