import type { Case } from "../case.ts";
import { urlEvent } from "../events.ts";
import { Hono } from "hono";
import { handle } from "hono/aws-lambda";

const app = new Hono();
app.get("/hello/:name", (c) => c.json({ hello: c.req.param("name") }));

export const handler = handle(app);

export const test: Case = {
  invoked: "a function URL, answered by `handle`",
  event: urlEvent("GET", "/hello/Deno"),
  answer: { statusCode: 200, body: '{"hello":"Deno"}' },
};
