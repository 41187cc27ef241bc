// Copyright 2026 the Toukon Lambda authors. MIT license.

import {
  type ClientRequest,
  type ClientResponse,
  functionUrl,
  type Result,
} from "../runtime/http/gateways.ts";
import { Folder } from "./folder.ts";
import {
  FunctionProcess,
  type FunctionProcessOptions,
} from "./function_process.ts";
import { type Post, RuntimeApiServer } from "./runtime_api.ts";

const ROOT = new URL("../../", import.meta.url).pathname.replace(/\/$/, "");

/** What tells that a stream begins with status and headers. */
export const PRELUDE_TYPE =
  "application/vnd.awslambda.http-integration-response";

/** A request of a client, without a body unless it is given one. */
export function clientRequest(
  method: string,
  target: string,
  fields: Partial<ClientRequest> = {},
): ClientRequest {
  const [path, query = ""] = target.split("?");
  return {
    method,
    host: "localhost",
    path,
    query,
    headers: [],
    cookies: [],
    body: new Uint8Array(),
    ...fields,
  };
}

/** A project with a deno.json of its own, in a temporary folder. */
export class Project implements Disposable {
  readonly #folder = new Folder();

  /**
   * @param lambda The `lambda` key of deno.json.
   * @param imports More imports, beside those of this repository.
   */
  constructor(
    lambda: Record<string, unknown>,
    imports: Record<string, string> = {},
  ) {
    const own = JSON.parse(Deno.readTextFileSync(`${ROOT}/deno.json`));
    const all: Record<string, string> = { "@toukon/lambda": `${ROOT}/mod.ts` };
    for (const [name, target] of Object.entries<string>(own.imports)) {
      all[name] = target;
      all[`${name}/`] = `${target.replace("jsr:", "jsr:/")}/`;
    }
    this.#folder.write(
      "import_map.json",
      JSON.stringify({ imports: { ...all, ...imports } }),
    );
    this.#folder.write("deno.json", JSON.stringify({ lambda }));
    this.#folder.write(
      "main.ts",
      'import { serve } from "@toukon/lambda";\nawait serve();\n',
    );
  }

  /** The program that serves what deno.json names. */
  get main(): string {
    return `${this.#folder.path}/main.ts`;
  }

  /** Runs the project, on Lambda where there is an API, else locally. */
  run(
    options: Pick<FunctionProcessOptions, "api" | "args"> = {},
  ): FunctionProcess {
    return new FunctionProcess({
      ...options,
      main: this.main,
      permissions: [
        `--import-map=${this.#folder.path}/import_map.json`,
        "--node-modules-dir=none",
        "--allow-net",
        "--allow-env",
        `--allow-read=${ROOT},${this.#folder.path}`,
      ],
    });
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}

/** A function behind a function URL. */
export class HttpFunction implements AsyncDisposable {
  readonly api: RuntimeApiServer = new RuntimeApiServer();
  readonly process: FunctionProcess;
  readonly #project: Project;
  #requests = 0;

  constructor(
    lambda: Record<string, unknown>,
    imports?: Record<string, string>,
  ) {
    this.#project = new Project(lambda, imports);
    this.process = this.#project.run({ api: this.api });
  }

  /** Invokes the function with an event. */
  invoke(event: unknown): Promise<Post> {
    const id = `request-${++this.#requests}`;
    return this.api.invoke({ id, body: JSON.stringify(event) });
  }

  /** Gives what was logged, and ends the function. */
  async log(): Promise<string> {
    this.process.terminate();
    return (await this.process.ended()).log;
  }

  /** Invokes the function with a request, and gives what the client gets. */
  async request(request: ClientRequest): Promise<ClientResponse> {
    const post = await this.invoke(functionUrl.toEvent(request));
    if (!post.path.endsWith("/response")) throw new Error(post.text);
    return readResponse(post);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.process[Symbol.asyncDispose]();
    await this.api[Symbol.asyncDispose]();
    this.#project[Symbol.dispose]();
  }
}

/** Reads a whole result, or a prelude and what follows it. */
export function readResponse({ headers, bytes, text }: Post): ClientResponse {
  if (headers.get("content-type") !== PRELUDE_TYPE) {
    return functionUrl.toClientResponse(JSON.parse(text));
  }
  const end = bytes.indexOf(0);
  const delimiter = bytes.slice(end, end + 8);
  if (delimiter.length < 8 || delimiter.some((byte) => byte !== 0)) {
    throw new Error("Prelude does not end with eight NUL bytes");
  }
  const prelude = JSON.parse(new TextDecoder().decode(bytes.slice(0, end)));
  const response = functionUrl.toClientResponse(
    { ...prelude, body: "", isBase64Encoded: false } as Result,
  );
  return { ...response, body: bytes.slice(end + 8) };
}
