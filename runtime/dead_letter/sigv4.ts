// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Identifies a caller to AWS. */
export interface Credentials {
  /** The access key id, which is sent with each request. */
  readonly accessKeyId: string;
  /** The secret that signs, and is never sent. */
  readonly secretAccessKey: string;
  /** The token of temporary credentials, which is sent with each request. */
  readonly sessionToken?: string;
}

/** A request to sign. */
export interface UnsignedRequest {
  /** The HTTP method, in capitals. */
  readonly method: string;
  /** Where the request goes. */
  readonly url: URL;
  /** The headers to sign and to send, by name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The whole body; the empty string when there is none. */
  readonly body: string;
}

/** Options for {@linkcode signRequest}. */
export interface SignRequestOptions {
  /** The credentials of the caller that signs. */
  readonly credentials: Credentials;
  /** The region of the service, such as `us-east-1`. */
  readonly region: string;
  /** The service's name in signatures, such as `sqs`. */
  readonly service: string;
  /** The time of the signature. AWS refuses the request some minutes later. */
  readonly date: Date;
}

const ALGORITHM = "AWS4-HMAC-SHA256";
const encoder = new TextEncoder();

/**
 * Signs a request with AWS Signature Version 4, on WebCrypto.
 *
 * The signature covers all headers given, `Host` and the date. The path is
 * encoded twice, as every service but S3 expects it.
 *
 * @param request The request.
 * @param options Who signs it, when, and for which service.
 * @returns The headers to send: those given, `x-amz-date`, `authorization`, and
 * `x-amz-security-token` with temporary credentials. `fetch` adds `Host`.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html}
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 *
 * const headers = await signRequest({
 *   method: "GET",
 *   url: new URL("https://example.amazonaws.com/"),
 *   headers: {},
 *   body: "",
 * }, {
 *   credentials: {
 *     accessKeyId: "AKIDEXAMPLE",
 *     secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
 *   },
 *   region: "us-east-1",
 *   service: "service",
 *   date: new Date("2015-08-30T12:36:00Z"),
 * });
 * assertEquals(headers.get("x-amz-date"), "20150830T123600Z");
 * assertEquals(
 *   headers.get("authorization"),
 *   "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
 * );
 * ```
 */
export async function signRequest(
  request: UnsignedRequest,
  options: SignRequestOptions,
): Promise<Headers> {
  const { credentials, region, service } = options;
  const time = options.date.toISOString().replace(/[-:]|\.\d+/g, "");
  const day = time.slice(0, 8);
  const scopeParts = [day, region, service, "aws4_request"];
  const scope = scopeParts.join("/");

  const headers = new Headers(request.headers);
  headers.set("x-amz-date", time);
  if (credentials.sessionToken) {
    headers.set("x-amz-security-token", credentials.sessionToken);
  }
  const signed = new Headers(headers);
  signed.set("host", request.url.host);
  const names = [...signed.keys()];

  const canonicalRequest = [
    request.method,
    canonicalPath(request.url.pathname),
    canonicalQuery(request.url.search),
    ...names.map((name) => `${name}:${canonicalValue(signed.get(name)!)}`),
    "",
    names.join(";"),
    await hash(request.body),
  ].join("\n");
  const stringToSign = [ALGORITHM, time, scope, await hash(canonicalRequest)]
    .join("\n");
  const key = await deriveSigningKey(credentials.secretAccessKey, scopeParts);
  const signature = (await hmac(key, stringToSign)).toHex();

  headers.set(
    "authorization",
    `${ALGORITHM} Credential=${credentials.accessKeyId}/${scope}, ` +
      `SignedHeaders=${names.join(";")}, Signature=${signature}`,
  );
  return headers;
}

/** Derives the key that signs one day's requests to one service. */
async function deriveSigningKey(
  secretAccessKey: string,
  scope: readonly string[],
): Promise<Uint8Array<ArrayBuffer>> {
  let key = encoder.encode("AWS4" + secretAccessKey);
  for (const part of scope) key = await hmac(key, part);
  return key;
}

function canonicalPath(pathname: string): string {
  const segments = pathname.split("/").filter((segment) => segment !== "");
  const end = segments.length > 0 && pathname.endsWith("/") ? "/" : "";
  return "/" + segments.map(encode).join("/") + end;
}

function canonicalQuery(search: string): string {
  // URLSearchParams would read "+" as a space, which AWS does not.
  return search.slice(1).split("&").filter((pair) => pair !== "")
    .map((pair) => {
      const [name, ...value] = pair.split("=");
      return [name, value.join("=")].map(decodeURIComponent).map(encode);
    })
    .sort(([nameA, valueA], [nameB, valueB]) =>
      compare(nameA, nameB) || compare(valueA, valueB)
    )
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function canonicalValue(value: string): string {
  return value.trim().replace(/ +/g, " ");
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => "%" + character.charCodeAt(0).toString(16).toUpperCase(),
  );
}

async function hash(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", encoder.encode(text));
  return new Uint8Array(digest).toHex();
}

async function hmac(
  key: Uint8Array<ArrayBuffer>,
  text: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const cryptoKey = await crypto.subtle.importKey(
    "raw",
    key,
    algorithm,
    false,
    ["sign"],
  );
  const signature = await crypto.subtle.sign(
    algorithm,
    cryptoKey,
    encoder.encode(text),
  );
  return new Uint8Array(signature);
}
