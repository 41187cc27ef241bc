// Copyright 2026 the Toukon Lambda authors. MIT license.

import { git } from "../git.ts";
import {
  checkVersions,
  rangeOf,
  readVersions,
  writeVersions,
} from "../versions/versions.ts";
import { withRelease } from "./changelog.ts";
import { isAfter, nextVersion } from "./next_version.ts";

/** What keeps a release from being made, and what to do about it. */
export class ReleaseError extends Error {
  override readonly name = "ReleaseError";
}

/** Options for {@linkcode planRelease}. */
export interface ReleaseOptions {
  /** The version; what the commits ask for if there is none. */
  readonly version?: string;
  /** The day of the release, such as `"2026-05-31"`. */
  readonly day: string;
}

/** A release as it would be. */
export interface Release {
  readonly version: string;
  /** The tag of the release before, if there was one. */
  readonly previous: string | undefined;
  /** The subjects of the commits since then, the newest first. */
  readonly subjects: readonly string[];
  /** What the changelog says about it. */
  readonly notes: string;
  /** The texts of the files that name the version, by their paths. */
  readonly files: ReadonlyMap<string, string>;
}

const FORM = /^\d+\.\d+\.\d+$/;

/**
 * Finds out what a release would be; changes nothing.
 *
 * @throws {ReleaseError} If there is something in its way.
 * @throws {SyntaxError} If a file does not have what it should.
 * @throws {GitError} If git fails.
 */
export function planRelease(root: string, options: ReleaseOptions): Release {
  const { day } = options;
  assertReady(root);
  const previous = previousTag(root);
  const range = previous === undefined ? "HEAD" : `${previous}..HEAD`;
  const messages = git(root, "log", "--no-merges", "-z", "--format=%B", range)
    .split("\0").filter((message) => message !== "");
  const version = options.version ?? versionOf(root, previous, messages);
  assertFree(root, version, previous);
  const read = (path: string) => Deno.readTextFileSync(`${root}/${path}`);
  const { text, notes } = withRelease(read("CHANGELOG.md"), version, day);
  const files = new Map([
    ["deno.json", withVersion(read, "deno.json", /"version": "/, version)],
    [
      "runtime/version.ts",
      withVersion(read, "runtime/version.ts", /\bVERSION = "/, version),
    ],
    ["CHANGELOG.md", text],
  ]);
  const subjects = messages.map((message) => message.split("\n", 1)[0]);
  return { version, previous, subjects, notes, files };
}

/**
 * Writes the files of a release, commits them and tags that. If one of these
 * fails, all is as it was.
 *
 * @throws {GitError} If git fails, such as for a person without a name.
 */
export function makeRelease(root: string, release: Release): void {
  const { version, notes, files } = release;
  const before = git(root, "rev-parse", "HEAD");
  try {
    for (const [path, text] of files) {
      Deno.writeTextFileSync(`${root}/${path}`, text);
    }
    const versions = { ...readVersions(root), range: rangeOf(version) };
    writeVersions(root, versions);
    git(root, "commit", "--quiet", "--all", "-m", `chore(release): ${version}`);
    const message = `Version ${version}\n\n${notes}`;
    git(root, "tag", "--annotate", `v${version}`, "-m", message);
  } catch (error) {
    // Nothing is lost: the tree had no changes.
    git(root, "reset", "--quiet", "--hard", before);
    throw error;
  }
}

function assertReady(root: string): void {
  const branch = git(root, "branch", "--show-current");
  if (branch !== "main") {
    throw new ReleaseError(
      `Found the branch "${branch}", expected "main": ` +
        `releases are made there, after "git switch main"`,
    );
  }
  const changes = git(root, "status", "--porcelain");
  if (changes !== "") {
    throw new ReleaseError(
      `Found changes that are not committed, expected none; ` +
        `commit or remove them:\n${changes}`,
    );
  }
  if (git(root, "rev-parse", "--is-shallow-repository") === "true") {
    throw new ReleaseError(
      `Found a part of the history, expected all of it: ` +
        `run "git fetch --unshallow --tags"`,
    );
  }
  const [difference] = checkVersions(root, readVersions(root)).differences;
  if (difference !== undefined) {
    const { path, line, found, expected } = difference;
    throw new ReleaseError(
      `Found ${found} in ${path}:${line}, expected ${expected ?? "no image"} ` +
        `as in tools/versions/versions.json; run "deno task versions"`,
    );
  }
}

/** The tag of the last release; tags of other forms are somebody else's. */
function previousTag(root: string): string | undefined {
  const tags = git(root, "tag", "--merged", "HEAD", "--list", "v*")
    .split("\n")
    .filter((tag) => FORM.test(tag.slice(1)));
  return tags.sort((a, b) => isAfter(a.slice(1), b.slice(1)) ? -1 : 1)[0];
}

/** The first release is the version that deno.json has. */
function versionOf(
  root: string,
  previous: string | undefined,
  messages: readonly string[],
): string {
  if (previous === undefined) {
    return JSON.parse(Deno.readTextFileSync(`${root}/deno.json`)).version;
  }
  const version = nextVersion(previous.slice(1), messages);
  if (version === undefined) {
    throw new ReleaseError(
      `Found no commit since ${previous} that users notice, expected a ` +
        `"feat", a "fix" or the like; name the version with --version X.Y.Z ` +
        `to release it still`,
    );
  }
  return version;
}

function assertFree(
  root: string,
  version: string,
  previous: string | undefined,
): void {
  if (!FORM.test(version)) {
    throw new ReleaseError(
      `Cannot release "${version}": expected a version such as "1.2.3"`,
    );
  }
  if (previous !== undefined && !isAfter(version, previous.slice(1))) {
    throw new ReleaseError(
      `Cannot release ${version}: expected a version after ${previous}`,
    );
  }
  if (git(root, "tag", "--list", `v${version}`) !== "") {
    throw new ReleaseError(
      `Cannot release ${version}: the tag v${version} is on another branch; ` +
        `expected a version that has none`,
    );
  }
}

/** The text of a file, with another version after what leads to it. */
function withVersion(
  read: (path: string) => string,
  path: string,
  lead: RegExp,
  version: string,
): string {
  const text = read(path);
  const form = new RegExp(`(?<=${lead.source})[^"]+`);
  if (!form.test(text)) {
    throw new SyntaxError(
      `Found no version in ${path}: expected one after ${lead}`,
    );
  }
  return text.replace(form, version);
}
