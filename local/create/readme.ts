// Copyright 2026 the Toukon Lambda authors. MIT license.

import { type ChoiceName, type Choices, defaultOf } from "./choices.ts";
import { READMES, STARTER } from "./templates.ts";

type Language = keyof typeof READMES;

const FILE_NAMES: Record<Language, "README.md" | "README.ja.md"> = {
  en: "README.md",
  ja: "README.ja.md",
};

/** The line that links to the other language. */
const LINK = /^_\[.*\]\(README.*\.md\)_\n\n/m;

/** The command in step 1, without the name. */
const COMMAND = /^(deno run -A jsr:@toukon\/lambda\/create \S+) .*$/m;

/** What is said of the starter's own handler behind a URL that streams. */
const REPLY_IN_GATEWAY_FORM =
  /^(?:A function URL that streams|ストリーミングする関数 URL).*\n(?:.+\n)*\n/m;

/** The READMEs of a project, by their file names. */
export function readmes(
  choices: Choices,
  firstEvent: string,
): Record<string, string> {
  const { readme } = choices;
  if (readme !== "both") {
    const text = readmeIn(readme, choices, firstEvent).replace(LINK, "");
    return { "README.md": text };
  }
  const languages = Object.keys(FILE_NAMES) as Language[];
  return Object.fromEntries(
    languages.map((it) => [FILE_NAMES[it], readmeIn(it, choices, firstEvent)]),
  );
}

function readmeIn(
  language: Language,
  choices: Choices,
  firstEvent: string,
): string {
  const { kind, infra, form } = choices;
  const starter = sectionsOf(STARTER[FILE_NAMES[language]]);
  const parts: Record<string, string> = READMES[language];
  const step = (number: number) =>
    starter.find((it) => it.startsWith(`## ${number}.`)) ?? "";
  const run = kind === "event" ? step(2) : parts[`run_${kind}.md`];
  const sections = infra === "cdk"
    ? starter.map((it) => it === step(2) ? run : withReach(it, parts, kind))
    : [
      ...sectionsOf(parts[`start_${form}.md`]),
      parts["make.md"],
      run,
      step(3),
      parts[`build_${form}.md`],
      `${parts["deploy.md"]}\n${parts[`deploy_${form}.md`]}`,
      ...(kind === "event" ? [] : [parts[`connect_${kind}.md`]]),
      ...sectionsOf(`${parts["after.md"]}\n${parts[`update_${form}.md`]}`),
    ];
  return withChoices(numbered(sections), choices, firstEvent);
}

/** Adds how to reach the function otherwise to the step that invokes it. */
function withReach(
  section: string,
  parts: Record<string, string>,
  kind: Choices["kind"],
): string {
  if (kind === "event" || !section.includes("aws lambda invoke")) {
    return section;
  }
  return section.replace(
    /^(?=\*\*(?:What it costs\.|費用。)\*\*)/m,
    () => `${parts[`cdk_${kind}.md`]}\n`,
  );
}

/** What of a page comes first, and what is under each heading. */
function sectionsOf(page: string): string[] {
  return page.split(/^(?=## )/m);
}

/** Joins the sections, their steps counted anew. */
function numbered(sections: string[]): string {
  let number = 0;
  return sections
    .map((it) => it.replace(/^## \d+\./, () => `## ${++number}.`).trimEnd())
    .join("\n\n") + "\n";
}

function withChoices(
  page: string,
  choices: Choices,
  firstEvent: string,
): string {
  const options = Object.entries(choices)
    .filter(([name, value]) => value !== defaultOf(name as ChoiceName))
    .map(([name, value]) => ` --${name} ${value}`);
  const text = page.replace(COMMAND, `$1 --yes${options.join("")}`);
  if (choices.kind === "event") return text;
  return text
    .replaceAll(/\bevents\/(?:hello|default|api_gateway)\.json/g, firstEvent)
    .replace(REPLY_IN_GATEWAY_FORM, "");
}
