// Every exported network that keeps feature maps: the map for Grad-CAM is PyTorch's, and lies where it is said to.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { dissectClassifier, sayWhatIsPossible } from "../../src/core/anatomy/dissect-classifier.ts";
import { dissectConvolutional } from "../../src/core/anatomy/dissect-convolutional.ts";
import { canonicalise } from "../../src/core/onnx/canonical/canonicalise.ts";
import { ElementType } from "../../src/core/onnx/model.ts";
import { readOnnx } from "../../src/core/onnx/read-onnx.ts";
import { checkCells, checkPlaces, openNetwork } from "../support/feature-map-checks.ts";
import { relativeError } from "../support/golden.ts";
import { missing, witnesses } from "../support/witnesses.ts";
import { readZooModel, readZooReference, type ZooEntry, zooEntries, zooFeeds } from "../support/zoo.ts";

const quantised = /^(?:MatMulInteger|ConvInteger|(?:Dynamic)?QuantizeLinear|DequantizeLinear)$/;
const isQuantised = (entry: ZooEntry) => Object.keys(entry.ops).some((operator) => quantised.test(operator));
const mapped = zooEntries().filter(({ kind }) => kind === "cnn" || kind === "window" || kind === "negative");
const forms = ["as exported", "canonical"] as const;
const cases = mapped
  .filter((entry) => !isQuantised(entry))
  .flatMap((entry) => forms.map((form) => ({ entry, file: entry.file, form })));
const counts = { forms: 0, compared: 0, maps: 0 };

describe.skipIf(missing("zoo") !== "")(`feature maps of exported networks${missing("zoo")}`, () => {
  afterAll(() => {
    console.log(`${counts.forms} forms, ${counts.compared} maps as PyTorch's, ${counts.maps} maps in place`);
  });

  it.each(cases)("$file, $form", async ({ entry, form }) => {
    const reference = readZooReference(entry);
    const feeds = zooFeeds(entry, reference);
    const exported = readZooModel(entry);
    const inputShapes = new Map(Object.entries(feeds).map(([name, { shape }]) => [name, shape]));
    const model = form === "canonical" ? canonicalise(exported, { inputShapes }) : exported;
    const anatomy = dissectConvolutional(model);
    const isHalf = exported.graph.initializers.some(({ elementType }) => elementType === ElementType.float16);
    const picture = feeds[anatomy.input.name]!;
    const run = await openNetwork(
      model,
      anatomy,
      isHalf ? ElementType.float16 : ElementType.float32,
      picture,
    );
    const logits = await run.scores(null);
    expect(relativeError(logits, reference.get("logits")!.data as Float64Array)).toBeLessThan(
      isHalf ? 2e-2 : 1e-4,
    );
    expect(anatomy.stages.at(-1)).toEqual(anatomy.featureMap);
    const expected = reference.get("cam.act");
    const found = (await run.maps(picture))[anatomy.featureMap.tensor]!;
    if (expected !== undefined) {
      expect(found.shape).toEqual(expected.shape);
      expect(relativeError(found.data, expected.data as Float64Array)).toBeLessThan(isHalf ? 2e-2 : 1e-4);
      counts.compared++;
    }
    await checkPlaces(anatomy, picture, run);
    await checkCells(anatomy.featureMap, found, logits, run);
    await run.close();
    counts.forms++;
    counts.maps += anatomy.stages.length;
  });

  it.each(mapped)("$file says what is possible", (entry) => {
    const model = readZooModel(entry);
    if (isQuantised(entry)) {
      expect(() => dissectClassifier(model)).toThrow("anatomy/quantised");
      return;
    }
    const dissected = dissectClassifier(model);
    expect(dissected.kind).toBe("convolutional");
    const [attention, cam] = sayWhatIsPossible(dissected);
    expect(attention).toMatch(refusalOf[entry.kind as keyof typeof refusalOf]);
    expect(cam).toMatch(/^Grad-CAM: yes, \d+ x \d+ cells\.$/);
  });
});

const refusalOf = {
  cnn: /^Attention maps: no, it has no attention/,
  window: /^Attention maps: no, attention stays inside \d+ windows of \d+ tokens each\.$/,
  negative: /^Attention maps: no, \d+ queries look at \d+ pooled keys\.$/,
};

describe.skipIf(missing("models") !== "")(`feature maps of the real MobileNetV2${missing("models")}`, () => {
  it("finds the last activation and a map of every resolution", async () => {
    const path = resolve(witnesses.models, "mobilenet-v2/mobilenet_v2_1.0_224_fp32_dequantized.onnx");
    const model = readOnnx(new Uint8Array(readFileSync(path)));
    const anatomy = dissectConvolutional(model);
    expect(anatomy.stages.map(({ grid }) => grid?.rows)).toEqual([112, 56, 28, 14, 7]);
    expect(anatomy.featureMap).toMatchObject({
      channels: 1280,
      channelAxis: 1,
      grid: { rows: 7, columns: 7 },
    });
    const data = Float32Array.from({ length: 3 * 224 * 224 }, (_, at) => Math.sin(at * 1.7 + at * at * 1e-6));
    const picture = { data, shape: [1, 3, 224, 224] };
    const run = await openNetwork(model, anatomy, ElementType.float32, picture);
    const found = (await run.maps(picture))[anatomy.featureMap.tensor]!;
    expect(Math.min(...found.data)).toBe(0);
    await checkPlaces(anatomy, picture, run);
    await checkCells(anatomy.featureMap, found, await run.scores(null), run);
    await run.close();
  });
});
