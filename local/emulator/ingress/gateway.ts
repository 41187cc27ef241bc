// Copyright 2026 the Toukon Lambda authors. MIT license.

import { PRELUDE_CONTENT_TYPE } from "../../../runtime/reply/reply.ts";
import { readBody } from "../client/body.ts";
import type { Emulator } from "../emulator.ts";
import { ThrottledError } from "../function/local_function.ts";
import type { Outcome } from "../invocation.ts";
import { LIMITS } from "../limits.ts";
import { alb } from "./alb.ts";
import { describeDifferences, type SeenAnswer } from "./compare.ts";
import type { Pair } from "./fields.ts";
import { functionUrl, httpApi } from "./http_api.ts";
import type { Ingress, IngressName, ReceivedRequest } from "./ingress.ts";
import { lattice } from "./lattice.ts";
import { restApi } from "./rest_api.ts";
import { StreamedResponse } from "./streamed_response.ts";

/** Every gateway; the first is the one whose answer the client gets. */
export const INGRESSES: readonly Ingress[] = [
  functionUrl,
  restApi,
  httpApi,
  alb,
  lattice,
];

/** Options for {@linkcode Gateway}. */
export interface GatewayOptions {
  /** The gateway, or all of them. */
  ingress: IngressName | "all";
  /** Whether the function streams to a gateway that can. */
  streams: boolean;
}

/** Delivers HTTP requests to the function as a gateway would. */
export class Gateway {
  readonly #emulator: Emulator;
  readonly #options: GatewayOptions;

  constructor(emulator: Emulator, options: GatewayOptions) {
    this.#emulator = emulator;
    this.#options = options;
  }

  /** Answers a request. */
  async handle(
    request: Request,
    { hostname }: Deno.NetAddr,
  ): Promise<Response> {
    const { ingress } = this.#options;
    const name = ingress === "all" ? "url" : ingress;
    const gateway = INGRESSES.find((it) => it.name === name)!;
    const body = await readBody(request, LIMITS.request);
    if (!body) return gateway.explain("tooLarge");
    const received = this.#receive(request, body, hostname);
    if (headerBytes(received.headers) > gateway.maxHeaderBytes) {
      return gateway.explain("headersTooLarge");
    }
    if (ingress !== "all") return await this.#deliver(received, gateway);
    return await this.#deliverToAll(received);
  }

  #receive(
    request: Request,
    body: Uint8Array<ArrayBuffer>,
    address: string,
  ): ReceivedRequest {
    const { region } = this.#emulator.settings;
    // A parsed URL would lose what the client has written.
    const target = request.url.replace(/^https?:\/\/[^/?#]*/, "").split("#")[0];
    const start = target.indexOf("?");
    const path = start < 0 ? target : target.slice(0, start);
    return {
      method: request.method,
      path: path === "" ? "/" : path,
      query: start < 0 ? "" : target.slice(start + 1),
      headers: [...request.headers],
      body,
      address,
      region,
      requestId: crypto.randomUUID(),
      atMs: Date.now(),
      traceId: request.headers.get("x-amzn-trace-id") ??
        `Root=1-${Math.floor(Date.now() / 1_000).toString(16)}-${
          crypto.getRandomValues(new Uint8Array(12)).toHex()
        }`,
    };
  }

  /** Has the function answer through each gateway, and tells where they differ. */
  async #deliverToAll(received: ReceivedRequest): Promise<Response> {
    const answers: SeenAnswer[] = [];
    for (const ingress of INGRESSES) {
      const requestId = crypto.randomUUID();
      const { status, headers, body } = await this.#deliver({
        ...received,
        requestId,
      }, ingress);
      answers.push({
        name: ingress.name,
        status,
        headers: [...headers],
        // A stream has to be read before the function answers again.
        body: await new Response(body).bytes().catch(() => new Uint8Array()),
      });
    }
    this.#emulator.say(describeDifferences(received, answers));
    const [{ status, headers, body }] = answers;
    const isBodiless = status === 204 || status === 205 || status === 304;
    return new Response(isBodiless ? null : body, { status, headers });
  }

  async #deliver(
    received: ReceivedRequest,
    ingress: Ingress,
  ): Promise<Response> {
    return this.#options.streams && ingress.canStream
      ? await this.#streamed(received, ingress)
      : await this.#buffered(received, ingress);
  }

  async #buffered(
    received: ReceivedRequest,
    ingress: Ingress,
  ): Promise<Response> {
    const { promise: late, resolve } = Promise.withResolvers<Response>();
    const timer = Number.isFinite(ingress.timeoutMs)
      ? setTimeout(() => resolve(ingress.timedOut()), ingress.timeoutMs)
      : undefined;
    try {
      const answer = this.#invoke(received, ingress)
        .then((outcome) => toResponse(outcome, ingress));
      return await Promise.race([answer, late]);
    } catch (error) {
      return this.#explainError(error, ingress);
    } finally {
      clearTimeout(timer);
    }
  }

  async #streamed(
    received: ReceivedRequest,
    ingress: Ingress,
  ): Promise<Response> {
    const streamed = new StreamedResponse();
    this.#invoke(
      received,
      ingress,
      (contentType) => streamed.open(contentType, PRELUDE_CONTENT_TYPE),
    ).then((outcome) =>
      streamed.end(outcome, () => toResponse(outcome, ingress))
    ).catch((error) => streamed.fail(this.#explainError(error, ingress)));
    return await streamed.response;
  }

  async #invoke(
    received: ReceivedRequest,
    ingress: Ingress,
    openStream?: (contentType: string) => ReturnType<StreamedResponse["open"]>,
  ): Promise<Outcome> {
    const event = JSON.stringify(ingress.toEvent(received));
    const payload = new TextEncoder().encode(event);
    if (payload.length > LIMITS.request) throw new RangeError();
    const { requestId, traceId } = received;
    const by = ingress.name;
    return await this.#emulator.invoke(payload, {
      requestId,
      by,
      traceId,
      openStream,
    });
  }

  #explainError(error: unknown, ingress: Ingress): Response {
    if (error instanceof ThrottledError) return ingress.explain("throttled");
    if (error instanceof RangeError) return ingress.explain("tooLarge");
    throw error;
  }
}

/** Makes what the client gets of what became of an invocation. */
function toResponse(outcome: Outcome, ingress: Ingress): Response {
  if (outcome.errorType !== undefined) return ingress.explain("error");
  if (outcome.payload.length > ingress.maxResultBytes) {
    return ingress.explain("malformed");
  }
  let result: unknown;
  try {
    result = JSON.parse(new TextDecoder().decode(outcome.payload));
  } catch {
    // A reply that is no JSON is one of bytes.
    return ingress.name === "url" && outcome.payload.length > 0
      ? new Response(outcome.payload, {
        headers: { "content-type": outcome.contentType },
      })
      : ingress.explain("malformed");
  }
  const response = ingress.toResponse(result);
  const isTooLarge = response &&
    headerBytes([...response.headers]) > ingress.maxHeaderBytes;
  return !response || isTooLarge ? ingress.explain("malformed") : response;
}

function headerBytes(headers: readonly Pair[]): number {
  return headers.reduce(
    (bytes, [name, value]) => bytes + name.length + value.length,
    0,
  );
}
