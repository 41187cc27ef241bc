// Copyright 2026 the Toukon Lambda authors. MIT license.

const REDIRECTS = [301, 302, 303, 307, 308];
const MAX_REDIRECTS = 20;
/** What another origin is not told. */
const OF_ORIGIN = ["authorization", "cookie", "proxy-authorization"];
/** What a request without a body does not have. */
const OF_BODY = [
  "content-encoding",
  "content-language",
  "content-length",
  "content-location",
  "content-type",
];

/**
 * Sends a request, and those that it is redirected to, one by one: `fetch()`
 * would send its headers to whatever host it is redirected to.
 *
 * @param send Sends one of them.
 * @param init Has the HTTP client, where it is not Deno's own.
 * @throws {TypeError} If there are too many, or one leads away from HTTP.
 */
export async function followRedirects(
  request: Request,
  send: (request: Request) => Promise<Response>,
  init: RequestInit & { client?: Deno.HttpClient } = {},
): Promise<Response> {
  if (request.redirect !== "follow") return await send(request);
  let next = request;
  for (let count = 0; count <= MAX_REDIRECTS; count++) {
    // The body of a request can be read once.
    const spare = next.body ? next.clone() : undefined;
    const response = await send(new Request(next, { redirect: "manual" }));
    const location = REDIRECTS.includes(response.status)
      ? response.headers.get("location")
      : null;
    if (location === null) {
      spare?.body?.cancel().catch(() => {});
      return count === 0 ? response : asRedirected(response);
    }
    await response.body?.cancel();
    next = toNext(spare ?? next, response.status, location, init.client);
  }
  throw new TypeError(
    `Cannot fetch "${request.url}": expected at most ${MAX_REDIRECTS} redirects`,
  );
}

function asRedirected(response: Response): Response {
  return Object.defineProperty(response, "redirected", { value: true });
}

/** Makes the request that a redirect leads to, as the Fetch standard has it. */
function toNext(
  request: Request,
  status: number,
  location: string,
  client: Deno.HttpClient | undefined,
): Request {
  const from = new URL(request.url);
  const to = new URL(location, from);
  if (!/^https?:$/.test(to.protocol)) {
    throw new TypeError(
      `Cannot fetch: expected a redirect to http: or https:, found "${to.protocol}"`,
    );
  }
  const { method } = request;
  const headers = new Headers(request.headers);
  const isGet = status === 303
    ? method !== "HEAD"
    : status <= 302 && method === "POST";
  const dropped = [
    ...(isGet ? OF_BODY : []),
    ...(to.origin === from.origin ? [] : OF_ORIGIN),
  ];
  for (const name of dropped) headers.delete(name);
  if (isGet) request.body?.cancel().catch(() => {});
  return new Request(to, {
    method: isGet ? "GET" : method,
    headers,
    body: isGet ? null : request.body,
    signal: request.signal,
    ...(client && { client }),
  });
}
