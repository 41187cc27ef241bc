// Copyright 2026 the Toukon Lambda authors. MIT license.

/** An import that the bundler could not resolve. */
interface Unresolved {
  /** What is imported. */
  name: string;
  /** The URL of the module that imports it. */
  importer: string;
}

/** The ways in which the bundler names what it could not resolve. */
const NAMES = [
  /You can mark the path "(.+?)" as external/,
  /^Could not resolve "(.+)"$/m,
  /^Could not convert path to URL\.\n {2}Path: (.+)$/m,
  /^Could not find package '(.+?)' from referrer/m,
];

/**
 * Reads from the bundler's errors the names that need not be resolved: those
 * that an npm package reaches for, and those in a `try` of the handler's.
 *
 * @param text What the bundler has said.
 * @param directory The folder of the project.
 * @returns The names; undefined if another error is among them.
 */
export function findUnresolved(
  text: string,
  directory: string,
): string[] | undefined {
  const problems = text.split(/^error: /m).slice(1)
    .filter((problem) => problem.trim() !== "bundling failed")
    .map(toUnresolved);
  const mayBeLeft = problems.every((problem) =>
    problem !== undefined &&
    (isOfPackage(problem.importer, directory) || isOnlyInTry(problem))
  );
  return mayBeLeft ? problems.map((problem) => problem!.name) : undefined;
}

function toUnresolved(problem: string): Unresolved | undefined {
  const [name] = NAMES.flatMap((pattern) => pattern.exec(problem)?.[1] ?? []);
  const importer = /^ {4}at (\S+):\d+:\d+$/m.exec(problem)?.[1];
  return name === undefined || importer === undefined
    ? undefined
    : { name, importer };
}

/** Whether a bundle imports a module when it is loaded, not when it runs. */
export function importsAtTheTop(code: string, name: string): boolean {
  const quoted = RegExp.escape(JSON.stringify(name));
  return new RegExp(
    String.raw`(?:^|[;}\n])(?:import|export)\b(?:[^"'();]*\bfrom)?\s*${quoted}`,
  ).test(code);
}

function isOfPackage(url: string, directory: string): boolean {
  return url.includes("/node_modules/") ||
    !decodeURIComponent(url).startsWith(`file://${directory}/`);
}

/**
 * Whether a module asks for a name only within the blocks of `try`. The places
 * in the bundler's errors are of no use: it sees what Deno has made of it.
 */
function isOnlyInTry({ name, importer }: Unresolved): boolean {
  const text = Deno.readTextFileSync(new URL(importer));
  const asks = new RegExp(
    String.raw`\b(?:require|import)\s*\(\s*["'\x60]${
      RegExp.escape(name)
    }["'\x60]`,
    "g",
  );
  const places = [...text.matchAll(asks)].map(({ index }) => index);
  return places.length > 0 &&
    places.every((place) => isInTry(text.slice(0, place)));
}

function isInTry(before: string): boolean {
  // Braces in texts and comments open nothing.
  const code = before.replace(
    /\/\/.*|\/\*[^]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g,
    "",
  );
  const opened: boolean[] = [];
  for (const [, word, brace] of code.matchAll(/(\btry\s*)?([{}])/g)) {
    if (brace === "{") opened.push(word !== undefined);
    else opened.pop();
  }
  return opened.includes(true);
}
