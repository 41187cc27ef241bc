// Copyright 2026 the Toukon Lambda authors. MIT license.

import { isBuiltin } from "node:module";

/** What Deno puts in the place of the bundler's own helper for `require()`. */
const DENOS_HELPER =
  /import ?\{ ?createRequire as (\w+) ?\} ?from "node:module";\n?var ([\w$]+) ?= ?\1\(import\.meta\.url\);\n?/;

/** The lines of the bundler's own helper, which the map counts. */
const HELPER_LINES = 6;

/** The bundler's own helper where it minifies, but for its name. */
const MINIFIED_HELPER =
  `var =(e=>typeof require<"u"?require:typeof Proxy<"u"?new Proxy(e,{get:(l,o)=>(typeof require<"u"?require:l)[o]}):e)(function(e){if(typeof require<"u")return require.apply(this,arguments);throw Error('Dynamic require of "'+e+'" is not supported')});`;

/** The same, with any names: Deno leaves it where its own has a dollar sign. */
const LEFT_HELPER =
  /var ([\w$]+)=\(([\w$])=>typeof require<"u"\?require:typeof Proxy<"u"\?new Proxy\(\2,\{get:\(([\w$]),([\w$])\)=>\(typeof require<"u"\?require:\3\)\[\4\]\}\):\2\)\(function\(([\w$])\)\{if\(typeof require<"u"\)return require\.apply\(this,arguments\);throw Error\('Dynamic require of "'\+\5\+'" is not supported'\)\}\);/;

/** The name of {@linkcode REQUIRE} in a bundle. */
const NAME = "$toukon_require";

/**
 * Defines a `require()` for what is not in a bundle. Deno looks for it in
 * folders that a function mostly may not read; packages expect to be told then
 * that there is no such module.
 */
const REQUIRE =
  `import { createRequire as $toukon_createRequire } from "node:module"; const ${NAME} = ((load) => Object.assign((name) => { try { return load(name); } catch (cause) { if (cause?.name !== "NotCapable" || !/node_modules"/.test(cause.message)) throw cause; throw Object.assign(new Error("Cannot find module '" + name + "'", { cause }), { code: "MODULE_NOT_FOUND" }); } }, load))($toukon_createRequire(import.meta.url)); `;

/** The `require()` of a bundle. */
export interface RunTimeRequire {
  /** The bundle, with as many lines and columns as the map counts. */
  code: string;
  /** What has to be defined before it. */
  definition: string;
  /** The names of modules that are asked for at run time. */
  names: string[];
}

/** Makes `require()` of a missing module throw MODULE_NOT_FOUND. */
export function replaceRequire(code: string): RunTimeRequire {
  const names = [...code.matchAll(/(?<![\w$.])import\("([^"\\]+)"\)/g)];
  const found = findHelper(code);
  if (!found) return { code, definition: "", names: bareNames(names) };
  const { helper, name, isMinified } = found;
  const asks = new RegExp(
    String.raw`(?<![\w$.])${RegExp.escape(name)}\("([^"\\]+)"\)`,
    "g",
  );
  names.push(...code.matchAll(asks));
  const own = isMinified
    ? `var ${name}=${NAME};`.padEnd(MINIFIED_HELPER.length + name.length)
    : `var ${name} = ${NAME};${"\n".repeat(HELPER_LINES - 1)}`;
  return {
    code: code.replace(helper, () => own),
    definition: REQUIRE,
    names: bareNames(names),
  };
}

/** Finds what defines `require()` in a bundle. */
function findHelper(
  code: string,
): { helper: string; name: string; isMinified: boolean } | undefined {
  const replaced = DENOS_HELPER.exec(code);
  if (replaced) {
    const [helper, , name] = replaced;
    return { helper, name, isMinified: helper.startsWith("import{") };
  }
  const left = LEFT_HELPER.exec(code);
  return left
    ? { helper: left[0], name: left[1], isMinified: true }
    : undefined;
}

function bareNames(found: RegExpMatchArray[]): string[] {
  return found.map(([, name]) => name)
    .filter((name) => /^[\w@]/.test(name) && !/^[a-z]+:/.test(name))
    .filter((name) => !isBuiltin(name));
}
