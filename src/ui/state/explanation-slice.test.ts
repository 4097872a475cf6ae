// Sliders: the newest value wins, the model never runs again, and a map that cannot be leaves the last one.
import { describe, expect, it, vi } from "vitest";
import { XaiError } from "../../core/errors.ts";
import { type Preset, presetsOf } from "../presets.ts";
import { classification, heatmap, preparedImage } from "../testing/results.ts";
import { bringUp, createTestStore, jobOf, showPicture } from "../testing/test-store.ts";
import type { Options } from "./selection.ts";
import { selectFailure, selectIsStale } from "./selectors.ts";

async function shownPicture() {
  const test = createTestStore();
  await bringUp(test);
  const job = await showPicture(test, "a.png");
  return { ...test, job };
}

/** The options that a call asked for. */
function optionsOf({ args }: { readonly args: readonly unknown[] }): Options {
  return (args[1] as { readonly options: Options }).options;
}

function discardOf(call: { readonly args: readonly unknown[] }): unknown {
  return optionsOf(call).discardRatio;
}

describe("a slider that moves faster than the worker", () => {
  it("has one request in flight; of those that wait only the newest is asked", async () => {
    const { engine, store, job } = await shownPicture();
    const before = engine.count("explain.explain");
    for (const ratio of [0.1, 0.2, 0.3, 0.4]) store.getState().setOption("discardRatio", ratio);
    expect(engine.count("explain.explain")).toBe(before + 1);
    expect(discardOf(engine.last("explain.explain"))).toBe(0.1);
    await engine.last("explain.explain").resolve(heatmap(job, [1, 2, 3, 4]));
    expect(engine.count("explain.explain")).toBe(before + 2);
    expect(discardOf(engine.last("explain.explain"))).toBe(0.4);
    expect(store.getState().shown?.heatmap?.values[3]).toBe(4);
    await engine.last("explain.explain").resolve(heatmap(job, [5, 6, 7, 8]));
    expect(engine.count("explain.explain")).toBe(before + 2);
    expect(store.getState().shown?.heatmap?.values[3]).toBe(8);
    expect(selectIsStale(store.getState())).toBe(false);
  });

  it("runs neither the model nor the preprocessing", async () => {
    const { engine, store, job } = await shownPicture();
    store.getState().setOption("fusion", "max");
    await engine.last("explain.explain").resolve(heatmap(job));
    expect([engine.count("explain.prepare"), engine.count("explain.classify")]).toEqual([1, 1]);
  });

  it("goes on after a request that failed", async () => {
    const { engine, store, job } = await shownPicture();
    store.getState().setOption("discardRatio", 0.2);
    store.getState().setOption("discardRatio", 0.3);
    await engine.last("explain.explain").reject(new XaiError("engine/worker-crashed", { reason: "x" }));
    expect(discardOf(engine.last("explain.explain"))).toBe(0.3);
    await engine.last("explain.explain").resolve(heatmap(job, [9, 9, 9, 1]));
    expect(selectFailure(store.getState())).toBeNull();
    expect(store.getState().shown?.heatmap?.values[0]).toBe(9);
  });
});

describe("a map that takes long", () => {
  it("marks the one on screen as stale until it comes; a quick one does not", async () => {
    const { engine, store, job } = await shownPicture();
    vi.useFakeTimers();
    try {
      store.getState().setOption("discardRatio", 0.2);
      vi.advanceTimersByTime(100);
      expect(selectIsStale(store.getState())).toBe(false);
      vi.advanceTimersByTime(100);
      expect(selectIsStale(store.getState())).toBe(true);
      await engine.last("explain.explain").resolve(heatmap(job));
      expect(selectIsStale(store.getState())).toBe(false);
      vi.advanceTimersByTime(1000);
      expect(selectIsStale(store.getState())).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("a map that belongs to an older picture", () => {
  it("is dropped", async () => {
    const test = await shownPicture();
    test.store.getState().setOption("discardRatio", 0.2);
    const late = test.engine.last("explain.explain");
    await showPicture(test, "b.png", [4, 3, 2, 1]);
    await late.resolve(heatmap(jobOf(late), [7, 7, 7, 7]));
    expect(test.store.getState().shown?.heatmap?.values[0]).toBe(4);
  });
});

describe("an option that changes while a picture is on its way", () => {
  it("is asked for once the picture is shown", async () => {
    const { engine, store } = await shownPicture();
    void store.getState().openPicture(new Blob(["2"]), "b.png");
    const prepare = engine.last("explain.prepare");
    const job = jobOf(prepare);
    await prepare.resolve(preparedImage(job));
    await engine.last("explain.classify").resolve(classification(job));
    const first = engine.last("explain.explain");
    store.getState().setOption("discardRatio", 0.5);
    expect(engine.last("explain.explain")).toBe(first);
    await first.resolve(heatmap(job));
    expect(discardOf(engine.last("explain.explain"))).toBe(0.5);
    expect(engine.last("explain.explain").args[0]).toBe(job);
  });
});

describe("settings that leave no map", () => {
  it("keep the last map and say so; better settings clear it", async () => {
    const { engine, store, job } = await shownPicture();
    const before = store.getState().shown?.heatmap;
    store.getState().setOption("discardRatio", 0.99);
    await engine.last("explain.explain").reject(new XaiError("attribution/empty-map", { reason: "x" }));
    expect(store.getState().shown?.heatmap).toBe(before);
    expect(selectFailure(store.getState())?.code).toBe("attribution/empty-map");
    expect(selectIsStale(store.getState())).toBe(true);
    store.getState().setOption("discardRatio", 0.9);
    await engine.last("explain.explain").resolve(heatmap(job));
    expect(selectFailure(store.getState())).toBeNull();
  });

  it("still show a new picture and its classes", async () => {
    const { engine, store } = await shownPicture();
    void store.getState().openPicture(new Blob(["2"]), "b.png");
    const prepare = engine.last("explain.prepare");
    const job = jobOf(prepare);
    await prepare.resolve(preparedImage(job));
    await engine.last("explain.classify").resolve(classification(job));
    await engine.last("explain.explain").reject(new XaiError("attribution/empty-map", { reason: "x" }));
    expect(store.getState().shown?.picture.title).toBe("b.png");
    expect(store.getState().shown?.heatmap).toBeNull();
    expect(selectFailure(store.getState())?.code).toBe("attribution/empty-map");
  });
});

describe("a worker that no longer knows the shown picture", () => {
  it("gets it again", async () => {
    const { engine, store } = await shownPicture();
    store.getState().setOption("discardRatio", 0.2);
    await engine.last("explain.explain").reject(new XaiError("engine/no-result", { what: "picture" }));
    expect(engine.count("explain.prepare")).toBe(2);
    expect(engine.last("explain.prepare").args[1]).toBe(store.getState().shown?.picture.blob);
  });
});

function presetOf(kind: Preset["kind"]): Preset {
  return presetsOf("rollout").find((preset) => preset.kind === kind)!;
}

describe("presets", () => {
  it("vit-explain sets its options, framing and colours, and prepares the picture its way", async () => {
    const { engine, store } = await shownPicture();
    store.getState().applyPreset(presetOf("vit-explain"));
    const { selection, framing, colourMap, scaleStart } = store.getState();
    expect(selection.options.rollout).toMatchObject({
      fusion: "max",
      discardRatio: 0.9,
      normalisation: "vit-explain",
    });
    expect([framing, colourMap, scaleStart]).toEqual(["vit-explain", "jet", "zero"]);
    expect(engine.last("explain.prepare").args[2]).toBe("vit-explain");
  });

  it("the correct defaults come back without preparing anything when the framing is the same", async () => {
    const { engine, store, job } = await shownPicture();
    store.getState().setOption("fusion", "min");
    await engine.last("explain.explain").resolve(heatmap(job));
    store.getState().applyPreset(presetOf("correct"));
    expect(optionsOf(engine.last("explain.explain"))).toMatchObject({ fusion: "mean" });
    expect(engine.count("explain.prepare")).toBe(1);
    expect(engine.count("explain.explain")).toBe(3);
  });
});
