// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { AnyBehaviour, FetchHandler } from "../handler/behaviour.ts";
import type { Config } from "../config.ts";
import type { Context } from "../handler/context.ts";
import { RuntimeError } from "../failure/errors.ts";
import { respond, toHandler, withCompletion } from "./adapter.ts";
import { canStream, type HttpEvent, isHttpEvent } from "./event.ts";
import { eventSource } from "./event_source.ts";
import { ResponseStream } from "./response_stream.ts";
import { cancelBody, checkSendable } from "./result.ts";

/** The keys of the configuration that are about HTTP. */
export type HttpConfig = Pick<
  Config,
  "basePath" | "textTypes" | "invokeMode" | "passThroughPath"
>;

/**
 * Makes a behaviour of a handler with `fetch`. It passes HTTP events to `fetch`
 * and others to `handleEvent`; where there is none, `fetch` gets them posted to
 * the path that is configured for them.
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

/** Answers as a stream, at whose end the completion settles. */
function answerAsStream(
  fetch: FetchHandler["fetch"],
  event: HttpEvent,
  context: Context,
  basePath: string,
): Promise<ResponseStream> {
  return withCompletion(async (completion) => {
    const response = await respond(fetch, event, context, {
      basePath,
      completed: completion.promise,
    });
    try {
      return new ResponseStream(response, event, completion);
    } catch (error) {
      cancelBody(response, error);
      throw error;
    }
  });
}

/** Posts an event that is no HTTP request as JSON; the answer is the reply. */
function passThrough(
  fetch: FetchHandler["fetch"],
  event: unknown,
  context: Context,
  path: string,
): Promise<unknown> {
  return withCompletion(async ({ promise, resolve }) => {
    const reply = await post(fetch, event, context, path, promise);
    resolve();
    return reply;
  });
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
    // Lambda retries or keeps the event only if the invocation fails.
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
