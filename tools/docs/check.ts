// Copyright 2026 the Toukon Lambda authors. MIT license.

import { type HTMLElement, parse } from "node-html-parser";

interface CheckedPage {
  readonly document: HTMLElement;
  readonly html: string;
  readonly ids: ReadonlySet<string>;
}

/** What a browser loads by itself. */
const LOADING = "img, script, iframe, audio, video, source, link, object, use";

/**
 * Names every link of a site that leads to no file or no anchor of it, and
 * everything that would be loaded from elsewhere, with file and line.
 */
export function checkSite(files: ReadonlyMap<string, string>): string[] {
  const pages = new Map<string, CheckedPage>();
  for (const [path, html] of files) {
    if (!path.endsWith(".html")) continue;
    const document = parse(html, {
      blockTextElements: { script: true, style: true },
    });
    const ids = document.querySelectorAll("[id]")
      .map((element) => element.getAttribute("id") ?? "");
    pages.set(path, { document, html, ids: new Set(ids) });
  }
  return [...pages].flatMap(([path, page]) =>
    checkPage(path, page, pages, files)
  );
}

function checkPage(
  path: string,
  { document, html }: CheckedPage,
  pages: ReadonlyMap<string, CheckedPage>,
  files: ReadonlyMap<string, string>,
): string[] {
  const problems: string[] = [];
  const base = new URL(path, "http://site/");
  for (const element of document.querySelectorAll("[href], [src], [srcset]")) {
    for (const name of ["href", "src", "srcset"]) {
      const address = element.getAttribute(name);
      if (address === undefined) continue;
      const problem = problemOf(address, base, element, pages, files);
      if (!problem) continue;
      const line = html.slice(0, element.range[0]).split("\n").length;
      problems.push(`${path}:${line}: ${problem}`);
    }
  }
  return problems;
}

function problemOf(
  address: string,
  base: URL,
  element: HTMLElement,
  pages: ReadonlyMap<string, CheckedPage>,
  files: ReadonlyMap<string, string>,
): string | undefined {
  const url = URL.parse(address, base);
  if (!url) return `"${address}" is no address`;
  if (url.origin !== base.origin) {
    if (!["http:", "https:", "mailto:"].includes(url.protocol)) {
      return `dead link "${address}": it leads nowhere on the web`;
    }
    return element.matches(LOADING)
      ? `"${address}" would be loaded from elsewhere`
      : undefined;
  }
  const path = decodeURI(url.pathname).slice(1);
  const file = path === "" || path.endsWith("/") ? `${path}index.html` : path;
  if (!files.has(file)) return `dead link "${address}": no such file`;
  const id = decodeURIComponent(url.hash.slice(1));
  if (id && !pages.get(file)?.ids.has(id)) {
    return `dead link "${address}": no such anchor`;
  }
}
