// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Decides what happens to a connection; undefined passes it on untouched. */
export type Fault = (connection: Deno.TcpConn) => Promise<void>;

/** A TCP proxy that spoils its first connections, one fault each. */
export class FaultyProxy implements AsyncDisposable {
  readonly #faults: Fault[];
  readonly #listener: Deno.TcpListener;
  readonly #open = new Set<Deno.TcpConn>();
  readonly #work: Promise<unknown>[] = [];

  constructor(target: string, faults: Fault[]) {
    this.#faults = [...faults];
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#work.push(this.#accept(target));
  }

  /** Where it listens, as host:port. */
  get address(): string {
    return `127.0.0.1:${this.#listener.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#open) close(connection);
    await Promise.allSettled(this.#work);
  }

  async #accept(target: string): Promise<void> {
    for await (const connection of this.#listener) {
      this.#open.add(connection);
      const fault = this.#faults.shift();
      this.#work.push(
        fault
          ? fault(connection).finally(() => close(connection))
          : this.#pass(connection, target),
      );
    }
  }

  async #pass(connection: Deno.TcpConn, target: string): Promise<void> {
    const [hostname, port] = target.split(":");
    const server = await Deno.connect({ hostname, port: Number(port) });
    this.#open.add(server);
    await Promise.allSettled([
      connection.readable.pipeTo(server.writable),
      server.readable.pipeTo(connection.writable),
    ]);
  }
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // It is closed already.
  }
}

/** Answers whatever is asked with text that is no HTTP. */
export async function answerGarbage(connection: Deno.TcpConn): Promise<void> {
  await connection.read(new Uint8Array(4_096));
  await connection.write(new TextEncoder().encode("\x00\x01 no HTTP\r\n\r\n"));
}

/** Closes the connection as soon as something is asked. */
export async function hangUp(connection: Deno.TcpConn): Promise<void> {
  await connection.read(new Uint8Array(4_096));
}

/** Sends half of a reply and closes the connection. */
export async function answerHalf(connection: Deno.TcpConn): Promise<void> {
  await connection.read(new Uint8Array(4_096));
  await connection.write(
    new TextEncoder().encode("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"),
  );
}
