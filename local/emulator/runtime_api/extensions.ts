// Copyright 2026 the Toukon Lambda authors. MIT license.

import { readWhole, refused } from "./calls.ts";
import type { HttpAnswer, HttpRequest } from "./http_server.ts";

const MAX_EXTENSIONS = 10;
const MAX_BODY_BYTES = 64 * 1024;

/** An event for extensions. */
export type ExtensionEvent = Readonly<Record<string, unknown>>;

/** One that has registered. */
interface Extension {
  name: string;
  wantsInvocations: boolean;
  queue: ExtensionEvent[];
  poll?: (event: ExtensionEvent | undefined) => void;
}

/**
 * The Extensions API, for extensions within the function's process: they may
 * ask for invocations, and not for the shutdown.
 *
 * @see {@link https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html}
 */
export class Extensions {
  readonly #facts: Readonly<Record<string, string>>;
  readonly #extensions = new Map<string, Extension>();

  /** @param facts What an extension is told of the function. */
  constructor(facts: Readonly<Record<string, string>>) {
    this.#facts = facts;
  }

  /** Whether any has registered: then the end comes with a SIGTERM. */
  get hasAny(): boolean {
    return this.#extensions.size > 0;
  }

  /** Gives an event to those that want it. */
  tell(event: ExtensionEvent): void {
    for (const extension of this.#extensions.values()) {
      if (!extension.wantsInvocations) continue;
      if (extension.poll) extension.poll(event);
      else extension.queue.push(event);
    }
  }

  /** Ends the waits for events. */
  close(): void {
    for (const { poll } of this.#extensions.values()) poll?.(undefined);
  }

  /** Answers a call below `/2020-01-01/extension/`. */
  async handle(
    name: string,
    request: HttpRequest,
    isStarting: boolean,
  ): Promise<HttpAnswer | undefined> {
    const text = await readText(request);
    if (name === "register") return this.#register(request, text, isStarting);
    const id = request.headers.get("lambda-extension-identifier") ?? "";
    const extension = this.#extensions.get(id);
    if (!extension) {
      return refused(
        403,
        "Extension.UnknownExtensionIdentifier",
        "No extension has registered with this identifier",
      );
    }
    if (name === "event/next") return await this.#next(extension, request);
    if (name === "init/error" || name === "exit/error") {
      return { status: 202, body: '{"status":"OK"}' };
    }
    return refused(404, "NotFound", "There is no such call");
  }

  #register(
    request: HttpRequest,
    text: string,
    isStarting: boolean,
  ): HttpAnswer {
    const name = request.headers.get("lambda-extension-name") ?? "";
    const events = readEvents(text);
    const problem = this.#problemOf(name, events, isStarting);
    if (problem) return refused(403, ...problem);
    const id = crypto.randomUUID();
    this.#extensions.set(id, {
      name,
      wantsInvocations: events.includes("INVOKE"),
      queue: [],
    });
    return {
      status: 200,
      headers: {
        "content-type": "application/json",
        "lambda-extension-identifier": id,
      },
      body: JSON.stringify(this.#facts),
    };
  }

  #problemOf(
    name: string,
    events: unknown[],
    isStarting: boolean,
  ): [type: string, message: string] | undefined {
    const names = Array.from(this.#extensions.values(), (it) => it.name);
    if (name === "") {
      return ["Extension.InvalidExtensionName", "Empty extension name"];
    }
    if (!isStarting) {
      return ["Extension.RegistrationClosed", "Init is over"];
    }
    if (names.includes(name)) {
      return ["Extension.InvalidExtensionState", "It has registered before"];
    }
    if (names.length >= MAX_EXTENSIONS) {
      return ["Extension.TooManyExtensions", `At most ${MAX_EXTENSIONS}`];
    }
    if (events.some((event) => event !== "INVOKE")) {
      return [
        "Extension.InvalidEventType",
        "An extension within the function may ask for INVOKE only",
      ];
    }
  }

  async #next(
    extension: Extension,
    request: HttpRequest,
  ): Promise<HttpAnswer | undefined> {
    const event = extension.queue.shift() ??
      await new Promise<ExtensionEvent | undefined>((resolve) => {
        extension.poll = resolve;
        request.lost.addEventListener("abort", () => resolve(undefined));
      });
    extension.poll = undefined;
    return event && {
      status: 200,
      headers: {
        "content-type": "application/json",
        "lambda-extension-event-identifier": crypto.randomUUID(),
      },
      body: JSON.stringify(event),
    };
  }
}

async function readText(request: HttpRequest): Promise<string> {
  const bytes = await readWhole(request, MAX_BODY_BYTES);
  return new TextDecoder().decode(bytes);
}

function readEvents(text: string): unknown[] {
  try {
    const { events } = JSON.parse(text);
    return Array.isArray(events) ? events : [];
  } catch {
    return [];
  }
}
