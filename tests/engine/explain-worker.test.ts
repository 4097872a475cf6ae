// The classifying and explaining role on WASM in Node: the real DeiT-Tiny, and small models as users bring them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { ClassifierInfo, ExplainRequest, PreparedImage, Progress } from "../../src/bridge/contract.ts";
import { createExplainWorker } from "../../src/engine/explain-worker.ts";
import { relativeError } from "../support/golden.ts";
import { readGoldenReal } from "../support/golden-real.ts";
import { missing, witnesses } from "../support/witnesses.ts";
import { mirrorStore } from "./mirror-store.ts";
import { inImages, photograph, pictureTools } from "./picture-tools.ts";

const ignore = () => undefined;
const plainRollout = {
  method: "rollout",
  options: { fusion: "mean", discardRatio: 0, normalisation: "row", startLayer: 0, headsOff: [] },
} as const satisfies ExplainRequest;

function ownFile(name: string): File {
  return new File([readFileSync(join(witnesses.zoo, name))], name);
}

const realReason = missing("models", "images");

describe.skipIf(realReason !== "")(`DeiT-Tiny${realReason}`, () => {
  const tools = pictureTools();
  const worker = createExplainWorker(tools, mirrorStore());
  const loading: Progress[] = [];
  let info: ClassifierInfo;

  beforeAll(async () => {
    await worker.start({ backend: "auto" });
    info = await worker.loadModel(1, { kind: "registered", id: "deit-tiny" }, (step) => loading.push(step));
  });

  test("sizes come from the file and its first run", () => {
    expect(info).toMatchObject({
      id: "deit-tiny",
      origin: { source: "mirror" },
      layers: 12,
      heads: 3,
      tokens: 197,
      prefixTokens: 1,
      grid: { rows: 14, columns: 14 },
      classes: 1000,
    });
    expect(new Set(info.labels).size).toBeGreaterThan(990);
    expect(info.labels).toHaveLength(1000);
    const stages = [...new Set(loading.map(({ stage }) => stage))];
    expect(stages).toEqual(["download", "verify", "read", "session", "forward"]);
  });

  test("another framing of the same picture is not decoded again; another picture is", async () => {
    const before = tools.decoded.length;
    const prepared: PreparedImage[] = [];
    for (const [job, framing] of [
      [10, "crop"],
      [11, "squash"],
      [12, "vit-explain"],
    ] as const)
      prepared.push(await worker.prepare(job, photograph("coral/cat_720p.jpg"), framing, ignore));
    expect(tools.decoded.length - before).toBe(1);
    const [crop, squash, vitExplain] = prepared;
    expect(squash.modelPixels.data).toEqual(vitExplain.modelPixels.data);
    expect(squash.region).toEqual({ x: 0, y: 0, width: squash.width, height: squash.height });
    expect(crop.region.width).toBeLessThan(crop.width);
    expect(crop.region.width / crop.region.height).toBeCloseTo(1, 2);
    expect(tools.drawn.at(-3)).toEqual(crop.region);
    expect(Math.max(squash.display.width, squash.display.height)).toBe(1024);
    const forDetector = await worker.detectorPixels(squash.job);
    expect(Math.min(forDetector.width, forDetector.height)).toBe(320);
    await worker.prepare(13, photograph("coral/pets.jpg"), "crop", ignore);
    expect(tools.decoded.length - before).toBe(2);
    expect(tools.closed).toHaveLength(before + 1);
  });

  const goldens = readGoldenReal().filter(
    ({ model }) => model.includes("deit_tiny") || model.includes("deit-tiny"),
  );
  test.each(goldens.map((golden) => [golden.file, golden] as const))("%s", async (_, golden) => {
    const framing = golden.preprocessing.includes("squash") ? "vit-explain" : "crop";
    const blob = photograph(inImages(golden.image));
    const job = 100 + goldens.indexOf(golden);
    await worker.prepare(job, blob, framing, ignore);
    const { top } = await worker.classify(job, ignore);
    expect(top.map(({ index }) => index)).toEqual(golden.top10.slice(0, 5).map(({ cls }) => cls));
    for (const [rank, { logit, probability }] of top.entries()) {
      expect(logit).toBeCloseTo(golden.top10[rank].logit, 2);
      expect(probability).toBeCloseTo(golden.top10[rank].prob, 3);
    }
    const map = golden.maps.find(
      ({ method, discard, head_fusion, start_layer }) =>
        method === "rollout" && !discard && (head_fusion ?? "mean") === "mean" && !start_layer,
    );
    if (map === undefined) return;
    const { values } = await worker.explain(job, plainRollout);
    const expected = map.map as readonly number[];
    const scale = Math.max(...expected) === 1 ? Math.max(...values) : 1;
    expect(
      relativeError(
        values.map((value) => value / scale),
        expected,
      ),
    ).toBeLessThan(1e-3);
  });

  test("tensors of another job than the last classified one are not there", async () => {
    await worker.prepare(200, photograph("coral/pets.jpg"), "crop", ignore);
    await worker.classify(200, ignore);
    await worker.prepare(201, photograph("coral/cat_720p.jpg"), "crop", ignore);
    expect((await worker.explain(200, plainRollout)).job).toBe(200);
    await expect(worker.explain(201, plainRollout)).rejects.toMatchObject({
      code: "engine/no-result",
      details: { what: "attention" },
    });
    await expect(worker.classify(200, ignore)).rejects.toMatchObject({
      code: "engine/no-result",
      details: { what: "prepared picture" },
    });
    await worker.classify(201, ignore);
    await expect(worker.explain(200, plainRollout)).rejects.toMatchObject({ code: "engine/no-result" });
  });

  test("an older picture never replaces a newer one", async () => {
    await worker.prepare(301, photograph("coral/pets.jpg"), "crop", ignore);
    const late = worker.prepare(300, photograph("coral/cat_720p.jpg"), "crop", ignore);
    await expect(late).rejects.toMatchObject({ code: "job/cancelled" });
    expect((await worker.classify(301, ignore)).job).toBe(301);
  });

  test("steps that are asked for all at once follow one another", async () => {
    const order: string[] = [];
    const note = (name: string) => () => void order.push(name);
    const prepared = worker.prepare(350, photograph("coral/pets.jpg"), "crop", ignore);
    const classified = worker.classify(350, ignore);
    const explained = worker.explain(350, plainRollout);
    await Promise.all([
      prepared.then(note("prepared")),
      classified.then(note("classified")),
      explained.then(note("explained")),
    ]);
    expect(order).toEqual(["prepared", "classified", "explained"]);
    expect((await explained).values).toEqual((await worker.explain(350, plainRollout)).values);
  });

  test("a step whose predecessor failed fails too, and says what it lacks", async () => {
    const prepared = worker.prepare(360, new Blob(["no picture"]), "crop", ignore);
    const classified = worker.classify(360, ignore);
    const explained = worker.explain(360, plainRollout);
    await expect(prepared).rejects.toThrow();
    await expect(classified).rejects.toMatchObject({ code: "engine/no-result" });
    await expect(explained).rejects.toMatchObject({ code: "engine/no-result" });
  });

  test("a cancel ends all steps that were asked for", async () => {
    const prepared = worker.prepare(370, photograph("coral/parrot.jpg"), "crop", ignore);
    const classified = worker.classify(370, ignore);
    const explained = worker.explain(370, plainRollout);
    await worker.cancel(370);
    for (const step of [prepared, classified])
      await expect(step).rejects.toMatchObject({ code: "job/cancelled" });
    await expect(explained).rejects.toMatchObject({ code: "engine/no-result" });
  });

  test("a cancel during preparation is noticed", async () => {
    const cancelled = worker.prepare(400, photograph("coral/parrot.jpg"), "crop", ({ stage }) => {
      if (stage === "decode") void worker.cancel(400);
    });
    await expect(cancelled).rejects.toMatchObject({ code: "job/cancelled" });
    await expect(worker.classify(400, ignore)).rejects.toMatchObject({ code: "job/cancelled" });
  });

  test("a cancel during a download leaves the model that was there", async () => {
    const cancelled = worker.loadModel(500, { kind: "registered", id: "deit-tiny" }, ({ stage }) => {
      if (stage === "download") void worker.cancel(500);
    });
    await expect(cancelled).rejects.toMatchObject({ code: "job/cancelled" });
    await worker.prepare(501, photograph("coral/pets.jpg"), "crop", ignore);
    expect((await worker.classify(501, ignore)).top).toHaveLength(5);
  });
});

interface ZooEntry {
  readonly file: string;
  readonly kind: string;
  readonly standard_softmax_attention: boolean | string;
  readonly prefix_tokens: number;
  readonly grid: readonly [number, number];
  readonly n_layers: number;
  readonly n_heads: number;
  readonly verify: { readonly attention_tensors: readonly (string | null)[] | null };
}

const zooReason = missing("zoo", "images");
const zoo: readonly ZooEntry[] = zooReason
  ? []
  : JSON.parse(readFileSync(join(witnesses.zoo, "zoo.json"), "utf8")).files;

describe.skipIf(zooReason !== "")(`own models${zooReason}`, () => {
  const worker = createExplainWorker(pictureTools(), mirrorStore());
  const vits = zoo.filter(
    ({ kind, standard_softmax_attention }) => kind === "vit" && standard_softmax_attention === true,
  );
  // Fused attention has no tensor to expose, and 8-bit activations give another model's attention.
  const usable = vits.filter(
    ({ file, verify }) => !file.includes("int8") && verify.attention_tensors?.every((name) => name !== null),
  );
  const quantised = zoo.filter(({ file }) => file.includes("int8"));
  const convolutional = zoo.filter(
    ({ file, kind }) => ["cnn", "window", "negative"].includes(kind) && !file.includes("int8"),
  );

  beforeAll(async () => {
    await worker.start({ backend: "wasm" });
  });

  test.each(usable.map((entry) => [entry.file, entry] as const))("%s", async (_, entry) => {
    const job = 1000 + usable.indexOf(entry);
    const files = [ownFile(entry.file)];
    if (entry.file.includes("external")) files.push(ownFile(`${entry.file}.data`));
    const info = await worker.loadModel(job, { kind: "own", files }, ignore);
    const [rows, columns] = entry.grid;
    expect(info).toMatchObject({
      id: "own",
      label: entry.file.replace(/\.onnx$/, ""),
      origin: { source: "own", notices: [] },
      grid: { rows, columns },
      prefixTokens: entry.prefix_tokens,
      tokens: rows * columns + entry.prefix_tokens,
      heads: entry.n_heads,
    });
    expect(info.labels[0]).toBe("class 0");
    await worker.prepare(job, photograph("vit-explain/both.png"), "squash", ignore);
    const { top } = await worker.classify(job, ignore);
    expect(top.reduce((sum, { probability }) => sum + probability, 0)).toBeLessThanOrEqual(1 + 1e-6);
    const { values } = await worker.explain(job, plainRollout);
    expect(values).toHaveLength(rows * columns);
    const total = values.reduce((sum, value) => sum + value, 0);
    expect(total).toBeGreaterThan(0);
    expect(total).toBeLessThanOrEqual(1 + 1e-3);
  });

  test("an older wish for a model never replaces a newer one", async () => {
    const [first, second] = usable;
    const load = (job: number, { file }: ZooEntry) =>
      worker.loadModel(job, { kind: "own", files: [ownFile(file)] }, ignore);
    await load(8001, first);
    await expect(load(8000, second)).rejects.toMatchObject({ code: "job/cancelled" });
    await worker.prepare(8002, photograph("vit-explain/both.png"), "squash", ignore);
    await worker.classify(8002, ignore);
    const { grid } = await worker.explain(8002, plainRollout);
    expect([grid.rows, grid.columns]).toEqual(first.grid);
  });

  test.each(convolutional.map(({ file }, place) => [file, place] as const))(
    "%s has no attention over the picture, and is explained by its feature maps",
    async (file, place) => {
      const job = 20_000 + place;
      const info = await worker.loadModel(job, { kind: "own", files: [ownFile(file)] }, ignore);
      expect(info).toMatchObject({ kind: "convolutional", layers: 0, heads: 0, tokens: 0, prefixTokens: 0 });
      expect(info.featureLayers[0]).toMatchObject(info.grid);
      expect(info.methods).toMatchObject({
        "grad-cam": null,
        saliency: null,
        rollout: { kind: "no-attention", reason: expect.stringMatching(/\w+/) },
        attcat: { kind: "no-attention", reason: expect.stringMatching(/\w+/) },
      });
      await worker.prepare(job, photograph("vit-explain/both.png"), "squash", ignore);
      const { top } = await worker.classify(job, ignore);
      expect(top.reduce((sum, { probability }) => sum + probability, 0)).toBeLessThanOrEqual(1 + 1e-6);
      await expect(worker.explain(job, plainRollout)).rejects.toMatchObject({ code: "anatomy/no-attention" });
      const { values, grid } = await worker.explain(job, { method: "grad-cam", options: { layer: 0 } });
      expect(grid).toEqual(info.grid);
      expect(values.some((value) => value !== 0)).toBe(true);
      expect(values.every(Number.isFinite)).toBe(true);
    },
  );

  test.each(quantised.map(({ file }) => file))("%s is refused, and the model before stays", async (file) => {
    const [first] = usable;
    await worker.loadModel(90_000, { kind: "own", files: [ownFile(first.file)] }, ignore);
    const loading = worker.loadModel(90_001, { kind: "own", files: [ownFile(file)] }, ignore);
    await expect(loading).rejects.toMatchObject({ code: "anatomy/quantised" });
    await worker.prepare(90_002, photograph("vit-explain/both.png"), "squash", ignore);
    expect((await worker.classify(90_002, ignore)).top).toHaveLength(5);
  });
});
