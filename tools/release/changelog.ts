// Copyright 2026 the Toukon Lambda authors. MIT license.

/** A changelog with a release. */
export interface ReleasedChangelog {
  readonly text: string;
  /** What it says about the release, without the heading. */
  readonly notes: string;
}

const HEADING = /^## (?:Unreleased|\d+\.\d+\.\d+ \(unreleased\))$/gm;

/**
 * Gives the unreleased part of a changelog its version and its day.
 *
 * @param text The changelog.
 * @param version The version, such as `"0.2.0"`.
 * @param day The day, such as `"2026-05-31"`.
 * @throws {SyntaxError} If there is no such part, or nothing in it.
 */
export function withRelease(
  text: string,
  version: string,
  day: string,
): ReleasedChangelog {
  const matches = [...text.matchAll(HEADING)];
  if (matches.length !== 1) {
    throw new SyntaxError(
      `Found ${matches.length} unreleased headings in CHANGELOG.md: expected ` +
        `one line "## Unreleased" or "## 1.2.3 (unreleased)" over what is new`,
    );
  }
  const [{ 0: heading, index }] = matches;
  const rest = text.slice(index + heading.length);
  const [entries] = rest.split(/^## /m, 1);
  if (entries.trim() === "") {
    throw new SyntaxError(
      `Found nothing under "${heading}" in CHANGELOG.md: expected a line for ` +
        `each change that users notice`,
    );
  }
  return {
    text: `${text.slice(0, index)}## ${version} (${day})${rest}`,
    notes: entries.trim(),
  };
}
