// Copyright 2026 the Toukon Lambda authors. MIT license.

import { Lifeline, type Server } from "./child.ts";

/** What the function under test posted. */
export interface Post {
  /** The path below `/2018-06-01/runtime/`. */
  path: string;
  headers: Headers;
  /** The body, byte for byte. */
  bytes: Uint8Array<ArrayBuffer>;
  /** The body as UTF-8. */
  text: string;
}

/** One invocation that the server hands out. */
export interface TestInvocation {
  id: string;
  body: BodyInit;
  headers?: Record<string, string>;
}

/** Options for {@linkcode RuntimeApiServer}. */
export interface RuntimeApiServerOptions {
  /** Answers a poll instead of the server, where it returns a response. */
  onNext?: (poll: number) => Response | undefined;
  /** Answers a post instead of the server, where it returns a response. */
  onPost?: (post: Post) => Response | undefined;
  /** Whether each poll is handed an invocation, as Managed Instances do. */
  isConcurrent?: boolean;
  /** Answers when a snapshot is restored; 404 when left out. */
  onRestore?: () => Response | Promise<Response>;
  /** Where to listen; an ephemeral port when left out. */
  port?: number;
}

const RUNTIME = "/2018-06-01/runtime/";
const EXTENSION = "/2020-01-01/extension/";

/**
 * A Runtime API over real HTTP, with the states of Lambda's own. What a test
 * waits for fails when the function that it serves to ends.
 */
export class RuntimeApiServer implements Server, AsyncDisposable {
  readonly posts: Post[] = [];
  readonly requests: {
    method: string;
    path: string;
    headers: Headers;
    /** The port of the client, which tells connections apart. */
    port: number;
  }[] = [];
  readonly #options: RuntimeApiServerOptions;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #queue: TestInvocation[] = [];
  readonly #waiting: ((invocation: TestInvocation | undefined) => void)[] = [];
  readonly #watchers: { path: RegExp; found: (post: Post) => void }[] = [];
  readonly #lifeline = new Lifeline();
  readonly #closed = Promise.withResolvers<void>();
  #current: TestInvocation | undefined;
  #polls = 0;

  constructor(options: RuntimeApiServerOptions = {}) {
    this.#options = options;
    this.#server = Deno.serve({
      hostname: "127.0.0.1",
      port: options.port ?? 0,
      onListen: () => {},
    }, (request, { remoteAddr }) => this.#handle(request, remoteAddr.port));
  }

  /** The value for AWS_LAMBDA_RUNTIME_API. */
  get address(): string {
    return `127.0.0.1:${this.#server.addr.port}`;
  }

  /** Fails what is waited for when the process ends. */
  serveTo(process: { lost: Promise<never> }): void {
    this.#lifeline.serveTo(process);
  }

  /** Hands out the invocation once the ones before it are answered. */
  enqueue(invocation: TestInvocation): void {
    const waiting = this.#current ? undefined : this.#waiting.shift();
    if (!waiting) this.#queue.push(invocation);
    else waiting(this.#start(invocation));
  }

  /**
   * Hands out the invocation and gives what is posted for it.
   *
   * @throws {Error} If the function ends before.
   */
  invoke(invocation: TestInvocation): Promise<Post> {
    const path = `invocation/${encodeURIComponent(invocation.id)}/`;
    const answer = this.post(new RegExp(`^${RegExp.escape(path)}`));
    this.enqueue(invocation);
    return answer;
  }

  /**
   * Gives the next post to a path.
   *
   * @throws {Error} If the function ends before.
   */
  post(path: RegExp): Promise<Post> {
    const { promise, resolve } = Promise.withResolvers<Post>();
    this.#watchers.push({ path, found: resolve });
    return this.#lifeline.unlessLost(promise);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const waiting of this.#waiting) waiting(undefined);
    this.#closed.resolve();
    await this.#server.shutdown();
    this.#lifeline.assertTied();
  }

  async #handle(request: Request, port: number): Promise<Response> {
    const path = request.url.slice(request.url.indexOf("/", 8));
    const { method, headers } = request;
    this.requests.push({ method, path, headers, port });
    if (path === `${EXTENSION}register`) {
      await request.body?.cancel();
      return Response.json({}, {
        headers: { "lambda-extension-identifier": "extension-1" },
      });
    }
    if (path === `${EXTENSION}event/next`) return await this.#forever(request);
    if (path === `${RUNTIME}restore/next`) {
      return await this.#options.onRestore?.() ??
        new Response(null, { status: 404 });
    }
    if (method === "GET") return await this.#next(request);
    return await this.#take(path.slice(RUNTIME.length), request);
  }

  async #next(request: Request): Promise<Response> {
    const faulty = this.#options.onNext?.(this.#polls++);
    if (faulty) return faulty;
    const invocation = this.#current ?? this.#start(this.#queue.shift()) ??
      await this.#wait(request);
    if (!invocation) return new Response(null, { status: 503 });
    return new Response(invocation.body, {
      headers: {
        "content-type": "application/json",
        "lambda-runtime-aws-request-id": invocation.id,
        "lambda-runtime-deadline-ms": String(Date.now() + 60_000),
        "lambda-runtime-invoked-function-arn":
          "arn:aws:lambda:eu-west-1:123456789012:function:test",
        ...invocation.headers,
      },
    });
  }

  #start(invocation: TestInvocation | undefined): TestInvocation | undefined {
    if (!this.#options.isConcurrent) this.#current = invocation;
    return invocation;
  }

  #wait(request: Request): Promise<TestInvocation | undefined> {
    const { promise, resolve } = Promise.withResolvers<
      TestInvocation | undefined
    >();
    this.#waiting.push(resolve);
    request.signal.addEventListener("abort", () => {
      const index = this.#waiting.indexOf(resolve);
      if (index >= 0) this.#waiting.splice(index, 1);
      resolve(undefined);
    });
    return promise;
  }

  async #forever(request: Request): Promise<Response> {
    const { promise, resolve } = Promise.withResolvers<void>();
    request.signal.addEventListener("abort", () => resolve());
    await Promise.race([this.#closed.promise, promise]);
    return new Response(null, { status: 503 });
  }

  async #take(path: string, request: Request): Promise<Response> {
    const bytes = await request.bytes();
    const text = new TextDecoder().decode(bytes);
    const post = { path, headers: request.headers, bytes, text };
    const response = this.#options.onPost?.(post) ??
      Response.json({ status: "OK" }, { status: 202 });
    if (response.status !== 599) {
      this.posts.push(post);
      if (path.startsWith("invocation/")) this.#current = undefined;
    }
    const index = this.#watchers.findIndex((it) => it.path.test(path));
    if (index >= 0) this.#watchers.splice(index, 1)[0].found(post);
    return response;
  }
}
