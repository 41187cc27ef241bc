// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { Book, Page } from "./book.ts";
import type { Link } from "./markdown.ts";

/** What links are resolved with. */
export interface LinkOptions {
  /** The folder of the repository. */
  readonly root: string;
  /** The address of the repository on GitHub. */
  readonly repository: string;
  readonly book: Book;
  /** Images that the site has to have, by their paths in the repository. */
  readonly images: Set<string>;
  readonly problems: string[];
}

const IMAGE = /\.(?:avif|gif|jpe?g|png|svg|webp)$/;

/**
 * The address in the site of a link in a page: a page in its language, else a
 * file on GitHub. A link to nothing goes to `problems`.
 */
export function resolveLink(
  page: Page,
  href: string,
  line: number,
  { root, repository, book, images, problems }: LinkOptions,
): Link {
  if (/^(?:https?|mailto):/.test(href)) return { href };
  const [target, hash = ""] = decodeURI(href).split("#");
  const dead = (why: string) => {
    problems.push(
      `${page.source}:${line}: dead link "${decodeURI(href)}": ${why}`,
    );
    return { href };
  };

  const path = target ? resolvePath(page.source, target) : page.source;
  const linked = path === undefined ? undefined : book.bySource.get(path);
  if (linked) {
    const id = linked.anchors.get(hash);
    if (hash && id === undefined) {
      return dead(`no heading of ${linked.source} has this anchor`);
    }
    const inLanguage = linked.language === page.language
      ? linked
      : linked.other ?? linked;
    const fragment = id ? `#${id}` : "";
    return !target && fragment ? { href: fragment } : {
      href: relative(page.path, inLanguage.path) + fragment,
      label: inLanguage.label,
    };
  }

  const info = path === undefined ? undefined : stat(`${root}/${path}`);
  if (path === undefined || !info) return dead("there is no such file");
  if (IMAGE.test(path)) {
    images.add(path);
    return { href: relative(page.path, `files/${path}`) };
  }
  const kind = info.isDirectory ? "tree" : "blob";
  return { href: `${repository}/${kind}/main/${path}${hash && `#${hash}`}` };
}

/** The path from one page of the site to another. */
export function relative(from: string, to: string): string {
  const folders = from.split("/").slice(0, -1);
  const parts = to.split("/");
  const at = folders.findIndex((folder, index) => folder !== parts[index]);
  const shared = Math.min(at < 0 ? folders.length : at, parts.length - 1);
  return "../".repeat(folders.length - shared) + parts.slice(shared).join("/");
}

/** The path in the repository, where it does not leave it. */
function resolvePath(source: string, target: string): string | undefined {
  if (target.startsWith("/")) return undefined;
  const base = new URL("file:///repository/");
  const { pathname } = new URL(target, new URL(source, base));
  const path = decodeURI(pathname);
  return path.startsWith("/repository/")
    ? path.slice("/repository/".length).replace(/\/$/, "")
    : undefined;
}

function stat(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
