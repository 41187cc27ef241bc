// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Reads one variable of the environment. */
export type ReadVariable = (name: string) => string | undefined;

/**
 * Reads variables for calls of a service, with the region of the function, and
 * with credentials for services on this machine, which take any.
 */
export function serviceEnv(env: ReadVariable, region: string): ReadVariable {
  const own: Record<string, string> = {
    AWS_ACCESS_KEY_ID: "local",
    AWS_REGION: region,
    AWS_SECRET_ACCESS_KEY: "local",
  };
  const hasCredentials = Boolean(
    env("AWS_ACCESS_KEY_ID") || env("AWS_CONTAINER_CREDENTIALS_FULL_URI"),
  );
  return (name) => {
    const value = env(name);
    if (value || hasCredentials && name !== "AWS_REGION") return value;
    return own[name];
  };
}
