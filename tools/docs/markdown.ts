// Copyright 2026 the Toukon Lambda authors. MIT license.

import GithubSlugger from "github-slugger";
import hljs from "highlight.js/lib/common";
import MarkdownIt from "markdown-it";

/** A heading of a page. */
export interface Heading {
  readonly level: number;
  readonly text: string;
  /** Its anchor on GitHub. */
  readonly slug: string;
}

/** A part of a page, from one heading to the next, as the search has it. */
export interface Part {
  /** The heading's anchor on GitHub; empty for the first one of the page. */
  readonly slug: string;
  readonly title: string;
  readonly text: string;
}

/** A page that was parsed, and is rendered once its links are resolved. */
export interface ParsedPage {
  readonly title: string;
  readonly headings: readonly Heading[];
  readonly parts: readonly Part[];
  /**
   * Gives the HTML.
   *
   * @param anchor The id in the site of a heading with a given slug.
   * @param link The address in the site of a link or an image in a given line.
   */
  render(
    anchor: (slug: string) => string,
    link: (href: string, line: number) => Link,
  ): string;
}

/** Where a link of the site leads. */
export interface Link {
  readonly href: string;
  /** What a page is called, for a link that has the name of its file as text. */
  readonly label?: string;
}

/** A line such as `_[日本語](README.ja.md)_`, which the site has its own for. */
const LANGUAGE_LINK = /^_\[(?:日本語|English)\]\([^)]*\)_$/;

const markdown = MarkdownIt({ html: true });

/** A token of markdown-it. */
type Token = ReturnType<typeof markdown.parse>[number];

markdown.renderer.rules.table_open = () =>
  '<div class="table" role="group" tabindex="0"><table>';
markdown.renderer.rules.table_close = () => "</table></div>";
markdown.renderer.rules.fence = (tokens, at) => {
  const { content, info } = tokens[at];
  const [language] = info.split(" ");
  return `<pre tabindex="0"><code>${highlight(content, language)}</code></pre>`;
};

/** Code as HTML, with its tokens marked where the language is known. */
export function highlight(code: string, language: string): string {
  const name = language === "sh" ? "bash" : language;
  return hljs.getLanguage(name)
    ? hljs.highlight(code, { language: name }).value
    : escapeHtml(code);
}

/** Text as HTML. */
export function escapeHtml(text: string): string {
  return markdown.utils.escapeHtml(text);
}

/** Parses a page. */
export function parseMarkdown(text: string): ParsedPage {
  const tokens = markdown.parse(text, {});
  dropLanguageLink(tokens);
  const slugger = new GithubSlugger();
  const headings: Heading[] = [];
  const slugs = new Map<Token, string>();
  const parts: { slug: string; title: string; text: string }[] = [];
  for (const [at, token] of tokens.entries()) {
    if (token.type === "heading_open") {
      const heading = textOf(tokens[at + 1]);
      const slug = slugger.slug(heading);
      slugs.set(token, slug);
      headings.push({ level: Number(token.tag.slice(1)), text: heading, slug });
      parts.push({ slug, title: heading, text: "" });
    } else if (
      tokens[at - 1]?.type !== "heading_open" &&
      ["inline", "fence"].includes(token.type)
    ) {
      const part = parts.at(-1);
      if (part) part.text += `${textOf(token)}\n`;
    }
  }
  const title = headings[0]?.text ?? "";

  return {
    title,
    headings,
    parts: parts.map((part, at) => at === 0 ? { ...part, slug: "" } : part),
    render(anchor, link) {
      for (const [at, token] of tokens.entries()) {
        if (token.type === "heading_open") {
          const id = anchor(slugs.get(token) ?? "");
          token.attrSet("id", id);
          addAnchor(tokens[at + 1], id);
        }
        if (token.attrGet("style") === "text-align:right") {
          // The pages allow no style but that of their file.
          token.attrs = [["class", "right"]];
        }
        if (token.type === "inline") resolveLinks(token, link);
      }
      return markdown.renderer.render(tokens, markdown.options, {});
    },
  };
}

function dropLanguageLink(tokens: Token[]): void {
  const at = tokens.findIndex(({ type, content }) =>
    type === "inline" && LANGUAGE_LINK.test(content)
  );
  if (at >= 0) tokens.splice(at - 1, 3);
}

function textOf({ type, content, children }: Token): string {
  if (type === "fence") return content;
  return (children ?? []).map((child) =>
    child.type === "softbreak" || child.type === "hardbreak"
      ? "\n"
      : child.content
  ).join("");
}

function addAnchor({ children }: Token, id: string): void {
  const token = markdown.parseInline("", {})[0];
  token.type = "html_inline";
  token.content =
    ` <a class="anchor" href="#${id}" aria-hidden="true" tabindex="-1">#</a>`;
  children?.push(token);
}

function resolveLinks(
  { map, content, children }: Token,
  link: (href: string, line: number) => Link,
): void {
  const lines = content.split("\n");
  let from = 0;
  for (const [index, child] of children?.entries() ?? []) {
    const name = child.type === "link_open"
      ? "href"
      : child.type === "image"
      ? "src"
      : undefined;
    const value = name && child.attrGet(name);
    if (!name || typeof value !== "string") continue;
    const at = lines.findIndex((line, number) =>
      number >= from && line.includes(decodeURI(value))
    );
    if (at >= 0) from = at;
    const { href, label } = link(value, (map?.[0] ?? 0) + from + 1);
    child.attrSet(name, href);
    const text = children?.[index + 1];
    const isFile = text?.content && value.split("#")[0].endsWith(text.content);
    if (label && isFile) text.content = label;
  }
}
