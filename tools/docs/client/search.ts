// Copyright 2026 the Toukon Lambda authors. MIT license.

import MiniSearch from "minisearch";
import { tokenize } from "./tokenize.ts";

/** What is found: a part of a guide, or a symbol of the API. */
interface Entry {
  /** Its address, from the root of the site. */
  readonly url: string;
  readonly page: string;
  readonly title: string;
  readonly text: string;
}

const MAX_RESULTS = 12;

/** The characters of a text that a result shows. */
const EXCERPT_LENGTH = 120;

/** Makes the search field work; what there is to find is loaded when it is used. */
export function setUpSearch(): void {
  const input = document.querySelector<HTMLInputElement>("#search");
  const results = document.querySelector<HTMLElement>("#results");
  if (!input || !results) return;
  const { root = "", none = "" } = document.documentElement.dataset;
  let index: Promise<(query: string) => Entry[]> | undefined;

  const show = async () => {
    const query = input.value.trim();
    if (!query) {
      results.hidden = true;
      return;
    }
    index ??= loadIndex(`${root}search.${document.documentElement.lang}.json`);
    const find = await index;
    if (input.value.trim() !== query) return;
    const found = find(query);
    const status = results.querySelector("p");
    if (status) status.textContent = found.length ? "" : none;
    results.querySelector("ol")?.replaceChildren(
      ...found.map((entry) => toItem(entry, root, query)),
    );
    results.hidden = false;
  };
  input.addEventListener("input", show);
  input.addEventListener("focus", show);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement === document.body) {
      event.preventDefault();
      input.focus();
    }
    if (event.key === "Escape") results.hidden = true;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      moveFocus(event, input, results);
    }
  });
  document.addEventListener("click", ({ target }) => {
    if (target instanceof Node && !input.parentElement?.contains(target)) {
      results.hidden = true;
    }
  });
  // A link within the page that is shown loads nothing.
  results.addEventListener("click", () => results.hidden = true);
}

async function loadIndex(url: string): Promise<(query: string) => Entry[]> {
  const entries: Entry[] = await (await fetch(url)).json();
  const index = new MiniSearch({
    fields: ["title", "page", "text"],
    tokenize,
    searchOptions: {
      boost: { title: 4, page: 2 },
      combineWith: "AND",
      prefix: true,
      fuzzy: (term) => /^[a-z]{5,}$/.test(term) ? 0.15 : false,
      // A page that is about something, rather than a part of another one.
      boostDocument: (id) => entries[id].url.includes("#") ? 1 : 2,
    },
  });
  index.addAll(entries.map((entry, id) => ({ ...entry, id })));
  return (query) =>
    index.search(query).slice(0, MAX_RESULTS).map(({ id }) => entries[id]);
}

function toItem(
  { url, page, title, text }: Entry,
  root: string,
  query: string,
): HTMLLIElement {
  const link = document.createElement("a");
  link.href = root + url;
  const heading = document.createElement("strong");
  heading.textContent = title;
  const where = document.createElement("small");
  where.textContent = page === title ? "" : page;
  const excerpt = document.createElement("span");
  excerpt.textContent = excerptOf(text, query);
  link.append(heading, " ", where, excerpt);
  const item = document.createElement("li");
  item.append(link);
  return item;
}

/** The text around the first place where a term is. */
function excerptOf(text: string, query: string): string {
  const lower = text.toLowerCase();
  const at = tokenize(query).map((term) => lower.indexOf(term))
    .find((found) => found >= 0) ?? 0;
  const from = Math.max(0, at - EXCERPT_LENGTH / 3);
  const part = text.slice(from, from + EXCERPT_LENGTH).trim();
  return `${from > 0 ? "…" : ""}${part}${
    from + EXCERPT_LENGTH < text.length ? "…" : ""
  }`;
}

function moveFocus(
  event: KeyboardEvent,
  input: HTMLInputElement,
  results: HTMLElement,
): void {
  const places = [input, ...results.querySelectorAll("a")];
  const at = places.findIndex((place) => place === document.activeElement);
  if (results.hidden || at < 0) return;
  event.preventDefault();
  const step = event.key === "ArrowDown" ? 1 : -1;
  places[(at + step + places.length) % places.length].focus();
}
