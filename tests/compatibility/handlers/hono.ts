import type { Case } from "../case.ts";
import { urlEvent } from "../events.ts";
import { Hono } from "hono";

const app = new Hono();
app.get("/hello/:name", (c) => c.json({ hello: c.req.param("name") }));

export default app;

export const test: Case = {
  invoked: "a function URL, answered by `fetch`",
  event: urlEvent("GET", "/hello/Deno"),
  answer: { statusCode: 200, body: '{"hello":"Deno"}' },
};
