// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Looks at what a path names, links not followed; undefined if nothing is there. */
export function lstatOf(path: string): Deno.FileInfo | undefined {
  return unlessMissing(() => Deno.lstatSync(path));
}

/** Whether a path names a file, by itself or by a link. */
export function isFile(path: string): boolean {
  return unlessMissing(() => Deno.statSync(path))?.isFile ?? false;
}

/** Whether a path names a folder, by itself or by a link. */
export function isFolder(path: string): boolean {
  return unlessMissing(() => Deno.statSync(path))?.isDirectory ?? false;
}

function unlessMissing<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    if (isMissing) return undefined;
    throw error;
  }
}
