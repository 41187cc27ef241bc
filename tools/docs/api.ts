// Copyright 2026 the Toukon Lambda authors. MIT license.

import { type HTMLElement, parse } from "node-html-parser";
import { runDeno } from "../../local/build/deno.ts";
import { escapeHtml, highlight } from "./markdown.ts";

/** A page of the API. */
export interface ApiPage {
  /** The page in the site, such as `api/http/index.html`. */
  readonly path: string;
  /** Where it belongs, such as `@toukon/lambda/http`. */
  readonly module: string;
  /** The name of a symbol or a module. */
  readonly title: string;
  /** Its first sentence or more, for the search. */
  readonly summary: string;
  readonly html: string;
  readonly headings: readonly { readonly id: string; readonly text: string }[];
  readonly sourceUrl: string | undefined;
}

/** The documentation of all entry points. */
export interface Api {
  readonly pages: readonly ApiPage[];
  readonly entries: readonly { readonly path: string; readonly name: string }[];
}

/** What {@linkcode readApi} needs to know. */
export interface ApiOptions {
  /** The folder of the repository. */
  readonly root: string;
  /** The address of the repository on GitHub. */
  readonly repository: string;
  /** A folder that is written to. */
  readonly folder: string;
}

/**
 * Runs `deno doc --html` over the entry points of `deno.json`, and takes the
 * texts out of its pages.
 *
 * @throws {Error} If `deno doc` fails.
 */
export async function readApi(options: ApiOptions): Promise<Api> {
  const { root, folder } = options;
  const { name, exports } = JSON.parse(
    Deno.readTextFileSync(`${root}/deno.json`),
  ) as { name: string; exports: Record<string, string> };
  const { success, text } = await runDeno([
    "doc",
    "--html",
    `--name=${name}`,
    `--output=${folder}`,
    ...Object.values(exports),
  ], { directory: root });
  if (!success) throw new Error(`deno doc --html failed: ${text}`);

  const entries = Object.entries(exports).map(([key, file]) => {
    const part = key.replace(/^\.\/?/, "");
    return {
      folder: part,
      file: file.replace(/^\.\//, ""),
      name: part ? `${name}/${part}` : name,
      path: part ? `api/${part}/index.html` : "api/index.html",
    };
  });
  const pages = entries.flatMap((entry) => {
    const base = entry.folder ? `${folder}/${entry.folder}` : folder;
    const symbols = symbolsIn(`${base}/~`);
    // That of the main entry leaves its symbols out, but for five of them.
    const index = entry.folder ? "index.html" : "all_symbols.html";
    return [
      readIndex(`${base}/${index}`, entry, options),
      ...symbols.map((file) => readSymbol(`${base}/~/${file}`, entry, options)),
    ];
  });
  return { pages, entries };
}

interface Entry {
  readonly folder: string;
  readonly file: string;
  readonly name: string;
  readonly path: string;
}

function symbolsIn(folder: string): string[] {
  try {
    // A page of a prototype only leads to that of its class.
    return [...Deno.readDirSync(folder)].map(({ name }) => name)
      .filter((name) => !name.endsWith(".prototype.html")).toSorted();
  } catch (error) {
    // A command exports nothing.
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function readIndex(file: string, entry: Entry, options: ApiOptions): ApiPage {
  const main = readMain(file);
  let section = main.querySelector("section");
  if (!entry.folder) {
    // All entry points stand in this one, each after its name: the main one is
    // called "default", and has its text in the index.
    const title = main.querySelectorAll("a.link")
      .find((link) => link.text.trim() === "default");
    section = title?.parentNode?.querySelector("section") ?? null;
    const index = readMain(file.replace("all_symbols", "index"));
    const text = index.querySelector("#module_doc .markdown");
    section?.querySelector("#module_doc .markdown_summary")
      ?.replaceWith(text ?? "");
  }
  const summary = section?.querySelector(".markdown p")?.text ?? "";
  return {
    ...finish(section, entry, options),
    path: entry.path,
    module: entry.name,
    title: entry.name,
    summary,
    html: `<h1>${escapeHtml(entry.name)}</h1>\n${section?.outerHTML ?? ""}`,
    sourceUrl: `${options.repository}/blob/main/${entry.file}`,
  };
}

function readSymbol(file: string, entry: Entry, options: ApiOptions): ApiPage {
  const main = readMain(file);
  const title = main.querySelector(".symbolTitle .text-2xl");
  if (title) title.tagName = "h1";
  const summary = main.querySelector(".markdown p")?.text ?? "";
  const fileName = file.slice(file.lastIndexOf("/") + 1);
  const folder = entry.path.replace(/index\.html$/, "");
  return {
    ...finish(main, entry, options),
    path: `${folder}~/${fileName}`,
    module: entry.name,
    title: fileName.replace(/\.html$/, "").replace(".prototype.", "."),
    summary,
    html: `<p class="crumb"><a href="../index.html">${
      escapeHtml(entry.name)
    }</a></p>\n${main.querySelector("article")?.innerHTML ?? ""}`,
    sourceUrl: main.querySelector(".symbolTitle .sourceButton")
      ?.getAttribute("href"),
  };
}

function readMain(file: string): HTMLElement {
  const page = parse(Deno.readTextFileSync(file), {
    blockTextElements: { script: true, style: true },
  });
  const main = page.querySelector("main");
  if (!main) throw new Error(`"${file}" of deno doc has no main element`);
  return main;
}

/** Makes what Deno writes fit into a page of the site. */
function finish(
  main: HTMLElement | null,
  { folder }: Entry,
  { root, repository }: ApiOptions,
): Pick<ApiPage, "headings"> {
  if (!main) throw new Error(`deno doc has nothing about "${folder}"`);
  for (const anchor of main.querySelectorAll("a.anchor")) anchor.remove();
  for (const source of main.querySelectorAll("a.sourceButton")) {
    const path = decodeURI(source.getAttribute("href") ?? "")
      .replace(`file://${root}/`, "");
    source.setAttribute("href", `${repository}/blob/main/${path}`);
    source.set_content("source");
  }
  for (const button of main.querySelectorAll("button")) button.remove();
  for (const pre of main.querySelectorAll("pre")) {
    const code = pre.querySelector("code");
    const language = code?.getAttribute("class")?.replace("language-", "");
    const html = highlight(code?.text ?? "", language ?? "");
    pre.setAttribute("tabindex", "0");
    pre.set_content(`<code>${html}</code>`);
  }
  for (const empty of main.querySelectorAll('[id=""]')) {
    empty.removeAttribute("id");
  }
  return {
    headings: main.querySelectorAll("section[id]").map((section) => ({
      id: section.getAttribute("id") ?? "",
      text: section.querySelector("h2")?.text.trim() ?? "",
    })).filter(({ text }) => text !== ""),
  };
}
