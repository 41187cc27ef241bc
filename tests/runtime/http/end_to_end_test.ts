// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { request as httpRequest } from "node:http";
import type { ClientRequest, ClientResponse } from "./gateways.ts";
import { Child } from "../../support/child.ts";
import { clientRequest, HttpFunction } from "../../support/http_function.ts";

const FIXTURES = new URL("../../fixtures/", import.meta.url).pathname;

/** What frames a message or is the server's own. */
const TRANSPORT_HEADERS = [
  "connection",
  "content-length",
  "date",
  "keep-alive",
  "transfer-encoding",
];

interface App {
  name: string;
  module: string;
  config: string;
  /** The body of one response, to tell that routes are answered at all. */
  text: string;
}

const APPS: App[] = [{
  name: "a bare fetch handler",
  module: `${FIXTURES}fetch/app.ts`,
  config: new URL("../../../deno.json", import.meta.url).pathname,
  text: "héllo 🔥",
}, {
  name: "a Hono app",
  module: `${FIXTURES}hono/app.ts`,
  config: `${FIXTURES}hono/deno.json`,
  text: "héllo 🔥",
}];

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, index) => index);
const FORM = [
  "--line",
  'content-disposition: form-data; name="file"; filename="é.bin"',
  "content-type: application/octet-stream",
  "",
  "con\0tents",
  "--line--",
  "",
].join("\r\n");

const REQUESTS: ClientRequest[] = [
  clientRequest("GET", "/text"),
  clientRequest("HEAD", "/text"),
  clientRequest("POST", "/json", {
    body: encode(`{"name":"アントニオ"}`),
    headers: [["content-type", "application/json"]],
  }),
  clientRequest("GET", "/query?a=1&a=2&b=%20+%2B&c=%C3%A9&d&e="),
  clientRequest("DELETE", "/query"),
  clientRequest("GET", "/headers", {
    headers: [["x-name", "välue"], ["x-list", "one, two"]],
    cookies: ["a=1", "b=%20"],
  }),
  clientRequest("POST", "/bytes", {
    body: EVERY_BYTE,
    headers: [["content-type", "application/octet-stream"]],
  }),
  clientRequest("POST", "/bytes", {
    body: new Uint8Array(1024 * 1024).fill(200),
  }),
  clientRequest("GET", "/cookies"),
  clientRequest("GET", "/redirect"),
  clientRequest("GET", "/empty"),
  clientRequest("GET", "/not-modified"),
  clientRequest("GET", "/gzip"),
  clientRequest("GET", "/stream"),
  clientRequest("POST", "/form", {
    body: encode(FORM),
    headers: [["content-type", "multipart/form-data; boundary=line"]],
  }),
  clientRequest("GET", "/missing/%F0%9F%94%A5/%2F//"),
  clientRequest("OPTIONS", "/text"),
];

/** A module under `deno serve`. */
class Served implements AsyncDisposable {
  readonly #child: Child;

  constructor({ module, config }: App) {
    this.#child = new Child(Deno.execPath(), {
      args: [
        "serve",
        "--no-check",
        `--config=${config}`,
        "--host=127.0.0.1",
        "--port=0",
        module,
      ],
      env: { NO_COLOR: "1" },
    });
  }

  /** Gives where it listens, as host:port, once it does. */
  async address(): Promise<string> {
    const [, address] = await this.#child.until(({ stderr }) =>
      /Listening on http:\/\/(\S+?)\/?\s/.exec(stderr)
    );
    return address;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child[Symbol.asyncDispose]();
  }
}

/** Sends a request as it is: native fetch would decode the response. */
function send(address: string, request: ClientRequest) {
  const { method, path, query, headers, cookies, body } = request;
  const { promise, resolve, reject } = Promise.withResolvers<ClientResponse>();
  const outgoing = httpRequest(`http://${address}`, {
    method,
    path: query ? `${path}?${query}` : path,
    agent: false,
    headers: [
      ...headers.flat(),
      "host",
      address,
      ...(cookies.length > 0 ? ["cookie", cookies.join("; ")] : []),
      "content-length",
      String(body.length),
    ],
  }, async (response) => {
    try {
      const chunks: Uint8Array<ArrayBuffer>[] = [];
      for await (const chunk of response) chunks.push(chunk);
      const { "set-cookie": setCookie = [], ...rest } = response.headers;
      resolve({
        status: response.statusCode!,
        headers: rest as Record<string, string>,
        cookies: setCookie,
        body: await new Blob(chunks).bytes(),
      });
    } catch (error) {
      reject(error);
    }
  });
  outgoing.on("error", reject);
  outgoing.end(body);
  return promise;
}

/** What an application decides of a response. */
function compared({ status, headers, cookies, body }: ClientResponse) {
  const own = Object.entries(headers).filter(([name]) =>
    !TRANSPORT_HEADERS.includes(name)
  );
  return { status, headers: Object.fromEntries(own), cookies, body };
}

async function readImports(config: string): Promise<Record<string, string>> {
  return JSON.parse(await Deno.readTextFile(config)).imports;
}

for (const app of APPS) {
  for (const invokeMode of ["BUFFERED", "RESPONSE_STREAM"]) {
    Deno.test(`${app.name} answers alike under deno serve and with ${invokeMode}`, async () => {
      await using served = new Served(app);
      await using lambda = new HttpFunction(
        { handler: app.module, invokeMode },
        await readImports(app.config),
      );
      const host = await served.address();
      for (const [index, request] of REQUESTS.entries()) {
        const expected = compared(await send(host, request));
        const actual = compared(await lambda.request({ ...request, host }));
        assertEquals(
          { index, path: request.path, ...actual },
          { index, path: request.path, ...expected },
        );
        if (index === 0) assertEquals(expected.body, encode(app.text));
      }
    });
  }
}
