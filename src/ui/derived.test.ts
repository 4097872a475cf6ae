// What is derived from the state: presets, scales, sentences, progress, diagnostics.
import { describe, expect, it } from "vitest";
import { XaiError } from "../core/errors.ts";
import { describeMap } from "./describe-map.ts";
import { diagnostics } from "./diagnostics.ts";
import { fill } from "./fill.ts";
import { formatBytes, formatMilliseconds, formatPercent } from "./format.ts";
import { heatmapScale, paintMap, positionOnScale, timesAverage } from "./heatmap-scale.ts";
import { fitOptions, initialOptions } from "./method-options.ts";
import { activePreset, presets } from "./presets.ts";
import { describeProgress, progressShare, secondsLeft } from "./progress.ts";
import { firstSelection, withOption } from "./state/selection.ts";
import { running } from "./state/task.ts";
import { classifierInfo, shownMap } from "./testing/results.ts";
import { bringUp, createTestStore, showPicture } from "./testing/test-store.ts";

describe("presets", () => {
  it.each(presets)(
    "$id is recognised when all of it is in force, and not when one option differs",
    (preset) => {
      const { id, method, options, framing } = preset;
      const selection = { ...firstSelection, method, options: { [method]: options } };
      expect(activePreset({ selection, framing }, classifierInfo)?.id).toBe(id);
      for (const name of Object.keys(initialOptions(method, classifierInfo))) {
        const changed = withOption(selection, name, name === "headsOff" ? [1] : 0.123);
        expect(activePreset({ selection: changed, framing }, classifierInfo)?.id, name).not.toBe(id);
      }
      expect(activePreset({ selection, framing: "squash" }, classifierInfo)).toBeNull();
    },
  );
});

describe("the colour scale", () => {
  const values = Float32Array.from([1, 2, 3, 6]);

  it("goes from the lowest or from zero to the highest, the average at 1×", () => {
    expect(heatmapScale(values, "lowest")).toEqual({
      low: 1,
      high: 6,
      mean: 3,
      diverges: false,
      clipped: false,
    });
    const fromZero = heatmapScale(values, "zero");
    expect(fromZero.low).toBe(0);
    expect(positionOnScale(fromZero, 3)).toBe(0.5);
    expect(timesAverage(fromZero, 6)).toBe(2);
  });

  it("of a uniform map has one colour and no NaN", () => {
    const scale = heatmapScale(Float32Array.from([2, 2, 2, 2]), "lowest");
    expect(positionOnScale(scale, 2)).toBe(0);
  });

  it("paints patches as squares, lowest and highest colour at the ends of the table", () => {
    const grid = { rows: 2, columns: 2 };
    const scale = heatmapScale(values, "lowest");
    const image = paintMap(values, grid, scale, {
      colourMap: "grey",
      divergingMap: "red-blue",
      interpolation: "nearest",
    });
    expect(image.width).toBe(224);
    const grey = (x: number, y: number) => image.data[4 * (y * image.width + x)];
    expect([grey(0, 0), grey(111, 111), grey(112, 112), grey(223, 223)]).toEqual([0, 0, 255, 255]);
    expect(grey(223, 0)).toBe(51);
  });
});

describe("a map in words", () => {
  it("names the place of its peak and how high it is", () => {
    const text = describeMap("cat.png", shownMap([0.5, 0.5, 0.5, 2.5]));
    expect(text).toBe(
      "Attention rollout over cat.png. Strongest in the centre, 2.50× an average patch; weakest patch 0.50×.",
    );
    const nine = shownMap([1, 1, 9, 1, 1, 1, 1, 1, 1], { grid: { rows: 3, columns: 3 } });
    expect(describeMap("x", nine)).toContain("Strongest in the upper right");
  });

  it("says when there is none, or nothing to tell apart", () => {
    expect(describeMap("x", null)).toContain("no attention map");
    expect(describeMap("x", shownMap([1, 1, 1, 1]))).toContain("Every cell has the same value");
  });
});

describe("progress", () => {
  const download = {
    ...running(1, 1000),
    progress: { stage: "download", subject: "m.onnx", done: 6e6, total: 24e6, unit: "bytes" },
  } as const;

  it("tells bytes, total and time left at the average pace", () => {
    expect(progressShare(download)).toBe(0.25);
    expect(secondsLeft(download, 3000)).toBe(6);
    expect(describeProgress(download, 3000)).toBe(
      "Downloading · m.onnx · 6.0 MB of 24.0 MB · about 6 s left",
    );
  });

  it("guesses no time before there is a basis, and none where the total is unknown", () => {
    expect(secondsLeft(download, 1100)).toBeNull();
    const blind = { ...download, progress: { stage: "download", done: 5, unit: "bytes" } } as const;
    expect(progressShare(blind)).toBeNull();
    expect(describeProgress(blind, 9000)).toBe("Downloading · 5 B");
  });
});

describe("numbers", () => {
  it("carry their unit and few digits", () => {
    expect([formatBytes(999), formatBytes(25_424), formatBytes(23_054_588)]).toEqual([
      "999 B",
      "25 kB",
      "23.1 MB",
    ]);
    expect([0.42, 71.3, 1240].map(formatMilliseconds)).toEqual(["0.4 ms", "71 ms", "1.2 s"]);
    expect([0, 0.00004, 0.5412].map(formatPercent)).toEqual(["0.0 %", "< 0.1 %", "54.1 %"]);
  });

  it("fill the places of a sentence", () => {
    expect(fill("{a} of {b}", { a: 1, b: "two" })).toBe("1 of two");
  });
});

describe("options for another model", () => {
  it("keep what fits", () => {
    const rollout = { fusion: "max", startLayer: 11, headsOff: [0, 5, 143] };
    const raw = { head: 7 };
    const cam = { layer: 20 };
    const sizes = { layers: 2, heads: 3, featureLayers: [1, 2, 3] };
    const fitted = fitOptions({ rollout, "raw-attention": raw, "grad-cam": cam }, sizes);
    expect(fitted.rollout).toEqual({ fusion: "max", startLayer: 1, headsOff: [0, 5] });
    expect(fitted["raw-attention"]).toEqual({ head: 2 });
    expect(fitted["grad-cam"]).toEqual({ layer: 2 });
  });
});

describe("diagnostics", () => {
  it("hold the error and the machine, and nothing of the picture but its size and type", async () => {
    const test = createTestStore();
    await bringUp(test);
    await showPicture(test, "secret-name.png");
    const error = new XaiError("engine/run-failed", { model: "m", reason: "out of memory" });
    const text = diagnostics(error, test.store.getState(), "agent 1");
    expect(JSON.parse(text)).toMatchObject({
      error: { code: "engine/run-failed", details: { reason: "out of memory" } },
      runtime: { backend: "wasm", threads: 2 },
      classifier: { id: "tiny" },
      picture: { bytes: 15 },
      userAgent: "agent 1",
    });
    expect(text).not.toContain("secret-name");
  });
});
