// Copyright 2026 the Toukon Lambda authors. MIT license.

/** What the function, the stacks and the image repository can all be called. */
const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
/** What the longest name of a stack leaves to that of the function. */
const MOST_CHARACTERS = 40;
const RESERVED_ON_WINDOWS = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$/;

/** Says what is wrong with the name of a project; undefined if nothing is. */
export function problemOf(name: string): string | undefined {
  const expected =
    `expected 2 to ${MOST_CHARACTERS} lower-case letters, digits and single hyphens, beginning with a letter`;
  if (/[\\/]/.test(name) || name === "." || name === "..") {
    return `${expected}, and no path: go to the folder that it shall be in`;
  }
  if (RESERVED_ON_WINDOWS.test(name.toLowerCase())) {
    return "expected a name that Windows has not reserved for a device";
  }
  const isLong = name.length < 2 || name.length > MOST_CHARACTERS;
  if (!isLong && NAME.test(name)) return undefined;
  const similar = toSimilar(name);
  return similar === undefined ? expected : `${expected}, such as "${similar}"`;
}

/** The nearest name that will do, if there is one. */
function toSimilar(name: string): string | undefined {
  const similar = name.toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, MOST_CHARACTERS)
    .replace(/-$/, "");
  const isUsable = similar.length >= 2 && !RESERVED_ON_WINDOWS.test(similar);
  return isUsable ? similar : undefined;
}
