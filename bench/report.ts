// Turns measurements into the table of bench/README.md.
import { readFileSync, writeFileSync } from "node:fs";
import type { SliderStep } from "./app-probe.ts";
import type { Turn } from "./measure.ts";
import { median, quantile } from "./statistics.ts";

/** All that one run of the bench has found. */
export interface Findings {
  readonly machine: string;
  readonly versions: string;
  readonly date: string;
  readonly threads: number;
  readonly load: string;
  readonly turns: readonly Turn[];
  readonly sliders: readonly { readonly label: string; readonly steps: readonly SliderStep[] }[];
}

/** One figure with its target. */
interface Row {
  readonly figure: string;
  readonly value: string;
  readonly target: string;
  readonly isMet: boolean | null;
}

const beginMark = "<!-- measured: begin (npm run bench) -->";
const endMark = "<!-- measured: end -->";

/** The rows of the table: ratios are medians of the ratios of single turns, in which both sides had the same picture. */
export function tableRows({ turns, sliders }: Findings): readonly Row[] {
  const heatmapRatio = median(turns.map(({ heatmap, bareClassifier }) => heatmap / bareClassifier));
  const foregroundRatio = median(
    turns.map(({ foreground, bareClassifier, bareDetector }) => foreground / (bareClassifier + bareDetector)),
  );
  return [
    row("DeiT-Tiny, bare forward pass", milliseconds(turns.map((turn) => turn.bareClassifier))),
    row("image → first heatmap", milliseconds(turns.map((turn) => turn.heatmap))),
    ratioRow("image → first heatmap / bare forward pass", heatmapRatio, 1.25),
    row("of it: decoding", milliseconds(turns.map(({ stages }) => stages.decode))),
    row("of it: resizing and normalising", milliseconds(turns.map(({ stages }) => stages.preprocess))),
    row("of it: forward pass with attention", milliseconds(turns.map(({ stages }) => stages.forward))),
    row("of it: rollout", milliseconds(turns.map(({ stages }) => stages.map))),
    row("of it: everything else (messages, painting)", milliseconds(turns.map(restOf))),
    row("Mask R-CNN2Go, bare forward passes", milliseconds(turns.map((turn) => turn.bareDetector))),
    row("image → FAF/BAF", milliseconds(turns.map((turn) => turn.foreground))),
    ratioRow("image → FAF/BAF / both models' bare forward passes", foregroundRatio, 1.5),
    ...sliders.flatMap(sliderRows),
  ];
}

function sliderRows({ label, steps }: Findings["sliders"][number]): readonly Row[] {
  const [worker, drawn, painted] = (["worker", "drawn", "painted"] as const).map((part) =>
    steps.map((step) => step[part]),
  );
  return [
    limitRow(`${label}: worker time, p50`, quantile(worker, 0.5), 4),
    row(`${label}: worker time, p95`, show(quantile(worker, 0.95))),
    row(`${label}: input → pixels on the canvas, p50`, show(quantile(drawn, 0.5))),
    row(`${label}: input → pixels on the canvas, p95`, show(quantile(drawn, 0.95))),
    row(`${label}: input → painted frame, p50`, show(quantile(painted, 0.5))),
    limitRow(`${label}: input → painted frame, p95`, quantile(painted, 0.95), 16),
  ];
}

/** The section between the marks, in Markdown. */
export function describeFindings(findings: Findings): string {
  const rows = tableRows(findings).map(({ figure, value, target, isMet }) => {
    const verdict = isMet === null ? "" : isMet ? "met" : "**missed**";
    return `| ${figure} | ${value} | ${target} | ${verdict} |`;
  });
  const pictures = [
    ...new Set(findings.turns.map(({ picture, instances }) => `${picture} (${instances} objects)`)),
  ];
  return [
    `${findings.date}; ${findings.machine}; ${findings.versions}; ${findings.threads} WASM threads a worker; ${findings.load}.`,
    `${findings.turns.length} turns with ${pictures.join(", ")}.`,
    "",
    "| Figure | Measured | Target | |",
    "|---|---|---|---|",
    ...rows,
  ].join("\n");
}

/** Replaces the section between the marks of the file at `path`. */
export function writeReport(path: string, findings: Findings): void {
  const text = readFileSync(path, "utf8");
  const begin = text.indexOf(beginMark);
  const end = text.indexOf(endMark);
  if (begin < 0 || end < begin) throw new Error(`${path} lacks the marks ${beginMark} and ${endMark}`);
  const section = `${beginMark}\n\n${describeFindings(findings)}\n\n`;
  writeFileSync(path, text.slice(0, begin) + section + text.slice(end));
}

function restOf({ heatmap, stages }: Turn): number {
  return heatmap - stages.decode - stages.preprocess - stages.forward - stages.map;
}

function row(figure: string, value: string): Row {
  return { figure, value, target: "", isMet: null };
}

function ratioRow(figure: string, ratio: number, limit: number): Row {
  return { figure, value: `${ratio.toFixed(2)}×`, target: `≤ ${limit}×`, isMet: ratio <= limit };
}

function limitRow(figure: string, value: number, limit: number): Row {
  return { figure, value: show(value), target: `≤ ${limit} ms`, isMet: value <= limit };
}

function milliseconds(values: readonly number[]): string {
  return `${show(median(values))} (${show(quantile(values, 0.25))} – ${show(quantile(values, 0.75))})`;
}

function show(value: number): string {
  return `${value < 100 ? value.toFixed(1) : value.toFixed(0)} ms`;
}
