// The detector comes after the first map, once; its states are told apart, and its numbers follow the sliders.
import { describe, expect, it } from "vitest";
import { XaiError } from "../../core/errors.ts";
import { readForeground } from "../foreground-reading.ts";
import {
  classification,
  classifierInfo,
  detectorInfo,
  foreground,
  heatmap,
  preparedImage,
  segmentation,
} from "../testing/results.ts";
import { bringUp, createTestStore, findInstances, jobOf, showPicture } from "../testing/test-store.ts";

async function shownPicture(values?: readonly number[]) {
  const test = createTestStore();
  await bringUp(test);
  const job = await showPicture(test, "a.png", values);
  return { ...test, job, reading: () => readForeground(test.store.getState()) };
}

describe("the search for objects", () => {
  it("tells each of its states apart on the way to the numbers", async () => {
    const test = await shownPicture([3, 1, 0, 0]);
    expect(test.reading().state).toBe("loading");
    await test.engine.last("segment.start").resolve({});
    await test.engine.last("segment.loadModel").resolve({ id: "d", label: "D", origin: { notices: [] } });
    expect(test.reading().state).toBe("finding");
    const segment = test.engine.last("segment.segment");
    await segment.resolve(segmentation(jobOf(segment)));
    expect(test.reading().state).toBe("measuring");
    await test.engine.last("segment.foreground").resolve(foreground(jobOf(segment), [1, 0, 0, 0]));
    expect(test.reading()).toEqual({
      state: "measured",
      measures: { faf: 0.75, baf: 0.25, area: 0.25, lift: 3 },
    });
  });

  it("finding nothing is a state and not a number", async () => {
    const test = await shownPicture();
    await test.engine.last("segment.start").resolve({});
    await test.engine.last("segment.loadModel").resolve({ origin: { notices: [] } });
    const segment = test.engine.last("segment.segment");
    await segment.resolve(segmentation(jobOf(segment), []));
    expect(test.reading()).toEqual({ state: "none-found" });
  });

  it("objects outside the model's view are a state of their own", async () => {
    const test = await shownPicture();
    await findInstances(test, ["cat"], [0, 0, 0, 0]);
    expect(test.reading()).toEqual({ state: "out-of-view" });
  });

  it("loads the detector once for several pictures", async () => {
    const test = await shownPicture();
    await findInstances(test);
    await showPicture(test, "b.png");
    await findInstances(test);
    expect(test.engine.count("segment.loadModel")).toBe(1);
    expect(test.engine.count("segment.segment")).toBe(2);
    expect(test.reading().state).toBe("measured");
  });

  it("goes to the newest picture when one comes while the detector loads", async () => {
    const test = await shownPicture();
    await showPicture(test, "b.png");
    await test.engine.last("segment.start").resolve({});
    await test.engine.last("segment.loadModel").resolve({ origin: { notices: [] } });
    expect(test.engine.count("segment.segment")).toBe(1);
    expect(test.store.getState().segmentedPicture).toBe(test.store.getState().shown?.picture.id);
  });

  it("drops the objects of a picture that was left meanwhile", async () => {
    const test = await shownPicture();
    await findInstances(test);
    await showPicture(test, "b.png");
    const stale = test.engine.last("segment.segment");
    await showPicture(test, "c.png");
    const fresh = test.engine.last("segment.segment");
    expect(jobOf(fresh)).toBeGreaterThan(jobOf(stale));
    await stale.resolve(segmentation(jobOf(stale), ["zebra"]));
    expect(test.reading().state).toBe("finding");
    await fresh.resolve(segmentation(jobOf(fresh), ["horse"]));
    const { segmentation: task } = test.store.getState();
    expect(task.status === "done" && task.result.instances[0].label).toBe("horse");
  });

  it("goes on for the shown picture when the one that interrupted it turns out to be none", async () => {
    const test = await shownPicture();
    await findInstances(test);
    await showPicture(test, "b.png");
    void test.store.getState().openPicture(new Blob(["?"]), "broken.png");
    expect(test.engine.count("segment.cancel")).toBe(1);
    await test.engine.last("explain.prepare").reject(new XaiError("image/empty", {}));
    expect(test.reading().state).toBe("finding");
    expect(test.engine.count("segment.segment")).toBe(3);
  });

  it.each([
    new XaiError("engine/no-result", { what: "prepared picture" }),
    new XaiError("job/cancelled", {}),
  ])(
    "begins again by itself when another model or backend takes the picture from under it: $code",
    async (gone) => {
      const test = await shownPicture();
      const { engine, store } = test;
      let refuse = (_: unknown): void => {};
      const refusal = new Promise<never>((_, reject) => {
        refuse = reject;
      });
      const { detectorPixels } = engine.explain;
      Object.assign(engine.explain, { detectorPixels: () => refusal });
      await engine.last("segment.start").resolve({});
      await engine.last("segment.loadModel").resolve(detectorInfo);
      void store.getState().openModel({ kind: "own", files: [] });
      await engine.last("explain.loadModel").resolve(classifierInfo);
      refuse(gone);
      await refusal.catch(() => {});
      Object.assign(engine.explain, { detectorPixels });
      const prepare = engine.last("explain.prepare");
      const job = jobOf(prepare);
      await prepare.resolve(preparedImage(job, "crop"));
      await engine.last("explain.classify").resolve(classification(job));
      await engine.last("explain.explain").resolve(heatmap(job));
      await findInstances(test);
      expect(test.reading().state).toBe("measured");
    },
  );

  it("can be tried again at once, while the cancelled load of the detector is still ending", async () => {
    const test = await shownPicture();
    const { engine, store } = test;
    await engine.last("segment.start").resolve({});
    const cancelled = engine.last("segment.loadModel");
    store.getState().cancelForeground();
    void store.getState().retryForeground();
    await cancelled.reject(new XaiError("job/cancelled", {}));
    expect(engine.count("segment.loadModel")).toBe(2);
    await engine.last("segment.loadModel").resolve(detectorInfo);
    await findInstances(test);
    expect(test.reading().state).toBe("measured");
  });

  it("can be cancelled and tried again", async () => {
    const test = await shownPicture();
    await findInstances(test);
    await showPicture(test, "b.png");
    const segment = test.engine.last("segment.segment");
    test.store.getState().cancelForeground();
    expect(test.engine.last("segment.cancel").args).toEqual([jobOf(segment)]);
    expect(test.reading()).toMatchObject({ state: "failed", error: { code: "job/cancelled" } });
    void test.store.getState().retryForeground();
    await Promise.resolve();
    expect(test.reading().state).toBe("finding");
  });

  it("shows an error of the detector's load, and retry loads it again", async () => {
    const test = await shownPicture();
    await test.engine.last("segment.start").resolve({});
    await test.engine
      .last("segment.loadModel")
      .reject(new XaiError("model/unreachable", { url: "u", reason: "r" }));
    expect(test.reading()).toMatchObject({ state: "failed", error: { code: "model/unreachable" } });
    void test.store.getState().retryForeground();
    await Promise.resolve();
    expect(test.engine.count("segment.loadModel")).toBe(2);
    expect(test.engine.count("segment.start")).toBe(1);
  });
});

describe("choosing objects", () => {
  it("asks for the new foreground, the newest choice last, and keeps the numbers meanwhile", async () => {
    const test = await shownPicture([1, 1, 1, 1]);
    await findInstances(test, ["cat", "dog", "cup"], [1, 0, 0, 0]);
    const before = test.engine.count("segment.foreground");
    test.store.getState().chooseInstances([0, 1]);
    test.store.getState().chooseInstances([2]);
    test.store.getState().chooseInstances([2, 1]);
    expect(test.engine.count("segment.foreground")).toBe(before + 1);
    expect(test.reading().state).toBe("measured");
    await test.engine.last("segment.foreground").resolve(foreground(1));
    expect(test.engine.last("segment.foreground").args[1]).toMatchObject({ instances: [1, 2] });
    await test.engine.last("segment.foreground").resolve(foreground(1, [1, 1, 0, 0]));
    expect(test.reading()).toMatchObject({ measures: { faf: 0.5, area: 0.5, lift: 1 } });
  });

  it("choosing none is a state", async () => {
    const test = await shownPicture();
    await findInstances(test);
    test.store.getState().chooseInstances([]);
    expect(test.reading()).toEqual({ state: "none-chosen" });
  });
});

describe("sliders and framing", () => {
  it("a new map changes FAF without asking the detector's worker", async () => {
    const test = await shownPicture([1, 1, 1, 1]);
    await findInstances(test, ["cat"], [1, 0, 0, 0]);
    const asked = test.engine.calls.filter(({ name }) => name.startsWith("segment.")).length;
    test.store.getState().setOption("discardRatio", 0.5);
    await test.engine.last("explain.explain").resolve(heatmap(test.job, [9, 1, 0, 0]));
    expect(test.reading()).toMatchObject({ measures: { faf: 0.9 } });
    expect(test.engine.calls.filter(({ name }) => name.startsWith("segment."))).toHaveLength(asked);
  });

  it("another framing cuts the masks anew, without another search, and shows no number in between", async () => {
    const test = await shownPicture();
    await findInstances(test);
    void test.store.getState().chooseFraming("squash");
    const prepare = test.engine.last("explain.prepare");
    await prepare.resolve(preparedImage(jobOf(prepare), "squash"));
    await test.engine.last("explain.classify").resolve(classification(jobOf(prepare)));
    await test.engine.last("explain.explain").resolve(heatmap(jobOf(prepare)));
    expect(test.reading().state).toBe("measuring");
    expect(test.engine.count("segment.segment")).toBe(1);
    const cut = test.engine.last("segment.foreground");
    expect(cut.args[1]).toMatchObject({ preprocessing: { framing: "squash" } });
    await cut.resolve(foreground(jobOf(cut)));
    expect(test.reading().state).toBe("measured");
  });

  it("says the numbers aloud once a picture", async () => {
    const test = await shownPicture([3, 1, 0, 0]);
    await findInstances(test, ["cat"], [1, 0, 0, 0]);
    expect(test.store.getState().announcement).toBe(
      "Foreground attention 0.750, 3.00× what a uniform map would score.",
    );
  });
});
