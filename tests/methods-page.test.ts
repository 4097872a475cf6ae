// docs/methods.md is what the registry and the measurements give.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { methods } from "../src/core/attribution/registry.ts";
import { type MeasuredById, mergeMeasured, methodsPage } from "../tools/methods-page.ts";
import { methodsWithoutGolden } from "../tools/methods-without-golden.ts";

const docs = resolve(import.meta.dirname, "../docs");
const measured = JSON.parse(readFileSync(resolve(docs, "methods-measured.json"), "utf8")) as MeasuredById;

describe("docs/methods.md", () => {
  test("is up to date; if not, run: npx tsx tools/methods-table.ts", () => {
    expect(readFileSync(resolve(docs, "methods.md"), "utf8")).toBe(methodsPage(methods, measured));
  });
  test("shows measurements of registered methods only, within their tolerances", () => {
    const ids = methods.map(({ id }) => id as string);
    // Numbers of the CAM family are themselves in single precision.
    const tinyLimit = (id: string) =>
      methods.find((each) => each.id === id)?.family === "cam" ? 1e-4 : 1e-8;
    for (const [id, { tiny = 0, real = 0, rank = 1, cost = 1 }] of Object.entries(measured)) {
      expect(ids).toContain(id);
      expect(tiny, id).toBeLessThan(tinyLimit(id));
      expect(real, id).toBeLessThan(2e-3);
      expect(rank, id).toBeGreaterThan(0.9);
      expect(cost, id).toBeGreaterThan(0);
    }
  });
  test("says of every method without numbers of its authors why there are none", () => {
    const without = methodsWithoutGolden.flatMap(({ id }) => id ?? []);
    const unmeasured = methods.map(({ id }) => id).filter((id) => measured[id]?.tiny === undefined);
    expect(without.sort()).toEqual(unmeasured.sort());
  });
});

describe("the page", () => {
  const page = methodsPage(methods, { rollout: { tiny: 1.5e-15, cost: 1.234 } });

  test("has a row and a section for every method", () => {
    for (const { id, label, paper } of methods) {
      expect(page).toContain(`| [${label}](#${id})`);
      expect(page).toContain(`### <a id="${id}"></a>${label}\n`);
      expect(page).toContain(paper);
    }
  });
  test("leaves empty what was not measured", () => {
    expect(page).toMatch(/\| \[Attention rollout\].+\| no \| 1\.5e-15 \| {2}\| 1\.23 \|/);
    expect(page).toMatch(/\| \[AGCAM\].+\| yes \| {2}\| {2}\| {2}\|/);
  });
});

describe("measurements", () => {
  test("replace older ones of the same kind, and the worst of the new ones counts", () => {
    const older = { rollout: { tiny: 1, cost: 2 }, agcam: { real: 3 } };
    const merged = mergeMeasured(older, [
      { method: "rollout", measure: "tiny", value: 0.25 },
      { method: "rollout", measure: "tiny", value: 0.5 },
      { method: "rollout", measure: "tiny", value: 0.125 },
      { method: "attcat", measure: "cost", value: 4 },
      { method: "attcat", measure: "rank", value: 0.75 },
      { method: "attcat", measure: "rank", value: 0.5 },
    ]);
    expect(merged).toEqual({
      agcam: { real: 3 },
      attcat: { rank: 0.5, cost: 4 },
      rollout: { tiny: 0.5, cost: 2 },
    });
    expect(Object.keys(merged)).toEqual(["agcam", "attcat", "rollout"]);
  });
});
