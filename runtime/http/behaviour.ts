// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { AnyBehaviour, FetchHandler } from "../handler/behaviour.ts";
import type { Config } from "../config.ts";
import type { Context } from "../handler/context.ts";
import { RuntimeError } from "../failure/errors.ts";
import { respond, toHandler } from "./adapter.ts";
import { canStream, type HttpEvent, isHttpEvent } from "./event.ts";
import { eventSource } from "./event_source.ts";
import { ResponseStream } from "./response_stream.ts";
import { cancelBody, checkSendable } from "./result.ts";

/** The part of the configuration that is about HTTP. */
export type HttpConfig = Pick<
  Config,
  "basePath" | "textTypes" | "invokeMode" | "passThroughPath"
>;

/**
 * Makes a behaviour of a handler with `fetch`: HTTP events go there, any other
 * event to `handleEvent`, else to the path that is configured for them.
 */
export function toHttpBehaviour(
  { fetch, handleEvent, ...lifecycle }: FetchHandler,
  { basePath, textTypes, invokeMode, passThroughPath }: HttpConfig,
): AnyBehaviour {
  const answer = toHandler(fetch, { basePath, textTypes });
  const isStreaming = invokeMode === "RESPONSE_STREAM";
  return {
    ...lifecycle,
    handleEvent(event: unknown, context: Context) {
      if (isHttpEvent(event)) {
        return isStreaming && canStream(event)
          ? answerAsStream(fetch, event, context, basePath)
          : answer(event, context);
      }
      if (handleEvent) return handleEvent(event, context);
      if (passThroughPath === undefined) return answer(event, context);
      return passThrough(fetch, event, context, passThroughPath);
    },
  };
}

async function answerAsStream(
  fetch: FetchHandler["fetch"],
  event: HttpEvent,
  context: Context,
  basePath: string,
): Promise<ResponseStream> {
  const sent = Promise.withResolvers<void>();
  // Whoever does not wait for it must not fail for it.
  sent.promise.catch(() => {});
  try {
    const completed = sent.promise;
    const options = { basePath, completed };
    const response = await respond(fetch, event, context, options);
    try {
      return new ResponseStream(response, event, sent);
    } catch (error) {
      cancelBody(response, error);
      throw error;
    }
  } catch (error) {
    sent.reject(error);
    throw error;
  }
}

/** Posts an event that is no HTTP request as JSON; the answer is the reply. */
async function passThrough(
  fetch: FetchHandler["fetch"],
  event: unknown,
  context: Context,
  path: string,
): Promise<unknown> {
  const read = Promise.withResolvers<void>();
  // Whoever does not wait for it must not fail for it.
  read.promise.catch(() => {});
  try {
    const reply = await post(fetch, event, context, path, read.promise);
    read.resolve();
    return reply;
  } catch (error) {
    read.reject(error);
    throw error;
  }
}

async function post(
  fetch: FetchHandler["fetch"],
  event: unknown,
  context: Context,
  path: string,
  completed: Promise<void>,
): Promise<unknown> {
  const headers = new Headers({ "content-type": "application/json" });
  if (context.traceId) headers.set("x-amzn-trace-id", context.traceId);
  const request = new Request(`http://localhost${path}`, {
    method: "POST",
    headers,
    body: JSON.stringify(event),
    signal: context.signal,
  });
  const response = await fetch(request, {
    remoteAddr: { transport: "tcp", hostname: "", port: 0 },
    completed,
    lambda: { event: event as HttpEvent, context },
  });
  checkSendable(response);
  if (!response.ok) {
    cancelBody(response);
    // Lambda tries again, or keeps the event, only where the invocation fails.
    throw refusal(
      event,
      path,
      `with status ${response.status}, expected 200 to 299`,
    );
  }
  const text = await response.text();
  if (text === "") return null;
  const isJson = /^application\/(?:[^;]*\+)?json\b/i
    .test(response.headers.get("content-type") ?? "");
  if (!isJson) return text;
  try {
    return JSON.parse(text);
  } catch {
    throw refusal(
      event,
      path,
      "with what is not the JSON that its content-type says",
    );
  }
}

function refusal(event: unknown, path: string, problem: string): RuntimeError {
  return new RuntimeError(
    "Function.EventRefused",
    `Cannot handle an event from "${
      eventSource(event)
    }": fetch answered POST ${path} ${problem}`,
  );
}
