// Copyright 2026 the Toukon Lambda authors. MIT license.

/** How much a version is raised; `"none"` is for what users do not notice. */
export type Bump = "major" | "minor" | "patch" | "none";

/** Types of commits that change nothing in what users run. */
const UNNOTICED = ["bench", "build", "chore", "ci", "docs", "style", "test"];

const SUBJECT = /^(?<type>[a-z]+)(?:\([^)]*\))?(?<breaking>!)?: ./;

/**
 * How much the message of a commit raises the version from 1.0.0 on. A message
 * of another form than `type(scope): text` counts as a fix, so that no change
 * goes unnoticed.
 */
export function bumpOf(message: string): Bump {
  const groups = message.match(SUBJECT)?.groups;
  if (/^BREAKING[ -]CHANGE: /m.test(message)) return "major";
  if (groups === undefined) return "patch";
  if (groups.breaking !== undefined) return "major";
  if (groups.type === "feat") return "minor";
  return UNNOTICED.includes(groups.type) ? "none" : "patch";
}

/**
 * The version after `version` with these commits. Under 1.0.0 a change that
 * breaks something raises the second number, as a feature does: `^0.1` takes no
 * `0.2` in. Only a person decides on 1.0.0.
 *
 * @returns The version, or `undefined` if no commit asks for one.
 */
export function nextVersion(
  version: string,
  messages: readonly string[],
): string | undefined {
  const bumps = new Set(messages.map(bumpOf));
  const [major, minor, patch] = version.split(".").map(Number);
  if (bumps.has("major") && major > 0) return `${major + 1}.0.0`;
  if (bumps.has("major") || bumps.has("minor")) {
    return `${major}.${minor + 1}.0`;
  }
  return bumps.has("patch") ? `${major}.${minor}.${patch + 1}` : undefined;
}

/** Whether a version comes after another one; both are of the form 1.2.3. */
export function isAfter(version: string, other: string): boolean {
  const [a, b] = [version, other].map((it) => it.split(".").map(Number));
  const i = a.findIndex((number, index) => number !== b[index]);
  return i >= 0 && a[i] > b[i];
}
