// Copyright 2026 the Toukon Lambda authors. MIT license.

/** The languages of the site; the first one is complete. */
export type Language = "en" | "ja";

/** A text in each language. */
export type Texts = Readonly<Record<Language, string>>;

/** A part of the navigation. */
export interface Section {
  readonly title: Texts;
  /** The Markdown files, by their paths in the repository. */
  readonly sources: readonly string[];
  /** Whether its pages are for who works on the project, and English only. */
  readonly englishOnly?: boolean;
}

/**
 * The navigation, in its order. A file of `docs/` that is missing here is an
 * error; one that is here and not there is left out.
 */
export const SECTIONS: readonly Section[] = [
  {
    title: { en: "Start", ja: "はじめに" },
    sources: [
      "README.md",
      "docs/first_function.md",
      "examples/starter/README.md",
      "docs/from_node.md",
      "docs/from_elixir.md",
    ],
  },
  {
    title: { en: "Handlers", ja: "ハンドラー" },
    sources: [
      "docs/handlers.md",
      "docs/http.md",
      "docs/streaming.md",
      "docs/batches.md",
    ],
  },
  {
    title: { en: "In operation", ja: "運用" },
    sources: [
      "docs/runtime.md",
      "docs/dead_letters.md",
      "docs/isolation.md",
      "docs/concurrency.md",
      "docs/snap_start.md",
      "docs/logs.md",
      "docs/metrics.md",
      "docs/traces.md",
    ],
  },
  {
    title: { en: "On your machine", ja: "手元での作業" },
    sources: [
      "docs/create.md",
      "docs/local_runs.md",
      "docs/local.md",
      "docs/events.md",
      "docs/testing.md",
      "docs/permissions.md",
    ],
  },
  {
    title: { en: "Build and deploy", ja: "ビルドとデプロイ" },
    sources: [
      "docs/build.md",
      "docs/deploy.md",
      "docs/custom_runtime.md",
      "docs/cold_start.md",
      "docs/performance.md",
    ],
  },
  {
    title: { en: "Reference", ja: "リファレンス" },
    sources: [
      "docs/configuration.md",
      "docs/compatibility.md",
      "docs/design.md",
      "ARCHITECTURE.md",
    ],
  },
  {
    title: { en: "Project", ja: "プロジェクト" },
    sources: [
      "CHANGELOG.md",
      "CONTRIBUTING.md",
      "SECURITY.md",
      "docs/release.md",
    ],
    englishOnly: true,
  },
];

/** What the navigation says instead of a page's own title. */
export const LABELS: Readonly<Record<string, Texts>> = {
  "README.md": { en: "Overview", ja: "概要" },
  "examples/starter/README.md": {
    en: "Tutorial: the starter",
    ja: "チュートリアル：スターター",
  },
  "docs/runtime.md": {
    en: "Errors and recovery",
    ja: "エラーと復旧",
  },
};

/** Pages that are known to have no Japanese translation yet. */
export const UNTRANSLATED: readonly string[] = [];

/** Where the Japanese text of a page is, in the repository. */
export function japaneseSource(source: string): string {
  if (source.endsWith("README.md")) return source.replace(/\.md$/, ".ja.md");
  if (source === "ARCHITECTURE.md") return "docs/ja/architecture.md";
  return source.replace(/^docs\//, "docs/ja/");
}

/** Where a page is in the site, without its language. */
export function pathOf(source: string): string {
  if (source === "README.md") return "index.html";
  if (source === "examples/starter/README.md") return "tutorial.html";
  const name = source.slice(source.lastIndexOf("/") + 1);
  return name.toLowerCase().replace(/\.md$/, ".html");
}
