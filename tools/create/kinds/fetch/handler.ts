// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Answers HTTP requests, on Lambda as under `deno serve handler.ts`. */
export default {
  fetch(request: Request): Response {
    const { pathname, searchParams } = new URL(request.url);
    if (request.method !== "GET" || pathname !== "/hello") {
      const message = `No route for ${request.method} ${pathname}`;
      return Response.json({ message }, { status: 404 });
    }
    const name = searchParams.get("name") ?? "Deno";
    return Response.json({ message: `🔥 こんにちは、${name}さん！` });
  },
};
