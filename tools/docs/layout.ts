// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Api } from "./api.ts";
import type { Book } from "./book.ts";
import { relative } from "./links.ts";
import { escapeHtml } from "./markdown.ts";
import type { Language, Texts } from "./pages.ts";

/** What a page of the site shows. */
export interface Content {
  readonly language: Language;
  /** The page in the site. */
  readonly path: string;
  readonly title: string;
  readonly html: string;
  /** The second-level headings, by their ids. */
  readonly headings: readonly { readonly id: string; readonly text: string }[];
  /** The same page in the other language, in the site. */
  readonly otherPath: string | undefined;
  /** The address of the source, where it has one of its own. */
  readonly sourceUrl: string | undefined;
}

/** What all pages share. */
export interface Site {
  readonly book: Book;
  readonly api: Api;
  readonly repository: string;
}

const TEXTS = {
  skip: { en: "Skip to the text", ja: "本文へ" },
  menu: { en: "Menu", ja: "メニュー" },
  pages: { en: "Pages", ja: "ページ" },
  search: { en: "Search", ja: "検索" },
  results: { en: "Search results", ja: "検索結果" },
  none: { en: "Nothing found", ja: "見つかりません" },
  language: { en: "日本語", ja: "English" },
  theme: { en: "Dark or light", ja: "明暗の切り替え" },
  onThisPage: { en: "On this page", ja: "このページ" },
  source: { en: "Source of this page", ja: "このページのソース" },
  api: { en: "API", ja: "API" },
  neighbours: { en: "Next and previous page", ja: "前後のページ" },
  description: {
    en: "An AWS Lambda runtime for Deno",
    ja: "Deno のための AWS Lambda ランタイム",
  },
} satisfies Record<string, Texts>;

/** The HTML of a whole page. */
export function renderPage(content: Content, site: Site): string {
  const { language, path, title, html, otherPath, sourceUrl } = content;
  const text = (name: keyof typeof TEXTS) => TEXTS[name][language];
  const to = (target: string) => escapeHtml(encodeURI(relative(path, target)));
  const home = language === "en" ? "index.html" : "ja/index.html";
  const otherLanguage = language === "en" ? "ja" : "en";
  const other = otherPath ?? (language === "en" ? "ja/index.html" : home);
  const heading = title === "Toukon Lambda"
    ? title
    : `${title} · Toukon Lambda`;
  return `<!DOCTYPE html>
<html lang="${language}" data-root="${relative(path, "")}" data-none="${
    text("none")
  }">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'self'; base-uri 'none'; form-action 'none'">
<meta name="description" content="${text("description")}">
<title>${escapeHtml(heading)}</title>
<link rel="icon" href="${to("icon.svg")}">
<link rel="stylesheet" href="${to("style.css")}">
<script src="${to("theme.js")}"></script>
<script src="${to("site.js")}" type="module"></script>
</head>
<body>
<a class="skip" href="#content">${text("skip")}</a>
<header>
<button type="button" id="menu" aria-expanded="false" aria-controls="pages">${
    text("menu")
  }</button>
<a class="name" href="${to(home)}">Toukon Lambda</a>
<search>
<input type="search" id="search" placeholder="${text("search")}" aria-label="${
    text("search")
  }" autocomplete="off" spellcheck="false">
<div id="results" hidden><p role="status"></p><ol aria-label="${
    text("results")
  }"></ol></div>
</search>
<a class="tool" id="language" href="${
    to(other)
  }" lang="${otherLanguage}" hreflang="${otherLanguage}">${text("language")}</a>
<button type="button" class="tool" id="theme" aria-label="${
    text("theme")
  }"><span aria-hidden="true">◐</span></button>
<a class="tool" href="${escapeHtml(site.repository)}">GitHub</a>
</header>
<div class="columns">
<nav id="pages" aria-label="${text("pages")}">
${renderNavigation(content, site)}
</nav>
<main id="content">
<article>
${html}
</article>
<footer>
${renderNeighbours(content, site)}
${
    sourceUrl
      ? `<p><a href="${escapeHtml(sourceUrl)}">${text("source")}</a></p>`
      : ""
  }
</footer>
</main>
${renderContents(content)}
</div>
</body>
</html>
`;
}

function renderNavigation(
  { language, path }: Content,
  { book, api }: Site,
): string {
  const item = (target: string, label: string, lang = "") =>
    `<li><a href="${escapeHtml(encodeURI(relative(path, target)))}"${
      target === path ? ' aria-current="page"' : ""
    }${lang}>${escapeHtml(label)}</a></li>`;
  const list = (title: string, items: string[]) =>
    `<h2>${escapeHtml(title)}</h2>\n<ul>\n${items.join("\n")}\n</ul>`;
  return [
    ...book.sections.filter(({ pages }) => pages.length).map((section) =>
      list(
        section.title[language],
        section.pages.map((pages) => {
          const page = pages[language];
          const lang = page.language === language ? "" : ' lang="en"';
          return item(page.path, page.label, lang);
        }),
      )
    ),
    list(
      TEXTS.api[language],
      api.entries.map(({ path, name }) => item(path, name)),
    ),
  ].join("\n");
}

function renderContents({ language, headings }: Content): string {
  if (headings.length < 2) return "";
  const title = TEXTS.onThisPage[language];
  const items = headings.map(({ id, text }) =>
    `<li><a href="#${escapeHtml(id)}">${escapeHtml(text)}</a></li>`
  );
  return `<nav class="contents" aria-label="${title}">
<h2>${title}</h2>
<ul>
${items.join("\n")}
</ul>
</nav>`;
}

function renderNeighbours({ language, path }: Content, { book }: Site): string {
  const pages = book.sections.flatMap(({ pages }) => pages)
    .map((languages) => languages[language]);
  const at = pages.findIndex((page) => page.path === path);
  if (at < 0) return "";
  const link = (step: number, rel: string, arrow: string) => {
    const page = pages[at + step];
    if (!page) return "<span></span>";
    return `<a rel="${rel}" href="${relative(path, page.path)}">${
      arrow.replace("*", escapeHtml(page.label))
    }</a>`;
  };
  return `<nav class="neighbours" aria-label="${TEXTS.neighbours[language]}">${
    link(-1, "prev", "← *")
  }${link(1, "next", "* →")}</nav>`;
}
