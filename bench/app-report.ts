// What was found of the app, as rows.
import type { AppFindings, SliderFindings } from "./app-part.ts";
import type { Turn } from "./measure.ts";
import { limitRow, milliseconds, type Row, ratioRow, row, show, tableOf } from "./rows.ts";
import { median, quantile } from "./statistics.ts";

/** Ratios are medians of the ratios of single turns, in which both sides had the same picture. */
export function appRows({ turns, sliders }: AppFindings): readonly Row[] {
  const ratio = (of: (turn: Turn) => number) => median(turns.map(of));
  return [
    row("DeiT-Tiny, bare forward pass", milliseconds(turns.map((turn) => turn.bareClassifier))),
    row("image → heatmap drawn", milliseconds(turns.map((turn) => turn.drawn))),
    ratioRow(
      "image → heatmap drawn / bare forward pass",
      ratio(({ drawn, bareClassifier }) => drawn / bareClassifier),
      1.25,
    ),
    row("of it: decoding", milliseconds(turns.map(({ stages }) => stages.decode))),
    row("of it: resizing and normalising", milliseconds(turns.map(({ stages }) => stages.preprocess))),
    row("of it: forward pass with attention", milliseconds(turns.map(({ stages }) => stages.forward))),
    row("of it: rollout", milliseconds(turns.map(({ stages }) => stages.map))),
    row("of it: everything else (messages, drawing)", milliseconds(turns.map(restOf))),
    row("image → frame with the heatmap, at 60 Hz", milliseconds(turns.map((turn) => turn.heatmap))),
    row("Mask R-CNN2Go, bare forward passes", milliseconds(turns.map((turn) => turn.bareDetector))),
    row("image → frame with FAF/BAF, at 60 Hz", milliseconds(turns.map((turn) => turn.foreground))),
    ratioRow(
      "image → frame with FAF/BAF / both models' bare forward passes",
      ratio(({ foreground, bareClassifier, bareDetector }) => foreground / (bareClassifier + bareDetector)),
      1.5,
    ),
    ...sliders.flatMap(sliderRows),
  ];
}

function sliderRows({ label, steps }: SliderFindings): readonly Row[] {
  const [worker, drawn, painted] = (["worker", "drawn", "painted"] as const).map((part) =>
    steps.map((step) => step[part]),
  );
  const frames = label.includes("60 Hz")
    ? row(`${label}: input → frame, p95`, show(quantile(painted, 0.95)))
    : limitRow(`${label}: input → frame, p95`, quantile(painted, 0.95), 16);
  return [
    limitRow(`${label}: worker time, p50`, quantile(worker, 0.5), 4),
    row(`${label}: worker time, p95`, show(quantile(worker, 0.95))),
    row(`${label}: input → drawn, p50`, show(quantile(drawn, 0.5))),
    limitRow(`${label}: input → drawn, p95`, quantile(drawn, 0.95), 16),
    row(`${label}: input → frame, p50`, show(quantile(painted, 0.5))),
    frames,
  ];
}

export function describeApp(findings: AppFindings): readonly string[] {
  const { turns, threads } = findings;
  const pictures = [...new Set(turns.map(({ picture, instances }) => `${picture} (${instances} objects)`))];
  return [
    `${threads} WASM threads a worker; ${turns.length} turns with ${pictures.join(", ")}.`,
    "",
    ...tableOf(appRows(findings)),
  ];
}

function restOf({ drawn, stages }: Turn): number {
  return drawn - stages.decode - stages.preprocess - stages.forward - stages.map;
}
