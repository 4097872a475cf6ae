// Rows of a table of measurements, and the tables in a Markdown file that are measured anew.
import { readFileSync, writeFileSync } from "node:fs";
import { median, quantile } from "./statistics.ts";

/** One figure with its target. */
export interface Row {
  readonly figure: string;
  readonly value: string;
  readonly target: string;
  readonly isMet: boolean | null;
}

export function row(figure: string, value: string): Row {
  return { figure, value, target: "", isMet: null };
}

export function ratioRow(figure: string, ratio: number, limit: number): Row {
  return { figure, value: times(ratio), target: `≤ ${limit}×`, isMet: ratio <= limit };
}

/** @param value in milliseconds. */
export function limitRow(figure: string, value: number, limit: number): Row {
  return { figure, value: show(value), target: `≤ ${limit} ms`, isMet: value <= limit };
}

/** Median and quartiles. */
export function milliseconds(values: readonly number[]): string {
  return `${show(median(values))} (${show(quantile(values, 0.25))} – ${show(quantile(values, 0.75))})`;
}

export function show(value: number): string {
  return `${value < 100 ? value.toFixed(1) : value.toFixed(0)} ms`;
}

export function times(ratio: number): string {
  return `${ratio.toFixed(2)}×`;
}

export function tableOf(rows: readonly Row[]): readonly string[] {
  return [
    "| Figure | Measured | Target | |",
    "|---|---|---|---|",
    ...rows.map(({ figure, value, target, isMet }) => {
      const verdict = isMet === null ? "" : isMet ? "met" : "**missed**";
      return `| ${figure} | ${value} | ${target} | ${verdict} |`;
    }),
  ];
}

/** Replaces what stands between the marks of that name. */
export function writeSection(path: string, name: string, lines: readonly string[]): void {
  const text = readFileSync(path, "utf8");
  const beginMark = `<!-- measured: ${name} (npm run bench) -->`;
  const endMark = `<!-- end of ${name} -->`;
  const begin = text.indexOf(beginMark);
  const end = text.indexOf(endMark);
  if (begin < 0 || end < begin) throw new Error(`${path} lacks the marks ${beginMark} and ${endMark}`);
  const section = `${beginMark}\n\n${lines.join("\n")}\n\n`;
  writeFileSync(path, text.slice(0, begin) + section + text.slice(end));
}
