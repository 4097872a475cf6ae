// One picture at a time: stale answers change nothing, and the last complete picture stays until the next is.
import { describe, expect, it } from "vitest";
import { XaiError } from "../../core/errors.ts";
import { classification, heatmap, preparedImage } from "../testing/results.ts";
import { bringUp, createTestStore, jobOf, showPicture } from "../testing/test-store.ts";
import { selectActivity, selectFailure, selectIsStale } from "./selectors.ts";

async function broughtUp() {
  const test = createTestStore();
  await bringUp(test);
  return test;
}

describe("a picture on its way", () => {
  it("waits for the model, and is then prepared, classified and explained without a pause", async () => {
    const test = createTestStore();
    void test.store.getState().openPicture(new Blob(["x"]), "early.png");
    expect(test.engine.count("explain.prepare")).toBe(0);
    await bringUp(test);
    const prepare = test.engine.last("explain.prepare");
    const steps = test.engine.calls.slice(-3).map(({ name }) => name);
    expect(steps).toEqual(["explain.prepare", "explain.classify", "explain.explain"]);
    await prepare.resolve(preparedImage(jobOf(prepare)));
    await test.engine.last("explain.classify").resolve(classification(jobOf(prepare)));
    expect(test.engine.count("segment.start")).toBe(0);
    await test.engine.last("explain.explain").resolve(heatmap(jobOf(prepare)));
    expect(test.store.getState().shown?.heatmap).not.toBeNull();
    expect(test.engine.count("segment.start")).toBe(1);
  });

  it("is shown bare while it is the first, without being called stale", async () => {
    const { engine, store } = await broughtUp();
    void store.getState().openPicture(new Blob(["x"]), "first.png");
    const prepare = engine.last("explain.prepare");
    await prepare.resolve(preparedImage(jobOf(prepare)));
    expect(store.getState().shown?.picture.title).toBe("first.png");
    expect(store.getState().shown?.classification).toBeNull();
    expect(selectIsStale(store.getState())).toBe(false);
  });

  it("leaves the last picture on screen, marked stale, until its own map is there", async () => {
    const test = await broughtUp();
    await showPicture(test, "old.png");
    expect(selectIsStale(test.store.getState())).toBe(false);
    void test.store.getState().openPicture(new Blob(["y"]), "new.png");
    const prepare = test.engine.last("explain.prepare");
    await prepare.resolve(preparedImage(jobOf(prepare)));
    await test.engine.last("explain.classify").resolve(classification(jobOf(prepare), "b"));
    expect(test.store.getState().shown?.picture.title).toBe("old.png");
    expect(selectIsStale(test.store.getState())).toBe(true);
    await test.engine.last("explain.explain").resolve(heatmap(jobOf(prepare)));
    expect(test.store.getState().shown?.picture.title).toBe("new.png");
    expect(test.store.getState().shown?.classification?.top[0].label).toBe("b");
    expect(selectIsStale(test.store.getState())).toBe(false);
  });

  it("is dropped when a newer one comes: cancelled in the engine, its late answers ignored, its bitmap closed", async () => {
    const test = await broughtUp();
    void test.store.getState().openPicture(new Blob(["1"]), "stale.png");
    const stale = test.engine.last("explain.prepare");
    void test.store.getState().openPicture(new Blob(["2"]), "fresh.png");
    expect(test.engine.last("explain.cancel").args).toEqual([jobOf(stale)]);
    const late = preparedImage(jobOf(stale));
    await stale.resolve(late);
    expect(late.closed()).toBe(1);
    await test.engine.calls
      .filter(({ name }) => name === "explain.classify")[0]
      .resolve(classification(jobOf(stale)));
    await test.engine.calls
      .filter(({ name }) => name === "explain.explain")[0]
      .resolve(heatmap(jobOf(stale)));
    expect(test.store.getState().shown).toBeNull();
    const fresh = test.engine.last("explain.prepare");
    expect(jobOf(fresh)).toBeGreaterThan(jobOf(stale));
    await fresh.resolve(preparedImage(jobOf(fresh)));
    expect(test.store.getState().shown?.picture.title).toBe("fresh.png");
  });

  it("that failed late does not disturb the newer one", async () => {
    const test = await broughtUp();
    void test.store.getState().openPicture(new Blob(["1"]), "stale.png");
    const stale = test.engine.last("explain.prepare");
    void test.store.getState().openPicture(new Blob(["2"]), "fresh.png");
    await stale.reject(new XaiError("image/empty", {}));
    expect(test.store.getState().analysis.status).toBe("running");
    expect(test.store.getState().picture?.title).toBe("fresh.png");
  });

  it("gives the bitmap of the one before back", async () => {
    const test = await broughtUp();
    void test.store.getState().openPicture(new Blob(["1"]), "a.png");
    const first = test.engine.last("explain.prepare");
    const prepared = preparedImage(jobOf(first));
    await first.resolve(prepared);
    await test.engine.last("explain.classify").resolve(classification(jobOf(first)));
    await test.engine.last("explain.explain").resolve(heatmap(jobOf(first)));
    expect(prepared.closed()).toBe(0);
    await showPicture(test, "b.png");
    expect(prepared.closed()).toBe(1);
  });
});

describe("what goes wrong with a picture", () => {
  it("leaves the last picture in charge when the file is none", async () => {
    const test = await broughtUp();
    await showPicture(test, "good.png");
    void test.store.getState().openPicture(new Blob(["?"]), "broken.jpg");
    await test.engine.last("explain.prepare").reject(new XaiError("image/truncated", { type: "JPEG" }));
    const state = test.store.getState();
    expect(selectFailure(state)?.code).toBe("image/truncated");
    expect(state.shown?.picture.title).toBe("good.png");
    expect(state.picture?.title).toBe("good.png");
    expect(state.refusedTitle).toBe("broken.jpg");
  });

  it("can be tried again when the engine failed", async () => {
    const test = await broughtUp();
    void test.store.getState().openPicture(new Blob(["1"]), "a.png");
    await test.engine.last("explain.prepare").reject(new XaiError("engine/worker-crashed", { reason: "x" }));
    expect(selectFailure(test.store.getState())?.code).toBe("engine/worker-crashed");
    void test.store.getState().analyse();
    expect(test.engine.count("explain.prepare")).toBe(2);
    expect(selectFailure(test.store.getState())).toBeNull();
  });

  it("turns whatever is thrown into an error that can be described", async () => {
    const test = await broughtUp();
    void test.store.getState().openPicture(new Blob(["1"]), "a.png");
    await test.engine.last("explain.prepare").reject(new RangeError("boom"));
    expect(selectFailure(test.store.getState())?.code).toBe("internal/unexpected");
  });

  it("cancel stops the job and says so; the last picture stays", async () => {
    const test = await broughtUp();
    await showPicture(test, "kept.png");
    void test.store.getState().openPicture(new Blob(["2"]), "given-up.png");
    const prepare = test.engine.last("explain.prepare");
    test.store.getState().cancelAnalysis();
    expect(test.engine.last("explain.cancel").args).toEqual([jobOf(prepare)]);
    expect(selectFailure(test.store.getState())?.code).toBe("job/cancelled");
    await prepare.resolve(preparedImage(jobOf(prepare)));
    expect(test.store.getState().shown?.picture.title).toBe("kept.png");
    expect(selectActivity(test.store.getState())).toBeNull();
  });
});

describe("framing", () => {
  it("prepares the same picture again", async () => {
    const test = await broughtUp();
    await showPicture(test, "a.png");
    void test.store.getState().chooseFraming("squash");
    const { args } = test.engine.last("explain.prepare");
    expect(args[2]).toBe("squash");
    expect(args[1]).toBe(test.store.getState().shown?.picture.blob);
    expect(selectIsStale(test.store.getState())).toBe(true);
  });
});

describe("history", () => {
  it("keeps the newest eight, the last one first, each once", async () => {
    const test = await broughtUp();
    for (let index = 0; index < 10; index++) await showPicture(test, `${index}.png`);
    const titles = () => test.store.getState().history.map(({ picture }) => picture.title);
    expect(titles()).toEqual(["9.png", "8.png", "7.png", "6.png", "5.png", "4.png", "3.png", "2.png"]);
    void test.store.getState().reopenPicture(test.store.getState().history[3].picture);
    const prepare = test.engine.last("explain.prepare");
    await prepare.resolve(preparedImage(jobOf(prepare)));
    await test.engine.last("explain.classify").resolve(classification(jobOf(prepare)));
    await test.engine.last("explain.explain").resolve(heatmap(jobOf(prepare)));
    expect(titles().slice(0, 4)).toEqual(["6.png", "9.png", "8.png", "7.png"]);
    expect(titles()).toHaveLength(8);
  });
});

describe("what screen readers hear", () => {
  it("is the class, when the map is there", async () => {
    const test = await broughtUp();
    await showPicture(test, "a.png");
    expect(test.store.getState().announcement).toBe("a, 75.0 %. Attention map ready.");
  });
});
