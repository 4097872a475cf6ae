// Panels as JSON: the raw maps with every parameter, the hashes of model and picture, and the scores.
import type { ExportPanel, PanelMap, PanelTarget, PanelTerm } from "./panel.ts";

/** What wrote a file, and when. */
export interface ExportStamp {
  /** Name and version of the app. */
  readonly app: string;
  /** ISO 8601. */
  readonly created: string;
  /** Address that opens the same view. */
  readonly link: string;
}

/** How many of the most probable classes are listed. */
const listedClasses = 5;

/** A document for reading by scripts: `panels[i].map.values` is a list of `rows` lists. */
export function writePanelsJson(panels: readonly ExportPanel[], stamp: ExportStamp): string {
  const document = { format: "patchlight-maps", version: 1, ...stamp, panels: panels.map(panelFacts) };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Everything about a panel as plain data. */
export function panelFacts(panel: ExportPanel): Readonly<Record<string, unknown>> {
  const { name, picture, model, method, terms, difference, map, figures, foreground, scores } = panel;
  return {
    name,
    picture,
    model,
    method,
    terms: terms.map(termFacts),
    difference,
    map: { ...map, values: rowsOf(map) },
    figures,
    foreground: foreground && { ...foreground, shares: rowsOf({ ...foreground, values: foreground.shares }) },
    scores,
    classes: mostProbable(panel),
  };
}

function termFacts({ options, target, gradient }: PanelTerm): Readonly<Record<string, unknown>> {
  return { options, target: targetFacts(target), gradient };
}

function targetFacts(target: PanelTarget): Readonly<Record<string, unknown>> {
  return target.kind === "vector"
    ? { ...target, values: Array.from(target.values, shortNumber) }
    : { ...target };
}

function mostProbable({ classes: { labels, probabilities, logits } }: ExportPanel): readonly unknown[] {
  const order = Array.from(probabilities.keys()).sort((a, b) => probabilities[b] - probabilities[a]);
  return order.slice(0, listedClasses).map((index) => ({
    index,
    label: labels[index] ?? String(index),
    probability: probabilities[index],
    logit: shortNumber(logits[index]),
  }));
}

function rowsOf({
  values,
  rows,
  columns,
}: Pick<PanelMap, "values" | "rows" | "columns">): readonly (readonly number[])[] {
  return Array.from({ length: rows }, (_, row) =>
    Array.from(values.subarray(row * columns, (row + 1) * columns), shortNumber),
  );
}

/** The shortest decimal that names this 32-bit float; nine digits always do, and more would be noise. */
function shortNumber(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}
