// Which class the map is asked about: choosing, pinning, contrasting, vectors; and what another picture or model does.
import { describe, expect, it } from "vitest";
import type { ExplainRequest } from "../../bridge/contract.ts";
import { classifierInfo, heatmap } from "../testing/results.ts";
import { bringUp, createTestStore, showPicture } from "../testing/test-store.ts";

async function shownPicture(method: ExplainRequest["method"] = "gradient-rollout") {
  const test = createTestStore();
  await bringUp(test);
  const job = await showPicture(test, "a.png");
  if (method !== "rollout") {
    test.store.getState().chooseMethod(method);
    await test.engine.last("explain.explain").resolve(heatmap(job));
  }
  return { ...test, job, asked: () => test.engine.last("explain.explain").args[1] as ExplainRequest };
}

describe("choosing a class", () => {
  it("asks for its map and keeps the last one until it is there", async () => {
    const { engine, store, job, asked } = await shownPicture();
    store.getState().chooseTarget({ kind: "class", index: 2 });
    expect(asked().target).toEqual({ kind: "class", index: 2 });
    expect(store.getState().shown?.heatmap?.subject).toEqual({ kind: "class", label: "a" });
    await engine.last("explain.explain").resolve(heatmap(job, [0, 1, 0, 0]));
    expect(store.getState().shown?.heatmap?.subject).toEqual({ kind: "class", label: "c" });
    expect(store.getState().announcement).toMatch(/^Gradient rollout for c over a.png\. Strongest in/);
  });

  it("says nothing aloud while a slider moves", async () => {
    const { engine, store, job } = await shownPicture();
    const before = store.getState().announcement;
    store.getState().setOption("discardRatio", 0.2);
    await engine.last("explain.explain").resolve(heatmap(job, [9, 1, 0, 0]));
    expect(store.getState().announcement).toBe(before);
  });

  it("computes nothing where the method is the same for every class", async () => {
    const { engine, store } = await shownPicture("rollout");
    const before = engine.count("explain.explain");
    store.getState().chooseTarget({ kind: "class", index: 2 });
    store.getState().chooseGradient("libra");
    expect(engine.count("explain.explain")).toBe(before);
    expect(store.getState().selection.target).toEqual({ kind: "class", index: 2 });
  });

  it("is forgotten with the next picture; pins stay", async () => {
    const test = await shownPicture();
    const { store, engine, job } = test;
    store.getState().togglePin(1);
    store.getState().chooseTarget({ kind: "class", index: 2 });
    await engine.last("explain.explain").resolve(heatmap(job));
    await showPicture(test, "b.png");
    expect(store.getState().selection).toMatchObject({ target: { kind: "top" }, pins: { a: 1, b: null } });
    expect(test.asked()).not.toHaveProperty("target");
  });

  it("is kept when the same picture is framed anew", async () => {
    const { store } = await shownPicture();
    store.getState().chooseTarget({ kind: "class", index: 2 });
    void store.getState().chooseFraming("squash");
    expect(store.getState().selection.target).toEqual({ kind: "class", index: 2 });
  });

  it("is forgotten with the next model, whose outputs mean other things; pins and vector too", async () => {
    const { engine, store } = await shownPicture();
    store.getState().togglePin(1);
    store.getState().setVector({ name: "v", values: Float32Array.of(1, 0, 0) });
    void store.getState().openFiles([new File(["a"], "own.onnx")]);
    await engine.last("explain.loadModel").resolve({ ...classifierInfo, classes: 7 });
    const { target, pins, vector } = store.getState().selection;
    expect({ target, pins, vector }).toEqual({
      target: { kind: "top" },
      pins: { a: null, b: null },
      vector: null,
    });
  });
});

describe("two pinned classes", () => {
  it("are asked about one after the other for their contrast, which is shown when both are there", async () => {
    const { engine, store, job, asked } = await shownPicture();
    store.getState().togglePin(0);
    store.getState().togglePin(2);
    store.getState().chooseTarget({ kind: "contrast" });
    expect(asked().target).toEqual({ kind: "class", index: 0 });
    await engine.last("explain.explain").resolve(heatmap(job, [4, 0, 0, 0]));
    expect(asked().target).toEqual({ kind: "class", index: 2 });
    expect(store.getState().shown?.heatmap?.signed).toBe(false);
    await engine.last("explain.explain").resolve(heatmap(job, [0, 2, 0, 0]));
    const shown = store.getState().shown?.heatmap;
    expect([...(shown?.values ?? [])]).toEqual([1, -0.5, 0, 0]);
    expect(shown?.subject).toEqual({ kind: "classes", first: "a", second: "c" });
  });

  it("take A first, then B; a third replaces B; pressed again, a pin comes off", async () => {
    const { store } = await shownPicture();
    const pinsAfter = (index: number) => {
      store.getState().togglePin(index);
      return store.getState().selection.pins;
    };
    expect(pinsAfter(0)).toEqual({ a: 0, b: null });
    expect(pinsAfter(1)).toEqual({ a: 0, b: 1 });
    expect(pinsAfter(2)).toEqual({ a: 0, b: 2 });
    expect(pinsAfter(0)).toEqual({ a: null, b: 2 });
    expect(pinsAfter(1)).toEqual({ a: 1, b: 2 });
  });

  it("end their contrast when one comes off, and the most probable class is explained again", async () => {
    const { engine, store, job, asked } = await shownPicture();
    store.getState().togglePin(1);
    store.getState().togglePin(2);
    store.getState().chooseTarget({ kind: "contrast" });
    for (let side = 0; side < 2; side++) await engine.last("explain.explain").resolve(heatmap(job));
    store.getState().togglePin(2);
    expect(store.getState().selection.target).toEqual({ kind: "top" });
    expect(asked()).not.toHaveProperty("target");
  });

  it("are asked about anew when one is exchanged while they are contrasted", async () => {
    const { engine, store, job, asked } = await shownPicture();
    store.getState().togglePin(0);
    store.getState().togglePin(1);
    store.getState().chooseTarget({ kind: "contrast" });
    for (let side = 0; side < 2; side++)
      await engine.last("explain.explain").resolve(heatmap(job, [1, 2, 3, side]));
    store.getState().togglePin(2);
    await engine.last("explain.explain").resolve(heatmap(job));
    expect(asked().target).toEqual({ kind: "class", index: 2 });
  });
});

describe("a vector as target", () => {
  const file = (values: readonly number[]) => new File([JSON.stringify(values)], "a photo of a dog.json");

  it("is read from a file and asked about; taken away, the most probable class is", async () => {
    const { engine, store, job, asked } = await shownPicture();
    await store.getState().openVector(file([1, 0, -1]));
    expect(asked().target).toEqual({ kind: "vector", values: Float32Array.of(1, 0, -1) });
    await engine.last("explain.explain").resolve(heatmap(job));
    expect(store.getState().shown?.heatmap?.subject).toEqual({ kind: "vector", name: "a photo of a dog" });
    store.getState().setVector(null);
    expect(asked()).not.toHaveProperty("target");
  });

  it("of another length than the model's output is refused, and asks nothing", async () => {
    const { engine, store } = await shownPicture();
    const before = engine.count("explain.explain");
    await store.getState().openVector(file([1, 0]));
    expect(store.getState().vectorError).toMatchObject({
      code: "vector/wrong-length",
      details: { expected: 3, actual: 2 },
    });
    expect(engine.count("explain.explain")).toBe(before);
    await store.getState().openVector(file([1, 0, 0]));
    expect(store.getState().vectorError).toBeNull();
  });
});
