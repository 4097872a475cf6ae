// A panel with numbers that can be checked by hand.
import type { ExportPanel } from "../../src/core/export/panel.ts";

/** Two by two cells of raw values 4, 2, 3, 1, of which the upper left and half of the upper right are foreground. */
export const examplePanel: ExportPanel = {
  name: "Gradient rollout for tabby, tabby cat",
  picture: {
    title: "=cat.png",
    sample: null,
    sha256: "ab".repeat(32),
    width: 640,
    height: 480,
    framing: "crop",
    region: { x: 80, y: 0, width: 480, height: 480 },
  },
  model: {
    id: "tiny",
    label: "Tiny",
    files: [{ name: "tiny.onnx", sha256: "cd".repeat(32) }],
    preprocessing: { framing: "crop", shorterSide: 248, size: 224, mean: [0, 0, 0], std: [1, 1, 1] },
    backend: "WASM",
  },
  method: { id: "gradient-rollout", label: "Gradient rollout", cite: "A 2020", paper: "https://example.org" },
  terms: [
    {
      options: { discardRatio: 0.9, headsOff: [0, 3] },
      target: { kind: "class", index: 1, label: "tabby, tabby cat", probability: 0.25 },
      gradient: "exact",
    },
  ],
  difference: null,
  map: {
    values: Float32Array.of(4, 2, 3, 0.1),
    rows: 2,
    columns: 2,
    cells: "patches",
    signed: false,
  },
  figures: [],
  foreground: {
    instances: [{ label: "cat", score: 0.99 }],
    shares: Float32Array.of(1, 0.5, 0, 0),
    rows: 2,
    columns: 2,
  },
  scores: { faf: 0.5, baf: 0.5, area: 0.375, lift: 4 / 3 },
  classes: {
    labels: ["dog", "tabby, tabby cat"],
    probabilities: Float64Array.of(0.75, 0.25),
    logits: Float32Array.of(1.5, 0.4),
  },
};
