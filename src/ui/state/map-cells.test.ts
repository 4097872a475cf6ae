// FAF on maps that are finer or coarser than the patches: always in cells of the map, its positive part only.
import { describe, expect, it } from "vitest";
import type { Heatmap } from "../../bridge/contract.ts";
import { readForeground } from "../foreground-reading.ts";
import { foreground, heatmap } from "../testing/results.ts";
import { bringUp, createTestStore, findInstances, jobOf, showPicture } from "../testing/test-store.ts";

async function measured() {
  const test = createTestStore();
  await bringUp(test);
  const job = await showPicture(test, "a.png", [3, 1, 0, 0]);
  await findInstances(test, ["cat"], [1, 0, 0, 0]);
  return { ...test, job, reading: () => readForeground(test.store.getState()) };
}

function mapOf(job: number, side: number, values: readonly number[]): Heatmap {
  return { ...heatmap(job, values), grid: { rows: side, columns: side } };
}

describe("a map of pixels", () => {
  it("has its positive part summed into the patches, without asking for the foreground again", async () => {
    const { engine, store, job, reading } = await measured();
    store.getState().chooseMethod("attn-lrp");
    const before = engine.count("segment.foreground");
    // The upper left patch holds 3 + 1 above zero, all others 4; what is below zero counts for nothing.
    const values = [3, -5, 2, 0, 1, 0, 0, 0, 0, 0, 2, 0, -9, 0, 0, 0];
    await engine.last("explain.explain").resolve(mapOf(job, 4, values));
    expect(engine.count("segment.foreground")).toBe(before);
    const now = reading();
    expect(now.state).toBe("measured");
    if (now.state === "measured") expect(now.measures.faf).toBeCloseTo(0.5, 6);
  });
});

describe("a map of feature cells", () => {
  it("has the foreground cut for its own cells; until then there is no number", async () => {
    const { engine, store, job, reading } = await measured();
    store.getState().chooseMethod("grad-cam");
    await engine.last("explain.explain").resolve(mapOf(job, 3, [1, 0, 0, 0, 2, 0, 0, 0, 1]));
    expect(reading().state).toBe("measuring");
    const cut = engine.last("segment.foreground");
    expect(cut.args[1]).toMatchObject({ grid: { rows: 3, columns: 3 } });
    await cut.resolve(foreground(jobOf(cut), [1, 0, 0, 0, 0, 0, 0, 0, 0]));
    expect(reading()).toMatchObject({ state: "measured", measures: { faf: 0.25 } });
  });

  it("that is as fine as the patches needs no other foreground", async () => {
    const { engine, store, job, reading } = await measured();
    const before = engine.count("segment.foreground");
    store.getState().chooseMethod("grad-cam");
    await engine.last("explain.explain").resolve(heatmap(job, [1, 1, 0, 0]));
    expect(engine.count("segment.foreground")).toBe(before);
    expect(reading()).toMatchObject({ state: "measured", measures: { faf: 0.5 } });
  });

  it("gives way to patches again, with the foreground of the patches", async () => {
    const { engine, store, job, reading } = await measured();
    store.getState().chooseMethod("grad-cam");
    await engine.last("explain.explain").resolve(mapOf(job, 3, [1, 0, 0, 0, 2, 0, 0, 0, 1]));
    await engine.last("segment.foreground").resolve(foreground(job, [1, 0, 0, 0, 0, 0, 0, 0, 0]));
    store.getState().chooseMethod("rollout");
    await engine.last("explain.explain").resolve(heatmap(job, [3, 1, 0, 0]));
    expect(reading().state).toBe("measuring");
    await engine.last("segment.foreground").resolve(foreground(job, [1, 0, 0, 0]));
    expect(reading()).toMatchObject({ state: "measured", measures: { faf: 0.75 } });
  });
});

describe("a map with signs", () => {
  it("counts only what speaks for its class", async () => {
    const { engine, store, job, reading } = await measured();
    store.getState().chooseMethod("attcat");
    await engine.last("explain.explain").resolve(heatmap(job, [1, 3, -5, -1]));
    expect(reading()).toMatchObject({ state: "measured", measures: { faf: 0.25 } });
  });
});
