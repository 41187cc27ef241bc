// Copyright 2026 the Toukon Lambda authors. MIT license.

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  png: "image/png",
  svg: "image/svg+xml",
};

/** Serves the files of a folder on a free port of this machine. */
export function serveSite(
  folder: string,
): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async ({ url }) => {
      // A URL has no dot segments, so that it cannot leave the folder; one that
      // is escaped would come back as one.
      const path = decodeURI(new URL(url).pathname).replace(
        /\/$/,
        "/index.html",
      );
      if (/%|\.\.|\\/.test(path)) return new Response(null, { status: 400 });
      const type = CONTENT_TYPES[path.slice(path.lastIndexOf(".") + 1)];
      try {
        const bytes = await Deno.readFile(folder + path);
        return new Response(bytes, {
          headers: { "content-type": type ?? "application/octet-stream" },
        });
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
        return new Response("Not found", { status: 404 });
      }
    },
  );
}
