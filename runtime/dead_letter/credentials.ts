// Copyright 2026 the Toukon Lambda authors. MIT license.

import { addressOf, createDirectClient, fetch } from "../api/fetch.ts";
import type { Credentials } from "./sigv4.ts";

/** Reads one variable of the environment. */
export type ReadEnv = (name: string) => string | undefined;

const FULL_URI = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const TOKEN = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
const TOKEN_FILE = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

// AWS refuses a request if its credentials expire before it arrives.
const REFRESH_BEFORE_MS = 5 * 60_000;

/**
 * Finds the credentials of the function's role, as AWS's SDKs do.
 *
 * The environment comes first: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and
 * `AWS_SESSION_TOKEN`. If it has none, as under SnapStart, the class asks the
 * endpoint of `AWS_CONTAINER_CREDENTIALS_FULL_URI`, and keeps the answer until
 * five minutes before it expires.
 *
 * @see {@link https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html}
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 *
 * const env: Record<string, string> = {
 *   AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
 *   AWS_SECRET_ACCESS_KEY: "secret",
 * };
 * const source = new CredentialSource((name) => env[name]);
 * const credentials = await source.get(AbortSignal.timeout(1_000));
 * assertEquals(credentials.accessKeyId, "AKIDEXAMPLE");
 * ```
 */
export class CredentialSource {
  readonly #env: ReadEnv;
  #kept: Credentials | undefined;
  #keepUntilMs = 0;

  /**
   * Creates a source that reads an environment.
   *
   * @param env Reads one variable of the environment.
   */
  constructor(env: ReadEnv) {
    this.#env = env;
  }

  /**
   * Gets the credentials.
   *
   * @param signal Ends the wait for the endpoint.
   * @returns The credentials.
   * @throws {Error} If there are none, or the endpoint does not give them. The
   * message never holds a secret.
   */
  async get(signal: AbortSignal): Promise<Credentials> {
    const fromEnv = readCredentials(this.#env);
    if (fromEnv) return fromEnv;
    if (this.#kept && Date.now() < this.#keepUntilMs) return this.#kept;

    const { credentials, expiresMs } = await fetchCredentials(
      this.#env,
      signal,
    );
    this.#kept = credentials;
    this.#keepUntilMs = expiresMs - REFRESH_BEFORE_MS;
    return credentials;
  }

  /** Forgets what was kept, so that the endpoint is asked again. */
  forget(): void {
    this.#kept = undefined;
  }
}

function readCredentials(env: ReadEnv): Credentials | undefined {
  const accessKeyId = env("AWS_ACCESS_KEY_ID");
  const secretAccessKey = env("AWS_SECRET_ACCESS_KEY");
  if (!accessKeyId || !secretAccessKey) return undefined;
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken: env("AWS_SESSION_TOKEN"),
  };
}

async function fetchCredentials(
  env: ReadEnv,
  signal: AbortSignal,
): Promise<{ credentials: Credentials; expiresMs: number }> {
  const uri = env(FULL_URI);
  if (!uri) {
    throw new Error(
      `Cannot find credentials: neither AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY nor ${FULL_URI} is set`,
    );
  }
  const url = parseEndpoint(uri);
  const authorization = await readToken(env, signal);
  // A proxy cannot reach this machine's own addresses, and must not see the
  // token.
  using client = url.protocol === "http:"
    ? createDirectClient(addressOf(url))
    : undefined;
  const response = await fetch(url, {
    client,
    headers: authorization ? { authorization } : {},
    redirect: "error",
    signal,
  });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(
      `Cannot get credentials: ${FULL_URI} answered with status ${response.status}`,
    );
  }
  return parseCredentials(text);
}

function parseEndpoint(uri: string): URL {
  const url = URL.parse(uri);
  if (
    url?.protocol === "https:" ||
    url?.protocol === "http:" && isOwnAddress(url.hostname)
  ) {
    return url;
  }
  throw new TypeError(
    `Cannot use ${FULL_URI}: expected an https URL, or an http URL of a loopback or link-local address, found the ${
      url ? `origin "${url.origin}"` : "text of no URL"
    }`,
  );
}

/** Whether an address is one of this machine or of the host that it runs on. */
function isOwnAddress(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" ||
    hostname === "[fd00:ec2::23]" ||
    /^(127\.\d+|169\.254)\.\d+\.\d+$/.test(hostname);
}

async function readToken(
  env: ReadEnv,
  signal: AbortSignal,
): Promise<string | undefined> {
  const path = env(TOKEN_FILE);
  const token = path
    ? (await Deno.readTextFile(path, { signal })).trim()
    : env(TOKEN);
  if (token && /[\r\n]/.test(token)) {
    throw new TypeError(
      `Cannot use ${path ? TOKEN_FILE : TOKEN}: the token holds a line break`,
    );
  }
  return token;
}

function parseCredentials(
  text: string,
): { credentials: Credentials; expiresMs: number } {
  let answer: Record<string, unknown> | null;
  try {
    answer = JSON.parse(text);
  } catch {
    // The parser's own message would quote the text, which holds secrets.
    throw new SyntaxError(`Cannot get credentials: ${FULL_URI} gave no JSON`);
  }
  const accessKeyId = answer?.AccessKeyId;
  const secretAccessKey = answer?.SecretAccessKey;
  const sessionToken = answer?.Token;
  if (
    typeof accessKeyId !== "string" || typeof secretAccessKey !== "string" ||
    typeof sessionToken !== "string"
  ) {
    throw new TypeError(
      `Cannot get credentials: ${FULL_URI} gave JSON without AccessKeyId, SecretAccessKey and Token`,
    );
  }
  const expiresMs = Date.parse(String(answer?.Expiration));
  return {
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    expiresMs: Number.isNaN(expiresMs) ? 0 : expiresMs,
  };
}
