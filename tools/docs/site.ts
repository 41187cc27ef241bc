// Copyright 2026 the Toukon Lambda authors. MIT license.

import { runDeno } from "../../local/build/deno.ts";
import { readApi } from "./api.ts";
import { type BookOptions, type Page, readBook } from "./book.ts";
import { checkSite } from "./check.ts";
import { renderPage, type Site } from "./layout.ts";
import { type LinkOptions, resolveLink } from "./links.ts";
import { searchEntries } from "./search_index.ts";

/** Options for {@linkcode buildSite}. */
export interface SiteOptions extends BookOptions {
  /** The folder of the repository. */
  readonly root: string;
  /** The folder that the site is written to; what it had is removed. */
  readonly output: string;
  /** The address of the repository on GitHub. */
  readonly repository: string;
}

/** What keeps a site from being built, each with its file. */
export class SiteError extends Error {
  override name = "SiteError";
}

const ASSETS = ["style.css", "theme.js", "icon.svg"];

/**
 * Builds the site of guides and API.
 *
 * @returns The number of its pages.
 *
 * @throws {SiteError} If a link is dead or a page is missing; the message names
 * each on a line.
 */
export async function buildSite(options: SiteOptions): Promise<number> {
  const { root, output, repository } = options;
  // If this fails, nothing old can be taken for its result.
  remove(output);
  Deno.mkdirSync(output);
  const problems: string[] = [];
  const book = readBook(root, problems, options);
  const folder = `${output}/.deno_doc`;
  const api = await readApi({ root, repository, folder });
  remove(folder);

  const site = { book, api, repository };
  const images = new Set<string>();
  const files = new Map<string, string>();
  for (const page of book.pages) {
    const links = { root, repository, book, images, problems };
    files.set(page.path, renderGuide(page, site, links));
  }
  for (const page of api.pages) {
    const content = { ...page, language: "en", otherPath: undefined } as const;
    files.set(page.path, renderPage(content, site));
  }
  for (const language of ["en", "ja"] as const) {
    const entries = searchEntries(language, book.pages, api.pages);
    files.set(`search.${language}.json`, JSON.stringify(entries));
  }
  for (const name of ASSETS) files.set(name, readAsset(name));
  files.set("site.js", await bundleClient(root));
  for (const path of images) files.set(`files/${path}`, "");

  problems.push(...checkSite(files));
  if (problems.length) throw new SiteError(problems.join("\n"));
  write(files, images, options);
  return book.pages.length + api.pages.length;
}

function remove(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function write(
  files: ReadonlyMap<string, string>,
  images: ReadonlySet<string>,
  { root, output }: SiteOptions,
): void {
  for (const [path, text] of files) {
    const target = `${output}/${path}`;
    Deno.mkdirSync(target.slice(0, target.lastIndexOf("/")), {
      recursive: true,
    });
    const image = path.replace(/^files\//, "");
    if (images.has(image)) Deno.copyFileSync(`${root}/${image}`, target);
    else Deno.writeTextFileSync(target, text);
  }
}

function renderGuide(page: Page, site: Site, links: LinkOptions): string {
  const { language, path, label, source, parsed, anchors, other } = page;
  return renderPage({
    language,
    path,
    title: path.endsWith("index.html") ? parsed.title : label,
    html: parsed.render(
      (slug) => anchors.get(slug) ?? slug,
      (href, line) => resolveLink(page, href, line, links),
    ),
    headings: parsed.headings.filter(({ level }) => level === 2)
      .map(({ slug, text }) => ({ id: anchors.get(slug) ?? slug, text })),
    otherPath: other?.path,
    sourceUrl: `${site.repository}/blob/main/${source}`,
  }, site);
}

function readAsset(name: string): string {
  return Deno.readTextFileSync(new URL(`assets/${name}`, import.meta.url));
}

/** The script of the pages, with the search in it. */
async function bundleClient(root: string): Promise<string> {
  const folder = new URL("client/", import.meta.url).pathname;
  const { success, text } = await runDeno([
    "bundle",
    "--quiet",
    "--platform=browser",
    "--minify",
    `--config=${folder}deno.json`,
    `${folder}main.ts`,
  ], { directory: root });
  if (!success) throw new Error(`deno bundle failed: ${text}`);
  return text;
}
