// LeGrad and TAM on the real DeiT-Tiny, their tensors made by the engine, against witnesses on photographs.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { legrad } from "../../src/core/attribution/legrad.ts";
import { tam } from "../../src/core/attribution/tam.ts";
import { deitTiny } from "../../src/core/models/deit-tiny.ts";
import { normalisePixels } from "../../src/core/vision/normalise.ts";
import type { Classifier } from "../../src/engine/classifier.ts";
import { gathered, openNetwork, tensorsAt } from "../engine/open-network.ts";
import { relativeError } from "../support/golden.ts";
import { cropOf, type GoldenMap, type GoldenReal, readGoldenReal } from "../support/golden-real.ts";
import { stretched } from "../support/legrad-maps.ts";
import { noteError } from "../support/measured-errors.ts";
import { readPicture } from "../support/pictures.ts";
import { missing, witnesses } from "../support/witnesses.ts";

const skipped = missing("goldenReal", "models");
const tolerance = 1e-3;

type MapOfClass = GoldenMap & { readonly cls: number };

type LegradMap = MapOfClass & { readonly layers: "all" | "last2"; readonly pool: "mean" | "cls" };

const goldens = skipped ? [] : readGoldenReal();
/** A path of 20 passes takes long: one picture of each preparation. */
const firstOfEach = goldens.filter(
  ({ preprocessing }, index) => goldens.findIndex((each) => each.preprocessing === preprocessing) === index,
);

describe.skipIf(skipped)(`DeiT-Tiny on photographs${skipped}`, () => {
  let classifier: Classifier;
  beforeAll(async () => {
    const mirrored = deitTiny.files[0].sources.find(({ kind }) => kind === "mirror")!;
    classifier = await openNetwork(readFileSync(resolve(witnesses.models, mirrored.location)));
  });
  const tensorsOf = async (golden: GoldenReal) =>
    tensorsAt(classifier, normalisePixels(await readPicture(cropOf(golden)), golden.mean, golden.std));
  const mapsOf = <Kind extends MapOfClass>(golden: GoldenReal, method: string) =>
    golden.maps.filter((map): map is Kind => map.method === method);

  test("there are witnesses", () => expect(firstOfEach.length).toBeGreaterThan(1));

  test.each(goldens.map((golden) => [golden.file, golden] as const))("LeGrad, %s", async (_, golden) => {
    const tensors = await tensorsOf(golden);
    const cases = mapsOf<LegradMap>(golden, "legrad_classifier");
    expect(cases).toHaveLength(8);
    for (const { cls, layers, pool, map } of cases) {
      const options = {
        firstLayer: layers === "all" ? 0 : -2,
        lastLayer: -1,
        pooling: pool === "mean" ? "mean" : "head",
      } as const;
      expect(legrad.variant!(options)).toEqual({ pooling: options.pooling });
      const need = { kind: "localGradient", rules: "exact", pooling: options.pooling } as const;
      const target = { kind: "class", index: cls } as const;
      const localGradient = await gathered(tensors, need, target);
      const ours = stretched(legrad.explainer({ localGradient })(options));
      const error = noteError("legrad", "real", relativeError(ours, map as number[]));
      expect(error, `${cls}, ${layers}, ${pool}`).toBeLessThan(tolerance);
    }
  });

  test.each(firstOfEach.map((golden) => [golden.file, golden] as const))("TAM, %s", async (_, golden) => {
    const tensors = await tensorsOf(golden);
    const attention = await gathered(tensors, { kind: "attention" });
    const cases = mapsOf<MapOfClass>(golden, "tam");
    expect(cases).toHaveLength(4);
    for (const { cls, start_layer, map } of cases) {
      const options = { startLayer: start_layer!, steps: 20 };
      const path = tam.variant!(options).path!;
      const target = { kind: "class", index: cls } as const;
      const attentionPath = await gathered(tensors, { kind: "attentionPath", rules: "exact", path }, target);
      const ours = tam.explainer({ attention, attentionPath })(options);
      const error = noteError("tam", "real", relativeError(ours, map as number[]));
      expect(error, `${cls}, ${start_layer}`).toBeLessThan(tolerance);
    }
  });
});
