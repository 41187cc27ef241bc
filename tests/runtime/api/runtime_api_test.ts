// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import type { Invocation } from "../../../runtime/api/invocation.ts";
import { RuntimeApi } from "../../../runtime/api/runtime_api.ts";
import type { Log } from "../../../runtime/log/log.ts";
import { ByteReader } from "../../support/raw_runtime_api.ts";
import { testOverEach, type TransportName } from "../../support/transports.ts";

const INVOCATION: Invocation = {
  requestId: "1",
  headers: new Headers(),
  body: "{}",
};
const EVENT =
  "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: 1\r\nContent-Length: 2\r\n\r\n{}";
const ACCEPTED = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";
const REFUSED = "HTTP/1.1 400 Bad Request\r\nContent-Length: 7\r\n\r\nrefused";

/** What is done with a request: it is answered with a text, or not. */
type Act = string | "close" | "hold";

/** A server that treats its connections as it is told, one request an act. */
class Server implements AsyncDisposable {
  /** The first lines of the requests, by connections. */
  readonly requests: string[][] = [];
  readonly #listener: Deno.TcpListener;
  readonly #open: ByteReader[] = [];
  readonly #work: Promise<void>;

  /** @param acts For each connection, what is done with its requests. */
  constructor(acts: Act[][], port = 0) {
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port });
    this.#work = this.#accept(acts);
  }

  get address(): string {
    return `127.0.0.1:${this.#listener.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const reader of this.#open) reader.close();
    await this.#work;
  }

  async #accept(acts: Act[][]): Promise<void> {
    const work: Promise<void>[] = [];
    for await (const connection of this.#listener) {
      const reader = new ByteReader(connection);
      this.#open.push(reader);
      const requests: string[] = [];
      this.requests.push(requests);
      const serving = this.#serve(reader, requests, acts.shift() ?? []);
      work.push(serving.catch(() => {}));
    }
    await Promise.all(work);
  }

  async #serve(
    reader: ByteReader,
    requests: string[],
    acts: Act[],
  ): Promise<void> {
    for (const act of acts) {
      const head = await reader.readUntil("\r\n\r\n");
      const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
      await reader.read(length);
      requests.push(head.split(" HTTP/")[0]);
      // It is held for as long as the connection is open.
      if (act === "hold") await reader.read(1);
      if (act !== "close") await reader.write(act);
    }
    reader.close();
  }
}

/** Gives the client of a server, and what it logs. */
async function connect(address: string, transport: TransportName) {
  const lines: string[] = [];
  const told = Promise.withResolvers<void>();
  const write = (level: string) => (line: unknown) => {
    lines.push(`${level} ${line}`);
    told.resolve();
  };
  const log = {
    info: write("INFO"),
    warn: write("WARN"),
    error: write("ERROR"),
  } as unknown as Log;
  const api = new RuntimeApi(address, log);
  if (transport === "socket") await api.useSockets();
  return { api, lines, logged: told.promise };
}

/** The levels of lines, and what is refused. */
function levelsOf(lines: string[]): string[] {
  return lines.map((line) => line.split(" ")[0]);
}

testOverEach("next() gives an event, and its headers", async (transport) => {
  await using server = new Server([[EVENT]]);
  const { api } = await connect(server.address, transport);
  const invocation = await api.next();
  assertEquals(invocation?.requestId, "1");
  assertEquals(invocation?.body, "{}");
  assertEquals([...invocation!.headers], [
    ["content-length", "2"],
    ["lambda-runtime-aws-request-id", "1"],
  ]);
  api.reconnect();
});

for (
  const [what, reply] of [
    ["that has no body", "HTTP/1.1 200 OK\r\n#\r\n"],
    ["that ends where the connection does", "HTTP/1.1 200 OK\r\n#\r\n{}"],
    ["of HTTP/1.0", "HTTP/1.0 200 OK\r\n#\r\n{}"],
  ]
) {
  testOverEach(
    `next() takes no reply ${what} and is without length for an event`,
    async (transport) => {
      const cut = reply.replace("#", "Lambda-Runtime-Aws-Request-Id: 0\r\n");
      await using server = new Server([[cut], [EVENT]]);
      const { api, lines } = await connect(server.address, transport);
      assertEquals((await api.next())?.requestId, "1");
      assertEquals(lines, [
        "WARN Runtime API gave a reply without Content-Length, which may have been cut to attempt 1 at the next invocation: trying again",
      ]);
      api.reconnect();
    },
  );
}

testOverEach(
  "reply() that may have been taken is sent again, and its refusal is no error",
  async (transport) => {
    for (const status of [400, 403, 410]) {
      const refusal = REFUSED.replace("400", `${status}`);
      await using server = new Server([["close"], [refusal]]);
      const { api, lines } = await connect(server.address, transport);
      await api.reply(INVOCATION, "{}", "application/json");
      assertEquals(levelsOf(lines), ["WARN", "INFO"]);
      assertEquals(
        lines[1],
        `INFO Runtime API has taken invocation/1/response already: status ${status} to the second attempt`,
      );
      api.reconnect();
    }
  },
);

testOverEach(
  "reply() that was refused for its size is an error, also when it is sent again",
  async (transport) => {
    const refusal = REFUSED.replace("400", "413");
    await using server = new Server([["close"], [refusal]]);
    const { api, lines } = await connect(server.address, transport);
    await api.reply(INVOCATION, "{}", "application/json");
    assertEquals(levelsOf(lines), ["WARN", "ERROR"]);
    assertStringIncludes(lines[1], "with status 413: refused");
    api.reconnect();
  },
);

testOverEach(
  "reply() of which no byte was sent is sent again, and its refusal is an error",
  async (transport) => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    listener.close();
    const { api, lines, logged } = await connect(
      `127.0.0.1:${port}`,
      transport,
    );
    const replied = api.reply(INVOCATION, "{}", "application/json");
    // There is no server before the first attempt has failed.
    await logged;
    await using _server = new Server([[REFUSED]], port);
    await replied;
    assertEquals(levelsOf(lines), ["WARN", "ERROR"]);
    assertStringIncludes(lines[1], "with status 400: refused");
    api.reconnect();
  },
);

testOverEach(
  "reply() that is refused at once is an error, and not sent again",
  async (transport) => {
    await using server = new Server([[REFUSED]]);
    const { api, lines } = await connect(server.address, transport);
    await api.reply(INVOCATION, "{}", "application/json");
    assertEquals(levelsOf(lines), ["ERROR"]);
    assertEquals(server.requests.flat().length, 1);
    api.reconnect();
  },
);

testOverEach(
  "reply() is given up after five attempts",
  async (transport) => {
    await using server = new Server(Array(5).fill(["close"]));
    const { api, lines } = await connect(server.address, transport);
    await api.reply(INVOCATION, "{}", "application/json");
    assertEquals(levelsOf(lines), ["WARN", "WARN", "WARN", "WARN", "ERROR"]);
    assertEquals(server.requests.flat().length, 5);
    api.reconnect();
  },
);

Deno.test("reply() over sockets is sent again at once where its connection was used before, and closed meanwhile", async () => {
  for (
    const [answer, levels] of [[ACCEPTED, []], [REFUSED, ["INFO"]]] as const
  ) {
    await using server = new Server([[EVENT, "close"], [answer]]);
    const { api, lines } = await connect(server.address, "socket");
    await api.next();
    await api.reply(INVOCATION, "{}", "application/json");
    assertEquals(levelsOf(lines), [...levels]);
    assertEquals(server.requests.map((it) => it.length), [2, 1]);
    api.reconnect();
  }
});

Deno.test("next() over sockets is asked again at once where its connection was closed meanwhile", async () => {
  await using server = new Server([[ACCEPTED, "close"], [EVENT]]);
  const { api, lines } = await connect(server.address, "socket");
  await api.reply(INVOCATION, "{}", "application/json");
  assertEquals((await api.next())?.requestId, "1");
  assertEquals(lines, []);
  api.reconnect();
});

Deno.test("reply() over sockets takes a broken answer on a connection that was used before for a failure", async () => {
  const half = ACCEPTED.slice(0, 20);
  await using server = new Server([[EVENT, half], [ACCEPTED]]);
  const { api, lines } = await connect(server.address, "socket");
  await api.next();
  await api.reply(INVOCATION, "{}", "application/json");
  assertEquals(lines, [
    "WARN Cannot send invocation/1/response: connection closed amid an answer: trying again",
  ]);
  api.reconnect();
});

Deno.test("requests over sockets share a connection, but not after an answer that is no success", async () => {
  await using server = new Server([
    [EVENT, ACCEPTED, EVENT, REFUSED],
    [EVENT],
  ]);
  const { api } = await connect(server.address, "socket");
  for (const _ of [1, 2]) {
    await api.next();
    await api.reply(INVOCATION, "{}", "application/json");
  }
  await api.next();
  assertEquals(server.requests.map((it) => it.length), [4, 1]);
  api.reconnect();
});

Deno.test("requests over sockets share no connection on which more came than was asked for", async () => {
  await using server = new Server([[EVENT + ACCEPTED], [ACCEPTED]]);
  const { api, lines } = await connect(server.address, "socket");
  await api.next();
  await api.reply(INVOCATION, "{}", "application/json");
  assertEquals(lines, []);
  assertEquals(server.requests.map((it) => it.length), [1, 1]);
  api.reconnect();
});

Deno.test("next() over sockets keeps no reply waiting", async () => {
  const end = new AbortController();
  let waiting: Promise<Invocation | undefined>;
  {
    await using server = new Server([[EVENT, "hold"], [ACCEPTED]]);
    const { api, lines } = await connect(server.address, "socket");
    await api.next();
    waiting = api.next(end.signal);
    await api.reply(INVOCATION, "{}", "application/json");
    assertEquals(server.requests[1], [
      "POST /2018-06-01/runtime/invocation/1/response",
    ]);
    assertEquals(lines, []);
    end.abort();
    api.reconnect();
  }
  assertEquals(await waiting, undefined);
});

testOverEach(
  "reply() heeds an answer that comes before all of it is sent",
  async (transport) => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    const { api, lines } = await connect(`127.0.0.1:${port}`, transport);
    const replied = api.reply(
      INVOCATION,
      "x".repeat(6 * 1024 * 1024),
      "application/json",
    );
    const reader = new ByteReader(await listener.accept());
    await reader.readUntil("\r\n\r\n");
    await reader.write(REFUSED.replace("400", "413"));
    await replied;
    reader.close();
    assertEquals(lines, [
      "ERROR Runtime API refused invocation/1/response with status 413: refused",
    ]);
    api.reconnect();
  },
);
