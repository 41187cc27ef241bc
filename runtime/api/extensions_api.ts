// Copyright 2026 the Toukon Lambda authors. MIT license.

import { NAME } from "../version.ts";
import { USER_AGENT } from "./fetch.ts";
import type { Transport } from "./transport.ts";

const EXTENSION_PATH = "/2020-01-01/extension/";
const EXTENSION_NAME = `${NAME}-shutdown`;

/**
 * Registers an extension that wants no events. Lambda sends SIGTERM only to
 * environments that have an extension.
 *
 * @see {@link https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html}
 */
export async function registerExtension(transport: Transport): Promise<void> {
  const { status, headers } = await transport.send(
    "POST",
    `${EXTENSION_PATH}register`,
    [["user-agent", USER_AGENT], ["lambda-extension-name", EXTENSION_NAME]],
    `{"events":[]}`,
  );
  const id = headers.get("lambda-extension-identifier");
  if (!id) {
    throw new Error(
      `Cannot register the extension that makes SIGTERM arrive: status ${status}`,
    );
  }
  // Init ends when every extension has asked for its next event. This one is
  // never sent any, so the request stays open.
  transport.send("GET", `${EXTENSION_PATH}event/next`, [
    ["user-agent", USER_AGENT],
    ["lambda-extension-identifier", id],
  ]).catch(() => {});
}
