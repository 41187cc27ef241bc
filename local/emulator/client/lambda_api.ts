// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Emulator } from "../emulator.ts";
import type { Outcome } from "../invocation.ts";
import { LIMITS } from "../limits.ts";
import { functionArn } from "../settings.ts";
import { ThrottledError } from "../function/local_function.ts";
import { readBody } from "./body.ts";
import {
  EVENT_STREAM_TYPE,
  invokeComplete,
  payloadChunk,
} from "./event_stream.ts";
import {
  requestTooLarge,
  ServiceError,
  tooManyRequests,
} from "./service_error.ts";

const INVOKE = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;
const INVOKE_ASYNC = /^\/2014-11-13\/functions\/([^/]+)\/invoke-async$/;
const STREAM =
  /^\/2021-11-15\/functions\/([^/]+)\/response-streaming-invocations$/;
/** A name, a partial ARN or an ARN, each with a version or an alias, or none. */
const NAME =
  /^(?:arn:aws[\w-]*:lambda:([\w-]+):\d{12}:function:|(?:\d{12}:)?(?:function:)?)([\w-]{1,64})(?::([\w$-]+))?$/;

/**
 * The calls of the Lambda API that invoke a function, as SDKs and the AWS CLI
 * make them. Signatures are not looked at.
 */
export class LambdaApi {
  readonly #emulator: Emulator;

  constructor(emulator: Emulator) {
    this.#emulator = emulator;
  }

  /** Answers a request. */
  async handle(request: Request): Promise<Response> {
    const requestId = crypto.randomUUID();
    try {
      return await this.#route(request, requestId);
    } catch (error) {
      await request.body?.cancel().catch(() => {});
      if (error instanceof ServiceError) return error.toResponse(requestId);
      if (error instanceof ThrottledError) {
        return tooManyRequests().toResponse(requestId);
      }
      throw error;
    }
  }

  async #route(request: Request, requestId: string): Promise<Response> {
    const url = new URL(request.url);
    refuseForeign(request, url);
    const { pathname } = url;
    const [pattern] = [INVOKE, INVOKE_ASYNC, STREAM]
      .filter((it) => it.test(pathname));
    if (!pattern || request.method !== "POST") {
      throw new ServiceError(
        404,
        "UnknownOperationException",
        `Cannot ${request.method} ${pathname}: expected POST /2015-03-31/functions/${this.#emulator.settings.name}/invocations`,
      );
    }
    const [, name] = pattern.exec(pathname)!;
    this.#checkName(decodeName(name), url.searchParams.get("Qualifier"));
    if (pattern === STREAM) return await this.#stream(request, requestId);
    if (pattern === INVOKE_ASYNC) {
      return await this.#enqueue(request, requestId);
    }
    const type = request.headers.get("x-amz-invocation-type") ??
      "RequestResponse";
    if (type === "RequestResponse") {
      return await this.#invoke(request, requestId);
    }
    if (type === "Event") return await this.#enqueue(request, requestId);
    if (type === "DryRun") {
      await readEvent(request, LIMITS.request);
      return new Response(null, {
        status: 204,
        headers: { "x-amzn-requestid": requestId },
      });
    }
    throw invalidValue(
      type,
      "invocationType",
      "Event, RequestResponse, DryRun",
    );
  }

  /** Refuses any function but the one there is, and any version but the latest. */
  #checkName(name: string, qualifier: string | null): void {
    const { settings } = this.#emulator;
    const [, region, found, version] = NAME.exec(name) ?? [];
    if (found === undefined) {
      throw new ServiceError(
        400,
        "ValidationException",
        `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint: Member must be the name or the ARN of a function`,
      );
    }
    const wanted = qualifier ?? version;
    const isKnown = found === settings.name &&
      (region === undefined || region === settings.region) &&
      (wanted === undefined || wanted === "$LATEST");
    if (isKnown) return;
    const arn = functionArn({ ...settings, name: found });
    throw new ServiceError(
      404,
      "ResourceNotFoundException",
      `Function not found: ${arn}${wanted === undefined ? "" : `:${wanted}`}`,
    );
  }

  async #invoke(request: Request, requestId: string): Promise<Response> {
    const wantsLog = readLogType(request);
    const clientContext = readClientContext(request);
    const payload = await readEvent(request, LIMITS.request);
    const outcome = await this.#emulator.invoke(payload, {
      requestId,
      by: "RequestResponse",
      clientContext,
      wantsLog,
      traceId: request.headers.get("x-amzn-trace-id") ?? undefined,
    });
    return new Response(outcome.payload, {
      headers: {
        "content-type": "application/json",
        "x-amzn-requestid": requestId,
        "x-amz-executed-version": "$LATEST",
        ...(outcome.errorType !== undefined &&
          { "x-amz-function-error": "Unhandled" }),
        ...(outcome.log !== undefined &&
          { "x-amz-log-result": toBase64(outcome.log) }),
      },
    });
  }

  async #enqueue(request: Request, requestId: string): Promise<Response> {
    const clientContext = readClientContext(request);
    const payload = await readEvent(request, LIMITS.asyncRequest);
    this.#emulator.enqueue(payload, {
      requestId,
      by: "Event",
      clientContext,
      traceId: request.headers.get("x-amzn-trace-id") ?? undefined,
    });
    return new Response(null, {
      status: 202,
      headers: { "x-amzn-requestid": requestId },
    });
  }

  async #stream(request: Request, requestId: string): Promise<Response> {
    const wantsLog = readLogType(request);
    const clientContext = readClientContext(request);
    const payload = await readEvent(request, LIMITS.request);
    const opened = Promise.withResolvers<void>();
    let isStreamed = false;
    const { readable, writable } = new TransformStream<
      Uint8Array<ArrayBuffer>
    >();
    const writer = writable.getWriter();
    // A client that has gone does not end the invocation.
    const write = (bytes: Uint8Array<ArrayBuffer>) =>
      writer.write(bytes).catch(() => {});
    const ended = this.#emulator.invoke(payload, {
      requestId,
      by: "RESPONSE_STREAM",
      clientContext,
      wantsLog,
      openStream: () => {
        isStreamed = true;
        opened.resolve();
        return { write: (part) => write(payloadChunk(part)) };
      },
    });
    const finished = ended.then(async (outcome) => {
      opened.resolve();
      if (!isStreamed && outcome.payload.length > 0) {
        await write(payloadChunk(outcome.payload));
      }
      await write(invokeComplete(completion(outcome)));
      await writer.close().catch(() => {});
    });
    finished.catch(opened.reject);
    await opened.promise;
    return new Response(readable, {
      headers: {
        "content-type": EVENT_STREAM_TYPE,
        "x-amzn-requestid": requestId,
        "x-amz-executed-version": "$LATEST",
      },
    });
  }
}

/** What the last message says of an invocation. */
function completion(
  { errorType, payload, log }: Outcome,
): Record<string, string> {
  return {
    ...(errorType !== undefined && {
      ErrorCode: errorType,
      ErrorDetails: new TextDecoder().decode(payload),
    }),
    ...(log !== undefined && { LogResult: toBase64(log) }),
  };
}

/** Refuses what a page of another site has its visitor's browser send. */
function refuseForeign(request: Request, { hostname }: URL): void {
  const origin = request.headers.get("origin");
  const host = origin === null ? hostname : URL.parse(origin)?.hostname ?? "";
  if (isLoopback(hostname) && isLoopback(host)) return;
  throw new ServiceError(
    403,
    "AccessDeniedException",
    "Cannot invoke the function: expected a request to and from this machine",
  );
}

/** Whether a name is one of this machine. */
function isLoopback(hostname: string): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\]|(?:[\w-]+\.)+localhost)$/
    .test(hostname);
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

async function readEvent(
  request: Request,
  limit: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const payload = await readBody(request, limit);
  if (payload === undefined) throw requestTooLarge(limit);
  if (payload.length === 0) return new TextEncoder().encode("{}");
  try {
    JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
    return payload;
  } catch (error) {
    throw new ServiceError(
      400,
      "InvalidRequestContentException",
      `Could not parse request body into json: ${(error as Error).message}`,
    );
  }
}

function readLogType({ headers }: Request): boolean {
  const type = headers.get("x-amz-log-type") ?? "None";
  if (type === "None" || type === "Tail") return type === "Tail";
  throw invalidValue(type, "logType", "None, Tail");
}

function readClientContext({ headers }: Request): string | undefined {
  const value = headers.get("x-amz-client-context");
  if (!value) return undefined;
  try {
    if (value.length > LIMITS.clientContext) throw new RangeError();
    const text = new TextDecoder("utf-8", { fatal: true })
      .decode(Uint8Array.fromBase64(value));
    // In one line: it goes into a header.
    return JSON.stringify(JSON.parse(text));
  } catch {
    throw new ServiceError(
      400,
      "InvalidRequestContentException",
      `Client context must be a valid Base64-encoded JSON object of at most ${LIMITS.clientContext} bytes`,
    );
  }
}

function invalidValue(
  value: string,
  field: string,
  values: string,
): ServiceError {
  return new ServiceError(
    400,
    "ValidationException",
    `1 validation error detected: Value '${value}' at '${field}' failed to satisfy constraint: Member must satisfy enum value set: [${values}]`,
  );
}

function toBase64(text: string): string {
  return new TextEncoder().encode(text).toBase64();
}
