// Copyright 2026 the Toukon Lambda authors. MIT license.

/** The function cannot be built; the message is for the person who tried. */
export class BuildError extends Error {
  override name = "BuildError";
  /** What the process exits with. */
  readonly exitCode: number;

  constructor(message: string, { exitCode = 1 }: { exitCode?: number } = {}) {
    super(message);
    this.exitCode = exitCode;
  }
}
