// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Editors write a file in several steps, within so many milliseconds. */
const QUIET_MS = 20;

/**
 * Watches files, also such as are not there yet. Editors replace files, so that
 * it is their folders that are watched.
 */
export class Watcher {
  readonly #onChange: (paths: string[]) => void;
  readonly #changed = new Set<string>();
  #files = new Set<string>();
  #texts = new Map<string, string | undefined>();
  #folders = "";
  #fsWatcher: Deno.FsWatcher | undefined;
  #watching: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(onChange: (paths: string[]) => void) {
    this.#onChange = onChange;
  }

  /** The files that are watched. */
  get files(): string[] {
    return [...this.#files];
  }

  /**
   * Watches these files and no others.
   *
   * @returns Those that this process may not read.
   */
  async watch(paths: string[]): Promise<string[]> {
    const refused = paths.filter((path) => !mayRead(folderOf(path)));
    this.#files = new Set(paths.filter((path) => !refused.includes(path)));
    for (const path of this.#files) {
      if (!this.#texts.has(path)) this.#texts.set(path, readText(path));
    }
    const folders = [...new Set([...this.#files].map(folderOf))]
      .filter(isThere).sort();
    if (folders.join("\n") !== this.#folders) {
      await this.#stopWatching();
      this.#folders = folders.join("\n");
      if (folders.length > 0) {
        this.#fsWatcher = Deno.watchFs(folders, { recursive: false });
        this.#watching = this.#read(this.#fsWatcher);
      }
    }
    return refused;
  }

  /** Stops. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#stopWatching();
  }

  async #stopWatching(): Promise<void> {
    this.#fsWatcher?.close();
    this.#fsWatcher = undefined;
    await this.#watching;
  }

  async #read(watcher: Deno.FsWatcher): Promise<void> {
    for await (const { kind, paths } of watcher) {
      if (kind === "access") continue;
      for (const path of paths) {
        if (this.#files.has(path)) this.#changed.add(path);
      }
      if (this.#changed.size === 0) continue;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#tell(), QUIET_MS);
    }
  }

  #tell(): void {
    const paths = [...this.#changed].filter((path) => {
      const text = readText(path);
      if (this.#texts.get(path) === text) return false;
      this.#texts.set(path, text);
      return true;
    });
    this.#changed.clear();
    if (paths.length > 0) this.#onChange(paths);
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

function mayRead(path: string): boolean {
  return Deno.permissions.querySync({ name: "read", path }).state === "granted";
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

/** What a file says; undefined of one that is not there. */
function readText(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}
