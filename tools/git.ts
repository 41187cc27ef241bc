// Copyright 2026 the Toukon Lambda authors. MIT license.

/** What git has answered with another exit code than 0. */
export class GitError extends Error {
  override readonly name = "GitError";
}

/**
 * Runs git in a folder.
 *
 * @returns What it printed, without the white space at the end.
 * @throws {GitError} If git ends with another exit code than 0.
 */
export function git(root: string, ...args: string[]): string {
  const { success, stdout, stderr } = new Deno.Command("git", {
    args,
    cwd: root,
  }).outputSync();
  if (!success) {
    const message = new TextDecoder().decode(stderr).trim();
    throw new GitError(`"git ${args[0]}" failed: ${message}`);
  }
  return new TextDecoder().decode(stdout).trimEnd();
}
