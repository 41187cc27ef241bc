// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { ApiPage } from "./api.ts";
import type { Page } from "./book.ts";
import type { Language } from "./pages.ts";

/** What the search finds: a part of a guide, or a symbol. */
export interface Entry {
  /** Its address, from the root of the site. */
  readonly url: string;
  /** The page that it is on. */
  readonly page: string;
  readonly title: string;
  readonly text: string;
}

/** What there is to find in one language; the API is English in both. */
export function searchEntries(
  language: Language,
  pages: readonly Page[],
  api: readonly ApiPage[],
): Entry[] {
  const guides = pages
    .filter((page) => page.language === language || !page.other)
    .flatMap(({ path, label, parsed, anchors }) =>
      parsed.parts.map(({ slug, title, text }) => ({
        url: slug ? `${path}#${anchors.get(slug)}` : path,
        page: label,
        title,
        text,
      }))
    );
  const symbols = api.map(({ path, module, title, summary }) => ({
    url: path,
    page: module,
    title,
    text: summary,
  }));
  return [...guides, ...symbols];
}
