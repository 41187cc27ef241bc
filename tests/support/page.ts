// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Commands that a page shows. */
export interface Block {
  commands: string;
  /** What the page says that they print, where it says so. */
  output: string | undefined;
}

/** The commands of a page, each with the text that follows it next. */
export function blocksOf(page: string): Block[] {
  const fences = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)];
  return fences.flatMap(([, language, text], index) => {
    if (language !== "sh") return [];
    const next = fences[index + 1];
    return [{
      commands: text,
      output: next?.[1] === "text" ? next[2] : undefined,
    }];
  });
}

/** Makes two runs comparable. */
export function withoutIdsAndTimes(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "ID")
    .replaceAll(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z/g, "TIME");
}
