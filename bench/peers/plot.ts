// Copyright 2026 the Toukon Lambda authors. MIT license.

import { type Result, scenarioTitle } from "./rounds.ts";
import { QUANTITIES, type Quantity, summarize } from "./summary.ts";
import { titleOf } from "./table.ts";

const LABEL_WIDTH = 250;
const PANEL_WIDTH = 150;
const PANEL_GAP = 70;
const PANELS_A_ROW = 3;
const BAR_HEIGHT = 12;
const LINE_HEIGHT = 20;
const HEAD_HEIGHT = 50;
const AXIS_HEIGHT = 40;

/** Its colours are those of the page that it is in, light or dark. */
const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #1f2328; }
  .title { font-weight: 600; }
  .value, .tick { font-size: 11px; }
  .bar { fill: #8c959f; }
  .ours { fill: #0969da; }
  .spread, .axis { stroke: #1f2328; stroke-width: 1; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .bar { fill: #6e7681; }
    .ours { fill: #4493f8; }
    .spread, .axis { stroke: #e6edf3; }
  }
`;

/** One quantity of all clients in one scenario. */
interface Panel {
  title: string;
  unit: string;
  quantity: Quantity;
  result: Result;
}

/** Draws the medians as bars, with a line from the least to the most. */
export function plotText(results: Result[], ours: Set<string>): string {
  const panels = results.flatMap(panelsOf);
  const names = [
    ...new Set(results.flatMap(({ measurements }) => [...measurements.keys()])),
  ];
  const rows = Math.ceil(panels.length / PANELS_A_ROW);
  const rowHeight = HEAD_HEIGHT + names.length * LINE_HEIGHT + AXIS_HEIGHT;
  const width = LABEL_WIDTH + PANELS_A_ROW * (PANEL_WIDTH + PANEL_GAP);
  const height = rows * rowHeight;
  const labels = Array.from(
    { length: rows },
    (_, row) => labelsText(names, row * rowHeight + HEAD_HEIGHT),
  );
  const drawn = panels.map((panel, index) => {
    const x = LABEL_WIDTH + (index % PANELS_A_ROW) * (PANEL_WIDTH + PANEL_GAP);
    const y = Math.floor(index / PANELS_A_ROW) * rowHeight;
    return panelText(panel, names, ours, x, y);
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Medians of each client">
<style>${STYLE}</style>
${[...labels, ...drawn].join("\n")}
</svg>
`;
}

function panelsOf(result: Result): Panel[] {
  const { firstNext, p50, perSecond, processor, resident } = QUANTITIES;
  const of = (title: string, quantity: Quantity): Panel => ({
    title: `${title}, ${scenarioTitle(result.scenario)}`,
    unit: quantity.unit,
    quantity,
    result,
  });
  if (result.scenario.hasQuota) return [of("Rate", perSecond)];
  if (result.scenario.bytes > 1024) return [of("Time to reply", p50)];
  return [
    of("First next", firstNext),
    of("Time to reply", p50),
    of("Processor time", processor),
    of("Resident", resident),
  ];
}

function labelsText(names: string[], top: number): string {
  return names.map((name, index) => {
    const y = top + index * LINE_HEIGHT + BAR_HEIGHT - 2;
    const title = escape(titleOf(name).replaceAll("`", ""));
    return `<text x="${
      LABEL_WIDTH - 8
    }" y="${y}" text-anchor="end">${title}</text>`;
  }).join("\n");
}

function panelText(
  { title, unit, quantity, result }: Panel,
  names: string[],
  ours: Set<string>,
  x: number,
  y: number,
): string {
  const summaries = names.map((name) => summarize([result], name, quantity));
  const most = niceMost(
    Math.max(...summaries.map((summary) => summary?.max ?? 0)),
  );
  const toX = (value: number) => round(x + value / most * PANEL_WIDTH);
  const top = y + HEAD_HEIGHT;
  const bottom = top + names.length * LINE_HEIGHT;
  const bars = summaries.map((summary, index) => {
    if (!summary) return "";
    const barY = top + index * LINE_HEIGHT;
    const middle = barY + BAR_HEIGHT / 2;
    const kind = ours.has(names[index]) ? "bar ours" : "bar";
    const [min, max] = [toX(summary.min), toX(summary.max)];
    const value = summary.median.toFixed(quantity.digits);
    return `<rect class="${kind}" x="${x}" y="${barY}" width="${
      round(toX(summary.median) - x)
    }" height="${BAR_HEIGHT}"/>
<line class="spread" x1="${min}" y1="${middle}" x2="${max}" y2="${middle}"/>
<text class="value" x="${max + 4}" y="${
      barY + BAR_HEIGHT - 2
    }">${value}</text>`;
  });
  const ticks = [0, most / 2, most].map((value) =>
    `<text class="tick" x="${toX(value)}" y="${
      bottom + 14
    }" text-anchor="middle">${Number(value.toPrecision(3))}</text>`
  );
  return `<text class="title" x="${x}" y="${y + 30}">${escape(title)}</text>
${bars.join("\n")}
<line class="axis" x1="${x}" y1="${bottom}" x2="${
    x + PANEL_WIDTH
  }" y2="${bottom}"/>
${ticks.join("\n")}
<text class="tick" x="${x + PANEL_WIDTH / 2}" y="${
    bottom + 28
  }" text-anchor="middle">${escape(unit)}</text>`;
}

/** The end of an axis: 1, 2 or 5 times a power of ten. */
function niceMost(value: number): number {
  if (value === 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].find((step) => step * power >= value)! * power;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
