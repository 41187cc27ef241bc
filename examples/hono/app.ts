// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * A Hono app, which needs no adapter: it has a `fetch` method.
 *
 * deno task --cwd examples/hono dev --event ../events/get_note.json
 */

import type { HttpInfo } from "@toukon/lambda";
import { Hono } from "hono";

// What Hono calls bindings is the second argument of fetch: on Lambda it has
// the event and the context, under `deno serve` it does not.
const app = new Hono<{ Bindings: Partial<HttpInfo> }>();
const notes = new Map([["1", "闘魂"]]);

app.get("/notes/:id", (c) => {
  const id = c.req.param("id");
  const text = notes.get(id);
  if (text === undefined) return c.json({ message: `No note ${id}` }, 404);
  return c.json({ id, text, functionName: functionName(c.env) });
});

/** Keeps a note for as long as the environment lives. */
app.put("/notes/:id", async (c) => {
  const id = c.req.param("id");
  const text = await c.req.text();
  notes.set(id, text);
  return c.json({ id, text }, 201);
});

function functionName(info: Partial<HttpInfo>): string {
  return info.lambda?.context.functionName ?? "none";
}

export default app;
