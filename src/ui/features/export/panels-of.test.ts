// What an export says of the page: every parameter, in force or not, and nothing while it is not true.
import { describe, expect, it } from "vitest";
import { heatmap } from "../../testing/results.ts";
import {
  bringUp,
  createTestStore,
  findInstances,
  showPicture,
  type TestStore,
} from "../../testing/test-store.ts";
import { captionOf } from "./caption.ts";
import { drawnPanels } from "./figure-of.ts";
import { canExport, panelsOf } from "./panels-of.ts";

const digest = "ef".repeat(32);

async function shownPicture(): Promise<TestStore & { readonly job: number }> {
  const test = createTestStore();
  await bringUp(test);
  const job = await showPicture(test, "a.png", [4, 2, 3, 1]);
  return { ...test, job };
}

function onlyPanel({ store }: TestStore) {
  const panels = panelsOf(store.getState(), digest);
  expect(panels).toHaveLength(1);
  return panels[0];
}

describe("panelsOf", () => {
  it("has none before there is a map, and none while it is not the one that was asked for last", async () => {
    const test = createTestStore();
    await bringUp(test);
    expect(panelsOf(test.store.getState(), digest)).toEqual([]);
    const job = await showPicture(test, "a.png");
    expect(canExport(test.store.getState())).toBe(true);
    void test.store.getState().chooseFraming("squash");
    expect(panelsOf(test.store.getState(), digest)).toEqual([]);
    expect(job).toBeGreaterThan(0);
  });

  it("gives the raw map, all options, the file's hash and the probabilities of all classes", async () => {
    const test = await shownPicture();
    const panel = onlyPanel(test);
    expect([...panel.map.values]).toEqual([4, 2, 3, 1]);
    expect(panel.map).toMatchObject({ rows: 2, columns: 2, cells: "patches", signed: false });
    expect(panel.terms).toHaveLength(1);
    expect(panel.terms[0]).toMatchObject({ target: { kind: "any-class" }, gradient: null });
    expect(Object.keys(panel.terms[0].options).sort()).toEqual(
      ["discardRatio", "fusion", "headsOff", "normalisation", "startLayer"].sort(),
    );
    expect(panel.model.files[0].sha256).toMatch(/^(ab){32}$/);
    expect(panel.picture).toMatchObject({ title: "a.png", sha256: digest, framing: "crop", sample: null });
    const sum = panel.classes.probabilities.reduce((total, share) => total + share, 0);
    expect(sum).toBeCloseTo(1, 12);
  });

  it("names the class that a class-specific method was asked about, and how gradients were taken", async () => {
    const test = await shownPicture();
    test.store.getState().chooseMethod("gradient-rollout");
    await test.engine.last("explain.explain").resolve(heatmap(test.job));
    expect(onlyPanel(test).terms[0]).toMatchObject({
      target: { kind: "class", index: 0, label: "a", probability: expect.closeTo(0.7, 1) },
      gradient: "exact",
    });
    test.store.getState().chooseTarget({ kind: "class", index: 2 });
    await test.engine.last("explain.explain").resolve(heatmap(test.job));
    expect(onlyPanel(test).terms[0].target).toMatchObject({ index: 2, label: "c" });
  });

  it("writes both sides of a contrast, and how they are taken from each other", async () => {
    const test = await shownPicture();
    const { togglePin, chooseMethod, chooseTarget } = test.store.getState();
    chooseMethod("gradient-rollout");
    await test.engine.last("explain.explain").resolve(heatmap(test.job));
    togglePin(0);
    togglePin(1);
    chooseTarget({ kind: "contrast" });
    await test.engine.last("explain.explain").resolve(heatmap(test.job, [1, 0, 0, 0]));
    await test.engine.last("explain.explain").resolve(heatmap(test.job, [0, 1, 0, 0]));
    const panel = onlyPanel(test);
    expect(panel.terms.map(({ target }) => target.kind === "class" && target.index)).toEqual([0, 1]);
    expect(panel.difference).toContain("first - second");
    expect(panel.map.signed).toBe(true);
  });

  it("has scores and shares only once there is a foreground", async () => {
    const test = await shownPicture();
    expect(onlyPanel(test)).toMatchObject({ scores: null, foreground: null });
    await findInstances(test, ["cat", "dog"], [1, 0, 0, 0]);
    const panel = onlyPanel(test);
    expect(panel.scores).toMatchObject({ faf: 0.4, area: 0.25, lift: 1.6 });
    expect(panel.foreground?.instances).toEqual([
      { label: "cat", score: 0.9 },
      { label: "dog", score: 0.9 },
    ]);
    expect([...(panel.foreground?.shares ?? [])]).toEqual([1, 0, 0, 0]);
  });
});

describe("the caption", () => {
  it("says what the map is, which settings were changed, and what was measured", async () => {
    const test = await shownPicture();
    await findInstances(test, ["cat"], [1, 0, 0, 0]);
    expect(captionOf([onlyPanel(test)])).toBe(
      "Attention rollout over a.png, Tiny. FAF 0.400, area 0.250, lift 1.60× (foreground: cat).",
    );
    test.store.getState().setOption("fusion", "max");
    await test.engine.last("explain.explain").resolve(heatmap(test.job));
    expect(captionOf([onlyPanel(test)])).toContain("Settings: Head fusion Max.");
  });

  it("gives letters to several panels", async () => {
    const panel = onlyPanel(await shownPicture());
    expect(captionOf([panel, panel])).toMatch(/^\(a\) Attention rollout .* \(b\) Attention rollout /);
  });
});

describe("drawnPanels", () => {
  it("follows the view: overlay, opacity, outline, cells and pixels", async () => {
    const test = await shownPicture();
    const { setView } = test.store.getState();
    const [panel] = drawnPanels(test.store.getState());
    expect(panel).toMatchObject({ opacity: 0.5, outline: null, crisp: { picture: false, map: false } });
    expect(panel.scale?.stops).toHaveLength(65);
    expect(panel.scale?.mark).toEqual({ at: 0.5, text: "1×" });
    setView({ overlay: false, interpolation: "nearest", pixels: "model" });
    const [other] = drawnPanels(test.store.getState());
    expect(other).toMatchObject({ opacity: 0, ratio: 1, crisp: { picture: true, map: true } });
    expect(other.layers.picture).toBe(test.store.getState().shown?.prepared.modelPixels);
  });

  it("has no map where the settings leave none", async () => {
    const test = createTestStore();
    expect(drawnPanels(test.store.getState())).toEqual([]);
  });
});
