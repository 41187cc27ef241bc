// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Asks `deno publish`, which is not to publish, for the files that it would.
 *
 * @param root The project's folder.
 * @returns Their paths from there, in order.
 * @throws {Error} If Deno would not publish, or names no files.
 */
export function publishedFiles(root: string): string[] {
  const { success, stderr } = new Deno.Command("deno", {
    args: ["publish", "--dry-run", "--allow-dirty", "--no-check"],
    cwd: root,
    env: { NO_COLOR: "1" },
  }).outputSync();
  const text = new TextDecoder().decode(stderr);
  if (!success) throw new Error(`"deno publish --dry-run" failed:\n${text}`);
  const base = `file://${encodeURI(Deno.realPathSync(root))}/`;
  const files = [...text.matchAll(/^ +(file:\/\/\/.*) \([\d.]+[KMG]?B\)$/gm)]
    .map(([, url]) => url)
    .filter((url) => url.startsWith(base))
    .map((url) => decodeURI(url.slice(base.length)));
  if (files.length === 0) {
    throw new Error(
      `"deno publish --dry-run" named no files: expected lines with addresses ` +
        `that begin with "${base}", found:\n${text}`,
    );
  }
  return files.sort();
}
