// Copyright 2026 the Toukon Lambda authors. MIT license.

/** What an error of Deno's says is not granted. */
export interface MissingPermission {
  /** The kind of the permission, such as `env`; a key of permission sets. */
  kind: string;
  /** What it would have to hold for; everything of the kind if undefined. */
  value: string | undefined;
}

/** Reads what is missing from the message of a `NotCapable`. */
export function toMissingPermission(
  message: string,
): MissingPermission | undefined {
  const [, kind, value] =
    /^Requires (\w+) access(?: to "(.+?)")?, run again with the --allow-/
      .exec(message) ?? [];
  return kind === undefined ? undefined : { kind, value };
}

/**
 * Adds to the message of a `NotCapable` which key of deno.json grants it: the
 * flags that Deno speaks of are those that a build has made of that file.
 */
export function withAdvice(message: string): string {
  const missing = toMissingPermission(message);
  if (missing === undefined) return message;
  const { kind, value } = missing;
  const grant = value === undefined
    ? `"${kind}": true to`
    : `${JSON.stringify(value)} to "${kind}" in`;
  return `${message}. For a built function, add ${grant} "permissions.default" of deno.json and build again; for a local run, "permissions.dev"`;
}
