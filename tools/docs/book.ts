// Copyright 2026 the Toukon Lambda authors. MIT license.

import { type ParsedPage, parseMarkdown } from "./markdown.ts";
import {
  japaneseSource,
  LABELS,
  type Language,
  pathOf,
  type Section,
  SECTIONS,
  type Texts,
  UNTRANSLATED,
} from "./pages.ts";

/** A page of the guides, in one language. */
export interface Page {
  readonly language: Language;
  /** The Markdown file, by its path in the repository. */
  readonly source: string;
  /** The page in the site, such as `ja/http.html`. */
  readonly path: string;
  /** What the navigation says. */
  readonly label: string;
  readonly parsed: ParsedPage;
  /** The ids of its headings in the site, by those that GitHub gives them. */
  readonly anchors: ReadonlyMap<string, string>;
  /** The same page in the other language. */
  other?: Page;
}

/** All pages, and where each belongs. */
export interface Book {
  readonly pages: readonly Page[];
  readonly bySource: ReadonlyMap<string, Page>;
  readonly sections: readonly {
    readonly title: Texts;
    /** A page without a translation stands in English in both languages. */
    readonly pages: readonly Readonly<Record<Language, Page>>[];
  }[];
}

/** What is read here; a test gives its own. */
export interface BookOptions {
  readonly sections?: readonly Section[];
  readonly untranslated?: readonly string[];
}

/**
 * Reads all pages. What is missing, or not in the navigation, goes to
 * `problems`.
 */
export function readBook(
  root: string,
  problems: string[],
  { sections = SECTIONS, untranslated = UNTRANSLATED }: BookOptions = {},
): Book {
  const pages: Page[] = [];
  const read = (source: string, language: Language, english?: Page): Page => {
    const parsed = parseMarkdown(Deno.readTextFileSync(`${root}/${source}`));
    const path = english ? `ja/${english.path}` : pathOf(source);
    const label = LABELS[english?.source ?? source]?.[language] ?? parsed.title;
    const anchors = anchorsOf(parsed, source, english, problems);
    const page = { language, source, path, label, parsed, anchors };
    pages.push(page);
    return page;
  };

  const result = sections.map(({ title, sources, englishOnly }) => ({
    title,
    pages: sources.filter((source) => exists(`${root}/${source}`))
      .map((source) => {
        const en = read(source, "en");
        if (englishOnly) return { en, ja: en };
        const japanese = japaneseSource(source);
        const isKnown = untranslated.includes(source);
        if (!exists(`${root}/${japanese}`)) {
          if (!isKnown) {
            problems.push(
              `${source}: there is no translation "${japanese}": write it, or add the page to UNTRANSLATED in tools/docs/pages.ts`,
            );
          }
          return { en, ja: en };
        }
        if (isKnown) {
          problems.push(
            `${japanese}: it is a translation of what tools/docs/pages.ts says has none: take "${source}" out there`,
          );
        }
        const ja = read(japanese, "ja", en);
        en.other = ja;
        ja.other = en;
        return { en, ja };
      }),
  }));
  const bySource = new Map(pages.map((page) => [page.source, page]));
  for (const source of guidesIn(root)) {
    if (bySource.has(source)) continue;
    problems.push(
      source.startsWith("docs/ja/")
        ? `${source}: there is no page that it translates`
        : `${source}: the page is not in the navigation: add it to SECTIONS in tools/docs/pages.ts`,
    );
  }
  return { pages, bySource, sections: result };
}

/**
 * A translation has the ids of the original, so that one link serves both, and
 * a change of the language stays at its place.
 */
function anchorsOf(
  { headings }: ParsedPage,
  source: string,
  english: Page | undefined,
  problems: string[],
): Map<string, string> {
  const original = english?.parsed.headings ?? headings;
  const levelsOf = (list: ParsedPage["headings"]) =>
    list.map(({ level }) => level).join();
  if (levelsOf(headings) !== levelsOf(original)) {
    problems.push(
      `${source}: its headings are not those of ${english?.source}: ${headings.length} of levels ${
        levelsOf(headings)
      }, not ${original.length} of levels ${levelsOf(original)}`,
    );
    return new Map(headings.map(({ slug }) => [slug, slug]));
  }
  return new Map(headings.map(({ slug }, at) => [slug, original[at].slug]));
}

function* guidesIn(root: string): Generator<string> {
  for (const folder of ["docs", "docs/ja"]) {
    if (!exists(`${root}/${folder}`)) continue;
    for (const { name } of Deno.readDirSync(`${root}/${folder}`)) {
      if (name.endsWith(".md")) yield `${folder}/${name}`;
    }
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
