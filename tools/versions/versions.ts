// Copyright 2026 the Toukon Lambda authors. MIT license.

import { git } from "../git.ts";

/** The versions that files of the project name. */
export interface Versions {
  /** Of Deno, which builds, tests and is in the images. */
  readonly deno: string;
  /** The digests of base images that have no tags with versions, by image. */
  readonly images: Readonly<Record<string, string>>;
  /** The range in which users ask for this package, such as `^0.1`. */
  readonly range: string;
}

/** A place that names another version than it should. */
export interface Difference {
  /** The path of the file from the root. */
  readonly path: string;
  /** The number of the line, from 1. */
  readonly line: number;
  readonly found: string;
  /** `undefined` for an image that versions.json does not have. */
  readonly expected: string | undefined;
}

/** What all files name, and where they differ. */
export interface Findings {
  /** How many versions were found in each file that has any. */
  readonly counts: ReadonlyMap<string, number>;
  readonly differences: readonly Difference[];
}

/** Where `deno` and `images` of {@linkcode Versions} stand. */
const SOURCE = "tools/versions/versions.json";

/** What was measured, released or made up keeps the version that it names. */
const LEFT_ALONE = /^(?:CHANGELOG\.md|bench\/results\/.*|tests\/tools\/.*)$/;

/**
 * How Deno's version is written where the current one is meant. "Measured with
 * Deno 1.2.3" is none of these: it stays true.
 */
const DENO = [
  /\bdeno@(?<found>\d+\.\d+\.\d+)/dg,
  /\bdenoland\/deno:(?:[a-z]+-)?(?<found>\d+\.\d+\.\d+)/dg,
  /\bDENO_VERSION: "(?<found>\d+\.\d+\.\d+)"/dg,
  /\/getting_started\/installation\/\)\s+(?<found>\d+\.\d+\.\d+)/dg,
  /\bDeno\s+(?<found>\d+\.\d+\.\d+)\s+(?:or\s+(?:later|newer)|以降)/dg,
];
const DENO_MINOR = /\bYou need Deno (?<found>\d+\.\d+)\b/dg;
const IMAGE =
  /(?<image>[\w./-]+\/[\w./-]+:[\w.-]+)@(?<found>sha256:[0-9a-f]{64})/dg;
const RANGE = /\bjsr:@toukon\/lambda@(?<found>\^\d+(?:\.\d+)*)/dg;

/**
 * Reads the versions that the project's files should name.
 *
 * @throws {SyntaxError} If one is not of its form.
 */
export function readVersions(root: string): Versions {
  const { deno, images } = JSON.parse(
    Deno.readTextFileSync(`${root}/${SOURCE}`),
  );
  assertForm(deno, /^\d+\.\d+\.\d+$/, "1.2.3");
  for (const digest of Object.values(images)) {
    assertForm(digest, /^sha256:[0-9a-f]{64}$/, "sha256: and 64 digits");
  }
  const { version } = JSON.parse(Deno.readTextFileSync(`${root}/deno.json`));
  return { deno, images, range: rangeOf(version) };
}

function assertForm(value: unknown, form: RegExp, example: string): void {
  if (typeof value === "string" && form.test(value)) return;
  throw new SyntaxError(
    `Cannot use ${JSON.stringify(value)} in ${SOURCE}: expected ${example}`,
  );
}

/** The range in which a version and those that are compatible with it are. */
export function rangeOf(version: string): string {
  return `^${version.split(".").slice(0, 2).join(".")}`;
}

/**
 * Compares what the files that git knows name with what they should.
 *
 * @throws {GitError} If the folder is no repository.
 */
export function checkVersions(root: string, versions: Versions): Findings {
  const counts = new Map<string, number>();
  const differences: Difference[] = [];
  for (const path of filesOf(root)) {
    const text = Deno.readTextFileSync(`${root}/${path}`);
    const mentions = mentionsIn(text, versions);
    if (mentions.length > 0) counts.set(path, mentions.length);
    for (const { at, found, expected } of mentions) {
      if (found === expected) continue;
      const line = text.slice(0, at).split("\n").length;
      differences.push({ path, line, found, expected });
    }
  }
  return { counts, differences };
}

/**
 * Writes the versions into every file that names others.
 *
 * @returns The paths of the files that have changed.
 * @throws {GitError} If the folder is no repository.
 */
export function writeVersions(root: string, versions: Versions): string[] {
  const changed = [];
  for (const path of filesOf(root)) {
    const text = Deno.readTextFileSync(`${root}/${path}`);
    const next = withVersions(text, versions);
    if (next === text) continue;
    Deno.writeTextFileSync(`${root}/${path}`, next);
    changed.push(path);
  }
  return changed;
}

function withVersions(text: string, versions: Versions): string {
  let next = "";
  let end = 0;
  for (const { at, found, expected } of mentionsIn(text, versions)) {
    next += text.slice(end, at) + (expected ?? found);
    end = at + found.length;
  }
  return next + text.slice(end);
}

/** A version that a text names. */
interface Mention {
  /** Where it begins. */
  readonly at: number;
  readonly found: string;
  readonly expected: string | undefined;
}

/** The versions that a text names, in its order. */
function mentionsIn(text: string, versions: Versions): Mention[] {
  const { deno, images, range } = versions;
  const minor = deno.slice(0, deno.lastIndexOf("."));
  return [
    ...DENO.flatMap((form) => find(text, form, () => deno)),
    ...find(text, DENO_MINOR, () => minor),
    ...find(text, IMAGE, ({ image }) => images[image]),
    ...find(text, RANGE, () => range),
  ].sort((a, b) => a.at - b.at);
}

function find(
  text: string,
  form: RegExp,
  expect: (groups: Record<string, string>) => string | undefined,
): Mention[] {
  return [...text.matchAll(form)].map((match) => ({
    at: match.indices!.groups!.found[0],
    found: match.groups!.found,
    expected: expect(match.groups!),
  }));
}

/** The files that are in git, or would be, and that are there. */
function filesOf(root: string): string[] {
  const list = git(
    root,
    ...["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
  );
  return list.split("\0").filter((path) =>
    path !== "" && !LEFT_ALONE.test(path) && isFile(`${root}/${path}`)
  );
}

function isFile(path: string): boolean {
  try {
    return Deno.lstatSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
