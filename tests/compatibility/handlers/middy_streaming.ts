import type { Case } from "../case.ts";
import { urlEvent } from "../events.ts";
import middy from "@middy/core";
import { executionModeStreamifyResponse } from "@middy/core/StreamifyResponse";
import { Readable } from "node:stream";

export const handler = middy({ executionMode: executionModeStreamifyResponse })
  .handler(() => ({
    statusCode: 201,
    headers: { "content-type": "text/plain" },
    body: Readable.from(["3", "2", "1"]),
  }));

export const test: Case = {
  invoked: "a function URL that streams, in its mode `StreamifyResponse`",
  event: urlEvent("GET", "/"),
  answer: {
    statusCode: 201,
    headers: { "content-type": "text/plain" },
    body: "321",
  },
};
