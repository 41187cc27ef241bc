// Copyright 2026 the Toukon Lambda authors. MIT license.

const PROGRAM = `
const path = Deno.args[0];
const listener = Deno.listen({ transport: "unix", path });
console.log("listening");
const connection = await listener.accept();
await connection.readable.pipeTo(Deno.stdout.writable);
`;

/**
 * Takes one connection to a Unix socket, in a process of its own: no permission
 * set can grant a socket whose path is not known before.
 */
export class UnixListener implements AsyncDisposable {
  readonly path: string;
  readonly #child: Deno.ChildProcess;
  readonly #text: Promise<string>;
  readonly #listening = Promise.withResolvers<void>();

  private constructor(path: string) {
    this.path = path;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-config", "--quiet", PROGRAM, path],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    this.#text = this.#read();
  }

  /** Listens on a path, which must not be there yet. */
  static async start(path: string): Promise<UnixListener> {
    const listener = new UnixListener(path);
    await listener.#listening.promise;
    return listener;
  }

  /** What came, once the connection is closed. */
  get text(): Promise<string> {
    return this.#text;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await this.#text;
    await this.#child.status;
  }

  async #read(): Promise<string> {
    let text = "";
    const chunks = this.#child.stdout.pipeThrough(new TextDecoderStream());
    for await (const chunk of chunks) {
      text += chunk;
      if (text.startsWith("listening\n")) this.#listening.resolve();
    }
    return text.slice("listening\n".length);
  }
}
