// Maps that take seconds: progress, cancel, newer wishes, and pictures that do not wait for them.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { XaiError } from "../../core/errors.ts";
import { classification, heatmap, preparedImage } from "../testing/results.ts";
import { bringUp, createTestStore, jobOf, showPicture } from "../testing/test-store.ts";
import { cancelActivity, selectActivity, selectFailure, selectIsStale } from "./selectors.ts";

const cancelled = () => new XaiError("job/cancelled", {});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function slowMap() {
  const test = createTestStore();
  await bringUp(test);
  const job = await showPicture(test, "a.png");
  test.store.getState().chooseMethod("tam");
  await vi.advanceTimersByTimeAsync(200);
  return { ...test, job };
}

describe("a slow map", () => {
  it("shows its progress while the last map stays, marked stale", async () => {
    const { engine, store, job } = await slowMap();
    engine.last("explain.explain").onProgress?.({ stage: "backward", done: 5, total: 20, unit: "items" });
    expect(selectActivity(store.getState())?.progress).toMatchObject({ done: 5, total: 20 });
    expect(selectIsStale(store.getState())).toBe(true);
    expect(store.getState().shown?.heatmap?.method).toBe("rollout");
    await engine.last("explain.explain").resolve(heatmap(job));
    expect(store.getState().shown?.heatmap?.method).toBe("tam");
    expect(selectActivity(store.getState())).toBeNull();
    expect(selectIsStale(store.getState())).toBe(false);
  });

  it("that is cancelled leaves the last one, says so, and can be asked for again", async () => {
    const { engine, store, job } = await slowMap();
    cancelActivity(store.getState());
    expect(engine.last("explain.cancel").args[0]).toBe(job);
    await engine.last("explain.explain").reject(cancelled());
    expect(selectFailure(store.getState())?.code).toBe("job/cancelled");
    expect(store.getState().shown?.heatmap?.method).toBe("rollout");
    store.getState().explainShown();
    await engine.last("explain.explain").resolve(heatmap(job));
    expect(selectFailure(store.getState())).toBeNull();
    expect(store.getState().shown?.heatmap?.method).toBe("tam");
  });

  it("makes way for a newer wish, and its end is no failure", async () => {
    const test = await slowMap();
    const { engine, store, job } = test;
    test.clock.now = 5000;
    store.getState().chooseMethod("rollout");
    expect(engine.count("explain.cancel")).toBe(1);
    await engine.last("explain.explain").reject(cancelled());
    expect(selectFailure(store.getState())).toBeNull();
    await engine.last("explain.explain").resolve(heatmap(job, [1, 2, 3, 4]));
    expect(store.getState().shown?.heatmap).toMatchObject({
      method: "rollout",
      values: Float32Array.of(1, 2, 3, 4),
    });
    expect(selectActivity(store.getState())).toBeNull();
  });

  it("that is nearly there is waited for", async () => {
    const { engine, store, job } = await slowMap();
    store.getState().setOption("startLayer", 1);
    expect(engine.count("explain.cancel")).toBe(0);
    await engine.last("explain.explain").resolve(heatmap(job));
    expect(engine.last("explain.explain").args[1]).toMatchObject({ options: { startLayer: 1 } });
  });
});

describe("a picture whose map is slow", () => {
  async function opened() {
    const test = await slowMap();
    await test.engine.last("explain.explain").resolve(heatmap(test.job));
    void test.store.getState().openPicture(new Blob(["b"]), "b.png");
    const prepare = test.engine.last("explain.prepare");
    const job = jobOf(prepare);
    await prepare.resolve(preparedImage(job));
    await test.engine.last("explain.classify").resolve(classification(job, "b"));
    return { ...test, job };
  }

  it("is shown with its classes before the map is there", async () => {
    const { engine, store, job } = await opened();
    expect(store.getState().shown?.picture.title).toBe("a.png");
    await vi.advanceTimersByTimeAsync(1000);
    expect(store.getState().shown).toMatchObject({ picture: { title: "b.png" }, heatmap: null });
    expect(selectActivity(store.getState())?.job).toBe(job);
    await engine.last("explain.explain").resolve(heatmap(job, [1, 2, 3, 4]));
    expect(store.getState().shown?.heatmap).toMatchObject({
      method: "tam",
      values: Float32Array.of(1, 2, 3, 4),
    });
    expect(selectActivity(store.getState())).toBeNull();
  });

  it("can be asked for another map meanwhile", async () => {
    const { engine, store, job } = await opened();
    await vi.advanceTimersByTimeAsync(1000);
    store.getState().chooseMethod("rollout");
    expect(engine.last("explain.cancel").args[0]).toBe(job);
    await engine.last("explain.explain").reject(cancelled());
    await engine.last("explain.explain").resolve(heatmap(job));
    expect(store.getState().shown?.heatmap?.method).toBe("rollout");
    expect(selectFailure(store.getState())).toBeNull();
  });

  it("says why there is none where the method fails, and keeps the picture", async () => {
    const { engine, store } = await opened();
    await vi.advanceTimersByTimeAsync(1000);
    await engine.last("explain.explain").reject(new XaiError("attribution/empty-map", { reason: "x" }));
    expect(store.getState().shown?.picture.title).toBe("b.png");
    expect(selectFailure(store.getState())?.code).toBe("attribution/empty-map");
  });
});

describe("the stability figure", () => {
  it("is measured for the shown request, and dropped with the map that it was about", async () => {
    const { engine, store, job } = await slowMap();
    await engine.last("explain.explain").resolve(heatmap(job));
    void store.getState().measureStability();
    expect(engine.last("explain.stability").args[1]).toMatchObject({ method: "tam" });
    await engine.last("explain.stability").resolve({ job, rankCorrelation: 0.7, milliseconds: 1 });
    expect(store.getState().stability).toMatchObject({ status: "done", result: { rankCorrelation: 0.7 } });
    store.getState().setOption("startLayer", 1);
    await engine.last("explain.explain").resolve(heatmap(job));
    expect(store.getState().stability.status).toBe("idle");
  });

  it("of an older map that comes late changes nothing", async () => {
    const { engine, store, job } = await slowMap();
    await engine.last("explain.explain").resolve(heatmap(job));
    void store.getState().measureStability();
    store.getState().setOption("startLayer", 1);
    await engine.last("explain.explain").resolve(heatmap(job));
    await engine.last("explain.stability").resolve({ job, rankCorrelation: 0.7, milliseconds: 1 });
    expect(store.getState().stability.status).toBe("idle");
  });
});
