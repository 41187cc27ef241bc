// Copyright 2026 the Toukon Lambda authors. MIT license.

import { satisfies, type StdPackage } from "./packages.ts";

/**
 * Whether a registry that speaks JSR's protocol offers all the packages. One
 * that answers with an HTTP error, with something else than JSR's metadata or
 * too late does not.
 *
 * @param packages What to ask for, all at once.
 * @param url The registry's base URL.
 * @param timeoutMs How long all answers together may take.
 */
export async function offers(
  packages: StdPackage[],
  url: string,
  timeoutMs: number,
): Promise<boolean> {
  const signal = AbortSignal.timeout(timeoutMs);
  const answers = await Promise.allSettled(
    packages.map((item) => offersOne(item, url, signal)),
  );
  return answers.every((answer) =>
    answer.status === "fulfilled" && answer.value
  );
}

async function offersOne(
  { name, version }: StdPackage,
  url: string,
  signal: AbortSignal,
): Promise<boolean> {
  const response = await fetch(new URL(`@std/${name}/meta.json`, url), {
    signal,
  });
  if (!response.ok) {
    await response.body?.cancel();
    return false;
  }
  const meta = await response.json();
  return Object.keys(meta.versions).some((offered) =>
    satisfies(offered, version)
  );
}
