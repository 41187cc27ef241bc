// Copyright 2026 the Toukon Lambda authors. MIT license.

/** The encodings that `fetch()` of Deno decodes, in lower case. */
const DECODED_ENCODINGS = new Set(["br", "gzip"]);

/**
 * Gives the headers that describe the body of a response as it is now.
 *
 * `fetch()` decodes a body and keeps the headers as they came. They say that
 * the body is still encoded, and how long it was.
 */
export function headersOf(response: Response): Headers {
  const { headers } = response;
  if (!isDecoded(response)) return headers;
  const own = new Headers(headers);
  own.delete("content-encoding");
  own.delete("content-length");
  return own;
}

function isDecoded(response: Response): boolean {
  const encoding = response.headers.get("content-encoding");
  if (encoding === null) return false;
  // Only what a fetch() gave has a URL.
  return Boolean(response.url) &&
    DECODED_ENCODINGS.has(encoding.toLowerCase()) &&
    (decodedFlag(response) ?? true);
}

/**
 * Reads whether Deno has decoded the body, which it notes in the response for
 * `Deno.serve`, and tells in no other way: asked for `identity` or for a range,
 * it leaves an encoded body as it is. A Deno without the note gives undefined.
 */
function decodedFlag(response: Response): boolean | undefined {
  for (const symbol of Object.getOwnPropertySymbols(response)) {
    if (symbol.description !== "response") continue;
    const { bodyDecoded } =
      (response as unknown as Record<symbol, { bodyDecoded?: unknown }>)[
        symbol
      ];
    if (typeof bodyDecoded === "boolean") return bodyDecoded;
  }
  return undefined;
}
