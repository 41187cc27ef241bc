// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Writes a text in a colour, or plainly. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  green(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
}

/** Colours, where the output is a terminal and nobody has asked for none. */
export function createStyle(isColored: boolean): Style {
  const colour = (code: number) => (text: string) =>
    isColored ? `\x1b[${code}m${text}\x1b[0m` : text;
  return {
    bold: colour(1),
    dim: colour(2),
    green: colour(32),
    red: colour(31),
    yellow: colour(33),
  };
}
