// Components hear of a person's changes at once, of results after their frame, and of beginnings late or not at all.
import { describe, expect, it } from "vitest";
import { calmStore, type Pace } from "./calm-store.ts";
import { selectActivity } from "./state/selectors.ts";
import { foreground } from "./testing/results.ts";
import { bringUp, createTestStore, findInstances, jobOf, showPicture } from "./testing/test-store.ts";

/** A pace that the test keeps. */
function handPace() {
  const frames: (() => void)[] = [];
  const timers: (() => void)[] = [];
  const pace: Pace = {
    afterFrame: (callback) => void frames.push(callback),
    after: (_, callback) => void timers.push(callback),
  };
  const release = (waiting: (() => void)[]) => () => {
    for (const callback of waiting.splice(0)) callback();
  };
  return { pace, frame: release(frames), timePasses: release(timers) };
}

async function rig() {
  const test = createTestStore();
  await bringUp(test);
  await showPicture(test, "first.png");
  await findInstances(test);
  const { pace, frame, timePasses } = handPace();
  const calm = calmStore(test.store, pace);
  let heard = 0;
  calm.subscribe(() => heard++);
  return { ...test, calm, frame, timePasses, heard: () => heard };
}

describe("calmStore", () => {
  it("tells at once of what a person changes", async () => {
    const { store, heard } = await rig();
    store.getState().setView({ opacity: 0.3 });
    expect(heard()).toBe(1);
    store.getState().setOption("discardRatio", 0.5);
    expect(heard()).toBe(2);
    store.getState().chooseInstances([]);
    expect(heard()).toBe(3);
  });

  it("tells of a new map after the frame that draws it", async () => {
    const { engine, store, frame, heard } = await rig();
    store.getState().setOption("discardRatio", 0.5);
    const before = store.getState().shown?.heatmap;
    await engine.last("explain.explain").resolve({ ...before, values: Float32Array.of(1, 2, 3, 4) });
    expect(store.getState().shown?.heatmap?.values).toEqual(Float32Array.of(1, 2, 3, 4));
    expect(heard()).toBe(1);
    frame();
    expect(heard()).toBe(2);
    frame();
    expect(heard()).toBe(2);
  });

  it("tells at once of numbers that no canvas shows", async () => {
    const { engine, store, heard } = await rig();
    store.getState().chooseInstances([0]);
    expect(heard()).toBe(1);
    const call = engine.last("segment.foreground");
    await call.resolve(foreground(jobOf(call)));
    expect(heard()).toBe(2);
  });

  it("shows components the newest state, whatever they were told", async () => {
    const { store, calm } = await rig();
    void store.getState().openPicture(new Blob(["2"]), "second.png");
    expect(calm.getState()).toBe(store.getState());
  });

  it("tells late of a picture on its way, and once", async () => {
    const { store, frame, timePasses, heard } = await rig();
    void store.getState().openPicture(new Blob(["2"]), "second.png");
    expect(selectActivity(store.getState())).not.toBeNull();
    frame();
    expect(heard()).toBe(0);
    timePasses();
    expect(heard()).toBe(1);
    timePasses();
    expect(heard()).toBe(1);
  });

  it("tells of a quick picture only when it is there", async () => {
    const test = await rig();
    await showPicture(test, "second.png");
    expect(test.heard()).toBe(0);
    test.frame();
    expect(test.heard()).toBe(1);
    expect(selectActivity(test.calm.getState())).toBeNull();
  });

  it("tells of everything that waits when a person changes something", async () => {
    const { store, timePasses, heard } = await rig();
    void store.getState().openPicture(new Blob(["2"]), "second.png");
    store.getState().setView({ outline: false });
    expect(heard()).toBe(1);
    timePasses();
    expect(heard()).toBe(1);
  });

  it("does not tell those who no longer listen", async () => {
    const { store, calm } = await rig();
    let heard = 0;
    const stop = calm.subscribe(() => heard++);
    stop();
    store.getState().setView({ opacity: 0.1 });
    expect(heard).toBe(0);
  });
});
