// Copyright 2026 the Toukon Lambda authors. MIT license.

/** A source map, as far as a bundler writes it. */
export interface SourceMap {
  version: number;
  /** The sources, as URLs or paths relative to the map. */
  sources: string[];
  sourcesContent: (string | null)[];
  mappings: string;
  names: string[];
}

/** One place in the generated text that comes from a source. */
export interface Mapping {
  /** The line in the generated text, counted from 0. */
  line: number;
  /** The column in it, in UTF-16 units, counted from 0. */
  column: number;
  /** The index of the source. */
  source: number;
}

const DIGITS =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * Reads where the generated text comes from.
 *
 * @see {@link https://tc39.es/ecma426/}
 */
export function* decodeMappings({ mappings }: SourceMap): Generator<Mapping> {
  let source = 0;
  for (const [line, segments] of mappings.split(";").entries()) {
    let column = 0;
    for (const segment of segments.split(",")) {
      const [columns, sources] = decodeNumbers(segment);
      if (columns === undefined) continue;
      column += columns;
      if (sources === undefined) continue;
      source += sources;
      yield { line, column, source };
    }
  }
}

/** Reads numbers in base64 VLQ, least digits first, the sign in the lowest bit. */
function decodeNumbers(segment: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const char of segment) {
    const digit = DIGITS.indexOf(char);
    value += (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    value = shift = 0;
  }
  return numbers;
}
