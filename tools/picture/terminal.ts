// Copyright 2026 the Toukon Lambda authors. MIT license.

/** A command, and what it has written. */
export interface Run {
  /** As it is typed. */
  readonly command: string;
  readonly stderr: string;
  readonly stdout: string;
}

/** A line of the picture, and how it is drawn. */
interface Line {
  readonly kind: "command" | "log" | "reply" | "gap";
  readonly text: string;
}

const COLUMNS = 100;
const COLUMN_PX = 8.45;
const LINE_PX = 21;
const MARGIN_PX = 20;

/** Characters that take two columns. */
const WIDE =
  /[\p{Emoji_Presentation}\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/u;

const STYLE = `
  rect { fill: #f6f8fa; stroke: #d0d7de; }
  text {
    font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
    white-space: pre;
  }
  .command { fill: #0550ae; font-weight: 600; }
  .log { fill: #57606a; }
  .reply { fill: #1f2328; }
  @media (prefers-color-scheme: dark) {
    rect { fill: #0d1117; stroke: #30363d; }
    .command { fill: #79c0ff; }
    .log { fill: #9198a1; }
    .reply { fill: #e6edf3; }
  }`;

/** Draws a terminal as an SVG, which follows the reader's colour scheme. */
export function drawTerminal(runs: readonly Run[], label: string): string {
  const lines = runs.flatMap(linesOf).slice(0, -1);
  const width = Math.ceil(COLUMNS * COLUMN_PX + 2 * MARGIN_PX);
  const height = lines.length * LINE_PX + 2 * MARGIN_PX;
  const texts = lines.flatMap(({ kind, text }, at) => {
    const y = MARGIN_PX + at * LINE_PX + 15;
    const open = `<text class="${kind}" x="${MARGIN_PX}" y="${y}">`;
    return kind === "gap" ? [] : [`${open}${escapeXml(text)}</text>`];
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${
    escapeXml(label)
  }">
<style>${STYLE}
</style>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
${texts.join("\n")}
</svg>
`;
}

function linesOf({ command, stderr, stdout }: Run): Line[] {
  return [
    ...wrap(`$ ${command}`, "command"),
    ...wrap(stderr, "log"),
    ...wrap(stdout, "reply"),
    { kind: "gap", text: "" },
  ];
}

/** Breaks lines as a terminal does, in the middle of words too. */
function wrap(text: string, kind: Line["kind"]): Line[] {
  const lines: Line[] = [];
  for (const line of text.replaceAll("\t", " ").trimEnd().split("\n")) {
    let [part, columns] = ["", 0];
    for (const character of line) {
      const width = WIDE.test(character) ? 2 : 1;
      if (columns + width > COLUMNS) {
        lines.push({ kind, text: part });
        [part, columns] = ["", 0];
      }
      part += character;
      columns += width;
    }
    if (part) lines.push({ kind, text: part });
  }
  return lines;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
