// Copyright 2026 the Toukon Lambda authors. MIT license.

/** The project cannot be made; the message is for the person who tried. */
export class CreateError extends Error {
  override name = "CreateError";
  /** What the process exits with. */
  readonly exitCode: number;

  constructor(message: string, { exitCode = 1 }: { exitCode?: number } = {}) {
    super(message);
    this.exitCode = exitCode;
  }
}
