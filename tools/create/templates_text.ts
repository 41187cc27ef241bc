// Copyright 2026 the Toukon Lambda authors. MIT license.

const ROOT = new URL("../../", import.meta.url);
const STARTER = new URL("examples/starter/", ROOT);

/** What working with the starter leaves behind in it. */
const LEFT_BEHIND = new Set([
  "bootstrap",
  "bootstrap.zip",
  "cdk.out",
  "dist",
  "node_modules",
]);

/** Of the lock files, only this one belongs to the starter. */
const LOCK_FILE = "infra/deno.lock";

/**
 * The text of `local/create/templates.ts`: a package on JSR cannot read files
 * beside its modules, so that what it writes has to be in a module.
 */
export function templatesText(): string {
  const templates = {
    STARTER: [
      "The files of the starter, by their paths in it.",
      textsIn(STARTER),
    ],
    KINDS: [
      "The files of each kind that stand for those of the starter.",
      foldersIn(new URL("kinds/", import.meta.url)),
    ],
    READMES: [
      "The parts of READMEs that stand for those of the starter's.",
      foldersIn(new URL("readme/", import.meta.url)),
    ],
  };
  const constants = Object.entries(templates).map(([name, [remark, value]]) =>
    `\n/** ${remark} */\nexport const ${name} = ${toCode(value)};\n`
  );
  return `// Copyright 2026 the Toukon Lambda authors. MIT license.

// \`deno task templates\` writes this file.
// deno-fmt-ignore-file
${constants.join("")}`;
}

function foldersIn(folder: URL): Record<string, Record<string, string>> {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  return Object.fromEntries(
    names.map((name) => [name, textsIn(new URL(`${name}/`, folder))]),
  );
}

/** The texts of the files in a folder, by their paths in it. */
function textsIn(folder: URL): Record<string, string> {
  return Object.fromEntries(
    filesIn(folder, "").toSorted().map((path) => [
      path,
      withoutCopyright(Deno.readTextFileSync(new URL(path, folder))),
    ]),
  );
}

function filesIn(folder: URL, prefix: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = `${prefix}${name}`;
    if (LEFT_BEHIND.has(name)) return [];
    if (name === "deno.lock" && path !== LOCK_FILE) return [];
    if (!isDirectory) return [path];
    return filesIn(new URL(`${name}/`, folder), `${path}/`);
  });
}

/** What somebody makes with this is theirs. */
export function withoutCopyright(text: string): string {
  return text.replace(/^\/\/ Copyright .*\n\n/, "");
}

function toCode(value: unknown): string {
  if (typeof value === "string") {
    return `\`${value.replaceAll(/[\\`]|\$(?=\{)/g, "\\$&")}\``;
  }
  const members = Object.entries(value as Record<string, unknown>)
    .map(([name, member]) => `${JSON.stringify(name)}: ${toCode(member)},\n`);
  return `{\n${members.join("")}}`;
}
