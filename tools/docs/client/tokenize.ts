// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Letters that are written without spaces between words. */
const SPACELESS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー々]+/gu;

/**
 * The terms of a text: words in lower case, the parts of names such as
 * `handleEvent` too, and pairs of characters where there are no spaces.
 */
export function tokenize(text: string): string[] {
  const terms: string[] = [];
  for (const [word] of text.matchAll(/[\p{L}\p{N}_ー々]+/gu)) {
    for (const [run] of word.matchAll(SPACELESS)) {
      const characters = [...run];
      if (characters.length === 1) terms.push(run);
      for (let at = 0; at + 1 < characters.length; at++) {
        terms.push(characters[at] + characters[at + 1]);
      }
    }
    for (const name of word.replaceAll(SPACELESS, " ").split(" ")) {
      if (!name) continue;
      terms.push(name.toLowerCase());
      const parts = name.split(/_|(?<=[a-z])(?=[A-Z])/).filter(Boolean);
      if (parts.length > 1) {
        terms.push(...parts.map((part) => part.toLowerCase()));
      }
    }
  }
  return terms;
}
