// Copyright 2026 the Toukon Lambda authors. MIT license.

import { assertEquals } from "@std/assert/equals";
import { assertExists } from "@std/assert/exists";
import { assertNotEquals } from "@std/assert/not-equals";
import {
  blankJsonc,
  describeJsonProblem,
} from "../../../runtime/failure/json_problem.ts";

/** Every kind of value, every escape, and what is not ASCII. */
const SAMPLES = [
  '{"name":"Deno","tags":["a","b"],"deep":{"n":-1.5e+10,"ok":true,"no":null}}',
  ' [ 0 , -0 , 1.25 , 1E5 , 1e-5 , "" , [] , {} , [[[]]] ] ',
  '{"escapes":"\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u00e9 \\uD83D\\uDD25"}',
  '"こんにちは、Denoさん！🔥"',
  '{\r\n\t"a": [\r\n\t\t1,\r\n\t\t2\r\n\t]\r\n}\r\n',
  "true",
  "-12.0e3",
];

/** What a mutation puts in: the characters that mean something to JSON. */
const PIECES = [
  ...'{}[]:,"\\/-+.eE01 \t\r\nunltrufase\u0000\u007f\u00a0\ud83d',
];

/** Where a text stops being JSON, and what would have been JSON there. */
interface Problem {
  line: number;
  column: number;
  expected: string;
}

/** Reads the description of a problem; undefined if there is no place of one. */
function problemIn(text: string): Problem | undefined {
  const description = describeJsonProblem(text);
  if (description === "it is nested too deeply") return undefined;
  const match = /^expected (.+) at line (\d+), column (\d+)$/.exec(description);
  assertExists(match, description);
  const [, expected, line, column] = match;
  return { line: Number(line), column: Number(column), expected };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Mulberry32: random numbers from 0 to below 1 that a seed repeats. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Removes, replaces, inserts or repeats a character, up to three times. */
function mutate(text: string, random: () => number): string {
  const below = (count: number) => Math.floor(random() * count);
  let mutated = text;
  for (let left = 1 + below(3); left > 0; left--) {
    const at = below(mutated.length + 1);
    const piece = [
      "",
      PIECES[below(PIECES.length)],
      mutated.slice(at, at + below(8)).repeat(2),
    ][below(3)];
    mutated = mutated.slice(0, at) + piece +
      mutated.slice(at + below(2));
  }
  return mutated;
}

Deno.test("describeJsonProblem() finds none in JSON", () => {
  for (const text of SAMPLES) {
    assertEquals(problemIn(text), undefined, text);
  }
});

Deno.test("describeJsonProblem() tells line, column and what would have been JSON", () => {
  const value = "a JSON value";
  const name = "a property name in double quotes";
  const string = "the rest of a string in double quotes";
  const end = "the end of the text";
  const expectedOf: [text: string, place: string, expected: string][] = [
    ["", "1:1", value],
    [" \n ", "2:2", value],
    ["nonsense", "1:1", value],
    ["undefined", "1:1", value],
    ["NaN", "1:1", value],
    ["-", "1:1", value],
    ["+1", "1:1", value],
    [".5", "1:1", value],
    ["'a'", "1:1", value],
    ["{} {}", "1:4", end],
    ["nullx", "1:5", end],
    ["01", "1:2", end],
    ["1.", "1:2", end],
    ["1e", "1:2", end],
    ["0x10", "1:2", end],
    ["]", "1:1", value],
    ["[1,]", "1:4", value],
    ["[,1]", "1:2", value],
    ["[1 2]", "1:4", '"," or "]"'],
    ["[1", "1:3", '"," or "]"'],
    ["[1}", "1:3", '"," or "]"'],
    ["[", "1:2", value],
    ["{", "1:2", name],
    ["{]", "1:2", name],
    ["{a:1}", "1:2", name],
    ["{'a':1}", "1:2", name],
    ['{"a":1,}', "1:8", name],
    ['{"a" 1}', "1:6", '":"'],
    ['{"a"}', "1:5", '":"'],
    ['{"a":}', "1:6", value],
    ['{"a":1 "b":2}', "1:8", '"," or "}"'],
    ['{"a":1]', "1:7", '"," or "}"'],
    ['{"a":{"b":[1,{"c":}]}}', "1:19", value],
    ['"abc', "1:5", string],
    ['{"abc', "1:6", string],
    ['"a\nb"', "1:3", string],
    ['"a\u0000b"', "1:3", string],
    ['"\t"', "1:2", string],
    ['"\\x"', "1:2", string],
    ['"\\u12g4"', "1:2", string],
    ['"\\', "1:2", string],
    ["// comment\n1", "1:1", value],
    ["\u00a01", "1:1", value],
  ];
  for (const [text, place, expected] of expectedOf) {
    const [line, column] = place.split(":").map(Number);
    assertEquals(problemIn(text), { line, column, expected }, text);
    assertEquals(isJson(text), false, text);
  }
});

Deno.test("describeJsonProblem() counts LF and CRLF as one line break", () => {
  const problem = { line: 3, column: 5, expected: "a JSON value" };
  assertEquals(problemIn('{\n"a":1,\n"b":x}'), problem);
  assertEquals(problemIn('{\r\n"a":1,\r\n"b":x}'), problem);
  const atTheBreak = { line: 1, column: 3, expected: '"," or "]"' };
  assertEquals(problemIn("[1"), atTheBreak);
  assertEquals(problemIn("[\r\n1\r\n"), {
    ...atTheBreak,
    line: 3,
    column: 1,
  });
});

Deno.test("describeJsonProblem() counts columns in UTF-16 units, as editors do", () => {
  assertEquals(problemIn('["🔥é" x]')?.column, 8);
});

Deno.test("describeJsonProblem() takes lone surrogates, as JSON.parse does", () => {
  assertEquals(problemIn('["\ud83d", "\\udd25"]'), undefined);
  assertEquals(problemIn("[\ud83d]"), {
    line: 1,
    column: 2,
    expected: "a JSON value",
  });
});

Deno.test("describeJsonProblem() refuses a byte order mark, as JSON.parse does", () => {
  assertEquals(problemIn("\ufeff{}"), {
    line: 1,
    column: 1,
    expected: "a JSON value",
  });
});

Deno.test("describeJsonProblem() follows 100,000 levels of nesting", () => {
  const depth = 100_000;
  const open = '{"a":['.repeat(depth / 2);
  const close = "]}".repeat(depth / 2);
  assertEquals(problemIn(open + close), undefined);
  assertEquals(problemIn(open), {
    line: 1,
    column: open.length + 1,
    expected: "a JSON value",
  });
  assertEquals(problemIn(open + close.slice(0, -1)), {
    line: 1,
    column: open.length + close.length,
    expected: '"," or "}"',
  });
});

Deno.test("describeJsonProblem() reads an event as large as Lambda's limit", () => {
  const bytes = 6 * 1024 * 1024;
  for (const text of [`"${"a".repeat(bytes)}`, `"${"\\n".repeat(bytes / 2)}`]) {
    assertEquals(problemIn(text)?.column, text.length + 1);
  }
});

Deno.test("describeJsonProblem() agrees with JSON.parse about any text", () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  console.log(`seed ${seed}`);
  const random = randomFrom(seed);
  const counts = { json: 0, none: 0 };
  for (let i = 0; i < 5_000; i++) {
    const text = mutate(SAMPLES[i % SAMPLES.length], random);
    const expected = isJson(text);
    counts[expected ? "json" : "none"]++;
    assertEquals(
      problemIn(text) === undefined,
      expected,
      `seed ${seed}, text ${JSON.stringify(text)}`,
    );
  }
  assertNotEquals(counts.json, 0);
  assertNotEquals(counts.none, 0);
});

Deno.test("describeJsonProblem() finds the place that a cut leaves open", () => {
  for (const text of SAMPLES.filter((text) => /^[{["]/.test(text))) {
    const whole = text.trimEnd();
    for (let length = 0; length < whole.length; length++) {
      const cut = whole.slice(0, length);
      const problem = problemIn(cut);
      assertEquals(problem?.line, cut.split("\n").length, cut);
    }
  }
});

Deno.test("describeJsonProblem() tells the place without quoting the text", () => {
  assertEquals(
    describeJsonProblem('{"secret":\n  s3cr3t}'),
    "expected a JSON value at line 2, column 3",
  );
});

Deno.test("blankJsonc() leaves what is JSON as it is", () => {
  for (const text of SAMPLES) assertEquals(blankJsonc(text), text);
});

Deno.test("blankJsonc() blanks comments", () => {
  const text = `// first
{ /* a "quoted" /* word, */ "a": 1, // { "b": 2 }
  /**/ "c": [3 /* over
  two lines */, 4]
} // last`;
  assertEquals(JSON.parse(blankJsonc(text)), { a: 1, c: [3, 4] });
});

Deno.test("blankJsonc() blanks trailing commas", () => {
  const text = '{"a": [1, 2, ], "b": {"c": 3 ,\r\n}, // that is all\n}';
  assertEquals(JSON.parse(blankJsonc(text)), { a: [1, 2], b: { c: 3 } });
});

Deno.test("blankJsonc() leaves strings alone that look like comments or commas", () => {
  const value = {
    url: "https://deno.com//*x*/",
    comma: ",]",
    quote: 'a " // b',
    backslash: "C:\\",
    "// key": "/* value */ ,}",
  };
  const text = JSON.stringify(value);
  assertEquals(blankJsonc(text), text);
});

Deno.test("blankJsonc() keeps every line and column where it was", () => {
  const text = '{ // 🔥 comment\r\n  "a": /* two\r\n lines */ x\r\n}';
  const blanked = blankJsonc(text);
  assertEquals(blanked.length, text.length);
  assertEquals(
    describeJsonProblem(blanked),
    `expected a JSON value at line 3, column ${" lines */ x".length}`,
  );
});

Deno.test("blankJsonc() leaves what it cannot read to be found", () => {
  for (
    const text of [
      "{} /* never closed",
      '{"a": "never closed // }',
      "/",
      "{,,}",
    ]
  ) {
    assertNotEquals(problemIn(blankJsonc(text)), undefined, text);
  }
});
