import type { Case } from "../case.ts";
import { urlEvent } from "../events.ts";
import { Hono } from "hono";
import { streamHandle } from "hono/aws-lambda";
import { streamText } from "hono/streaming";

const app = new Hono();
app.get("/count", (c) => {
  c.header("x-count", "3");
  return streamText(c, async (stream) => {
    for (const count of [3, 2, 1]) await stream.writeln(String(count));
  });
});

export const handler = streamHandle(app);

export const test: Case = {
  invoked: "a function URL that streams, answered by `streamHandle`",
  event: urlEvent("GET", "/count"),
  answer: { statusCode: 200, body: "3\n2\n1\n" },
};
