// Copyright 2026 the Toukon Lambda authors. MIT license.

/** An import that the bundler could not resolve, and where it is. */
const PROBLEM =
  /^error: (?:Could not resolve "(.+)"|Could not convert path to URL\.\n {2}Path: (.+))\n {4}at (\S+):\d+:\d+$/gm;

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
  const errors = text.match(/^error: /gm)?.length ?? 0;
  const problems = [...text.matchAll(PROBLEM)];
  const isRest = /^error: bundling failed$/m.test(text) ? 1 : 0;
  if (problems.length === 0 || problems.length + isRest < errors) {
    return undefined;
  }
  const mayBeLeft = problems.every(([, name, path, url]) =>
    isOfPackage(url, directory) || isOnlyInTry(url, name ?? path)
  );
  return mayBeLeft ? problems.map(([, name, path]) => name ?? path) : undefined;
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
function isOnlyInTry(url: string, name: string): boolean {
  const text = Deno.readTextFileSync(new URL(url));
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
