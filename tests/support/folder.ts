// Copyright 2026 the Toukon Lambda authors. MIT license.

/** A temporary folder with files, which is removed in the end. */
export class Folder implements Disposable {
  readonly path: string = Deno.makeTempDirSync();

  /** @param files The texts of the files, by their paths in the folder. */
  constructor(files: Record<string, string> = {}) {
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  write(name: string, text: string): void {
    const path = `${this.path}/${name}`;
    Deno.mkdirSync(path.replace(/\/[^/]*$/, ""), { recursive: true });
    Deno.writeTextFileSync(path, text);
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}
