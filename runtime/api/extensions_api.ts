// Copyright 2026 the Toukon Lambda authors. MIT license.

import { NAME } from "../version.ts";
import { fetch, USER_AGENT } from "./fetch.ts";

const EXTENSION_NAME = `${NAME}-shutdown`;

/**
 * Registers an extension that wants no events. Lambda sends SIGTERM only to
 * environments that have an extension.
 *
 * @param host The host and the port of the Runtime API.
 * @param client The client that connects there.
 * @see {@link https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html}
 */
export async function registerExtension(
  host: string,
  client: Deno.HttpClient,
): Promise<void> {
  const url = `http://${host}/2020-01-01/extension/`;
  const response = await fetch(`${url}register`, {
    client,
    method: "POST",
    headers: {
      "user-agent": USER_AGENT,
      "lambda-extension-name": EXTENSION_NAME,
    },
    body: `{"events":[]}`,
  });
  await response.body?.cancel();
  const id = response.headers.get("lambda-extension-identifier");
  if (!response.ok || !id) {
    throw new Error(
      `Cannot register the extension that makes SIGTERM arrive: status ${response.status}`,
    );
  }
  // Init ends when every extension has asked for its next event. This one is
  // never sent any, so the request stays open.
  fetch(`${url}event/next`, {
    client,
    headers: { "user-agent": USER_AGENT, "lambda-extension-identifier": id },
  }).then((response) => response.body?.cancel()).catch(() => {});
}
