// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Where a text stops being JSON. */
interface JsonProblem {
  /** The line, counted from 1. */
  line: number;
  /** The column in UTF-16 units, counted from 1. */
  column: number;
  /** What would have been JSON there. */
  expected: string;
}

/**
 * Tells where a text that JSON.parse refuses stops being JSON. The error of
 * JSON.parse tells it only sometimes, and quotes the text, which may hold
 * secrets.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8259}
 */
export function describeJsonProblem(text: string): string {
  const problem = findProblem(text);
  if (!problem) return "it is nested too deeply";
  const { line, column, expected } = problem;
  return `expected ${expected} at line ${line}, column ${column}`;
}

function findProblem(text: string): JsonProblem | undefined {
  const scanner = new Scanner(text);
  try {
    scanner.scan();
    return undefined;
  } catch (error) {
    if (!(error instanceof Unexpected)) throw error;
    const before = text.slice(0, scanner.position).split("\n");
    return {
      line: before.length,
      column: before[before.length - 1].length + 1,
      expected: error.expected,
    };
  }
}

/**
 * Puts spaces in the place of comments and trailing commas, so that whatever
 * follows keeps its line and column.
 */
export function blankJsonc(text: string): string {
  const blank = (part: string) => part.replace(/[^\r\n]/g, " ");
  const strings = String.raw`"(?:[^"\\]|\\.)*"`;
  return text
    .replace(
      new RegExp(`${strings}|//[^\\n]*|/\\*[^]*?\\*/`, "g"),
      (part) => part.startsWith('"') ? part : blank(part),
    )
    .replace(
      new RegExp(`${strings}|,(?=\\s*[}\\]])`, "g"),
      (part) => part.startsWith('"') ? part : " ",
    );
}

class Unexpected extends Error {
  readonly expected: string;
  constructor(expected: string) {
    super();
    this.expected = expected;
  }
}

const SPACE = /[ \t\r\n]*/y;
const STRING_START = /"/y;
const CHARACTERS =
  // deno-lint-ignore no-control-regex
  /(?:[^"\\\u0000-\u001f]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y;
const SCALAR =
  /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;

class Scanner {
  readonly #text: string;
  position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Nesting is kept in an array: the text may be deeper than the stack. */
  scan(): void {
    const closers: string[] = [];
    for (;;) {
      this.#take(SPACE);
      const opened = this.#char("{") ? "}" : this.#char("[") ? "]" : undefined;
      if (opened) {
        this.#take(SPACE);
        if (!this.#char(opened)) {
          closers.push(opened);
          if (opened === "}") this.#key();
          continue;
        }
      } else this.#scalar();
      for (;;) {
        this.#take(SPACE);
        const closer = closers.at(-1);
        if (!closer) return this.#end();
        if (this.#char(",")) {
          this.#take(SPACE);
          if (closer === "}") this.#key();
          break;
        }
        if (!this.#char(closer)) throw new Unexpected(`"," or "${closer}"`);
        closers.pop();
      }
    }
  }

  #key(): void {
    if (!this.#take(STRING_START)) {
      throw new Unexpected("a property name in double quotes");
    }
    this.#string();
    this.#take(SPACE);
    if (!this.#char(":")) throw new Unexpected('":"');
  }

  #scalar(): void {
    if (this.#take(STRING_START)) this.#string();
    else if (!this.#take(SCALAR)) throw new Unexpected("a JSON value");
  }

  #string(): void {
    this.#take(CHARACTERS);
    if (!this.#char('"')) {
      throw new Unexpected("the rest of a string in double quotes");
    }
  }

  #end(): void {
    if (this.position < this.#text.length) {
      throw new Unexpected("the end of the text");
    }
  }

  #char(char: string): boolean {
    if (this.#text[this.position] !== char) return false;
    this.position++;
    return true;
  }

  #take(pattern: RegExp): boolean {
    pattern.lastIndex = this.position;
    const match = pattern.exec(this.#text);
    if (!match) return false;
    this.position += match[0].length;
    return true;
  }
}
