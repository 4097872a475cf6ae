// Panels as tables: one row of scores for each, and the probabilities of all classes.
import { type CsvCell, writeCsv } from "./csv.ts";
import type { ExportPanel, PanelTarget, PanelTerm } from "./panel.ts";

type Column = readonly [name: string, cell: (panel: ExportPanel) => CsvCell];

/** Columns of the score table; an empty cell means that there is no such number. */
const columns: readonly Column[] = [
  ["name", ({ name }) => name],
  ["picture", ({ picture }) => picture.title],
  ["picture_sha256", ({ picture }) => picture.sha256],
  ["framing", ({ picture }) => picture.framing],
  ["model", ({ model }) => model.label],
  ["model_sha256", ({ model }) => model.files.map(({ sha256 }) => sha256).join(" ")],
  ["method", ({ method }) => method.id],
  ["options", ({ terms }) => JSON.stringify(terms[0].options)],
  ["gradient", ({ terms }) => terms[0].gradient],
  ["target", ({ terms }) => terms.map(({ target }) => nameOfTarget(target)).join(" minus ")],
  ["target_index", ({ terms }) => targetOf(terms[0])?.index ?? null],
  ["target_probability", ({ terms }) => targetOf(terms[0])?.probability ?? null],
  ["faf", ({ scores }) => scores?.faf ?? null],
  ["baf", ({ scores }) => scores?.baf ?? null],
  ["area", ({ scores }) => scores?.area ?? null],
  ["lift", ({ scores }) => scores?.lift ?? null],
  ["objects", ({ foreground }) => foreground?.instances.map(({ label }) => label).join("; ") ?? null],
  ["peak_row", (panel) => Math.floor(peakOf(panel) / panel.map.columns)],
  ["peak_column", (panel) => peakOf(panel) % panel.map.columns],
  ["peak_value", (panel) => panel.map.values[peakOf(panel)]],
];

/** `name,…,faf,baf,area,lift,…`, one row a panel. */
export function writeScoresCsv(panels: readonly ExportPanel[]): string {
  const head = columns.map(([name]) => name);
  return writeCsv([head, ...panels.map((panel) => columns.map(([, cell]) => cell(panel)))]);
}

/** `picture,model,index,label,logit,probability` for every class, once for each picture and model among the panels. */
export function writeProbabilitiesCsv(panels: readonly ExportPanel[]): string {
  const runs = new Map(panels.map((panel) => [runOf(panel), panel]));
  const rows = [...runs.values()].flatMap(({ picture, model, classes }) =>
    Array.from(classes.probabilities, (probability, index): CsvCell[] => [
      picture.title,
      model.label,
      index,
      classes.labels[index] ?? String(index),
      classes.logits[index],
      probability,
    ]),
  );
  return writeCsv([["picture", "model", "index", "label", "logit", "probability"], ...rows]);
}

/** What names one run of a model on a picture. */
function runOf({ picture, model }: ExportPanel): string {
  return JSON.stringify([picture.sha256, picture.framing, model.id, model.files]);
}

function targetOf({ target }: PanelTerm): Extract<PanelTarget, { kind: "class" }> | null {
  return target.kind === "class" ? target : null;
}

function nameOfTarget(target: PanelTarget): string {
  if (target.kind === "any-class") return "any class";
  return target.kind === "class" ? target.label : target.name;
}

/** The cell with the highest value, the first of them. */
function peakOf({ map: { values } }: ExportPanel): number {
  return values.indexOf(values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY));
}
