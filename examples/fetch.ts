// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Answers HTTP requests, here as under `deno serve examples/fetch.ts`.
 *
 * deno task dev --handler examples/fetch.ts --event examples/events/get_note.json
 */

type Answer = (
  groups: Record<string, string | undefined>,
  request: Request,
) => Response | Promise<Response>;

const notes = new Map([["1", "闘魂"]]);

const ROUTES: [method: string, pattern: URLPattern, answer: Answer][] = [
  ["GET", new URLPattern({ pathname: "/notes/:id" }), getNote],
  ["PUT", new URLPattern({ pathname: "/notes/:id" }), putNote],
];

export default {
  async fetch(request: Request): Promise<Response> {
    for (const [method, pattern, answer] of ROUTES) {
      const match = pattern.exec(request.url);
      if (match && method === request.method) {
        return await answer(match.pathname.groups, request);
      }
    }
    const { pathname } = new URL(request.url);
    const message = `No route for ${request.method} ${pathname}`;
    return Response.json({ message }, { status: 404 });
  },
};

function getNote({ id = "" }: Record<string, string | undefined>): Response {
  const text = notes.get(id);
  if (text === undefined) {
    return Response.json({ message: `No note ${id}` }, { status: 404 });
  }
  return Response.json({ id, text });
}

/** Keeps a note for as long as the environment lives. */
async function putNote(
  { id = "" }: Record<string, string | undefined>,
  request: Request,
): Promise<Response> {
  const text = await request.text();
  notes.set(id, text);
  return Response.json({ id, text }, { status: 201 });
}
