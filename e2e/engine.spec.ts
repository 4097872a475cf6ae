// The engine in a real browser, built and served as the app is: both models end to end, WebGPU equal to WASM, recovery.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import { missing, witnesses } from "../tests/support/witnesses.ts";
import type { WorkerKind } from "./harness/engine.ts";
import { test } from "./support/engine-test.ts";

const picture = "chefer/catdog.png";

/** Sets a page-wide engine up with a model and a prepared picture. */
async function open(
  page: Page,
  harness: string,
  options: { readonly kind?: WorkerKind } = {},
): Promise<void> {
  await page.goto(harness);
  await page.evaluate((kind) => {
    window.engine = window.connect!(kind);
  }, options.kind);
}

/** Writes figures beside the test's result. */
function report(what: string, figures: Readonly<Record<string, number>>): void {
  const rounded = Object.entries(figures).map(([name, value]) => `${name} ${Math.round(value * 10) / 10}`);
  test.info().annotations.push({ type: what, description: rounded.join(", ") });
}

declare global {
  interface Window {
    engine: ReturnType<NonNullable<Window["connect"]>>;
  }
}

const realReason = missing("models", "images");

test.describe(`DeiT-Tiny and Mask R-CNN2Go on WASM${realReason}`, () => {
  test.skip(realReason !== "");

  test("a picture becomes classes, a heatmap, instances and a foreground", async ({ page, harness }) => {
    await open(page, harness);
    const story = await page.evaluate(async (path) => {
      const { explain, segment } = window.engine.engine;
      const stages: string[] = [];
      const tell = (role: string) => (step: { readonly stage: string }) => {
        const stage = `${role} ${step.stage}`;
        if (!stages.includes(stage)) stages.push(stage);
      };
      const runtimes = await Promise.all([
        explain.start({ backend: "wasm", appUrl: location.origin }),
        segment.start({ backend: "wasm", appUrl: location.origin }),
      ]);
      const [classifier, detector] = await Promise.all([
        explain.loadModel(1, { kind: "registered", id: "deit-tiny" }, tell("explain")),
        segment.loadModel(2, "mask-rcnn2go", tell("segment")),
      ]);
      const blob = await (await fetch(`/witnesses/images/${path}`)).blob();
      const prepared = await explain.prepare(3, blob, "crop", tell("explain"));
      const classification = await explain.classify(3, tell("explain"));
      const { width, height } = prepared;
      const pixels = await explain.detectorPixels(3);
      const segmentation = await segment.segment(3, { pixels, width, height }, tell("segment"));
      const options = {
        fusion: "max",
        discardRatio: 0.9,
        normalisation: "row",
        startLayer: 0,
        headsOff: [],
      } as const;
      const heatmap = await explain.explain(3, { method: "rollout", options });
      const steps: number[] = [];
      const trips: number[] = [];
      for (let step = 0; step < 60; step++) {
        const begin = performance.now();
        const discardRatio = 0.3 + step / 100;
        const map = await explain.explain(3, { method: "rollout", options: { ...options, discardRatio } });
        trips.push(performance.now() - begin);
        steps.push(map.milliseconds);
      }
      const view = await segment.foreground(3, {
        instances: segmentation.instances.map((_, index) => index),
        preprocessing: classifier.preprocessing,
        grid: classifier.grid,
      });
      const again = await explain.prepare(4, blob, "squash", tell("explain"));
      const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];
      return {
        runtimes,
        stages,
        classifier: { ...classifier, labels: classifier.labels.length },
        detector,
        display: [prepared.display.width, prepared.display.height],
        modelPixels: prepared.modelPixels.data.length,
        top: classification.top,
        instances: segmentation.instances.map(({ label, score }) => ({ label, score })),
        heatmap: { length: heatmap.values.length, largest: Math.max(...heatmap.values) },
        foreground: view.grid.reduce((sum, share) => sum + share, 0) / view.grid.length,
        milliseconds: {
          classifierLoad: classifier.milliseconds,
          detectorLoad: detector.milliseconds,
          decode: prepared.milliseconds.decode,
          preprocess: prepared.milliseconds.preprocess,
          decodeAgain: again.milliseconds.decode,
          forward: classification.milliseconds.forward,
          segmentForward: segmentation.milliseconds.forward,
          segmentTotal: segmentation.milliseconds.total,
          firstStep: heatmap.milliseconds,
          step: median(steps),
          roundTrip: median(trips),
        },
      };
    }, picture);

    report("milliseconds", story.milliseconds);
    for (const runtime of story.runtimes)
      expect(runtime).toMatchObject({ backend: "wasm", crossOriginIsolated: true });
    expect(story.classifier).toMatchObject({
      layers: 12,
      heads: 3,
      tokens: 197,
      prefixTokens: 1,
      labels: 1000,
    });
    expect(story.classifier.origin.source).toBe("mirror");
    expect(story.top).toHaveLength(5);
    const sure = story.instances.filter(({ score }) => score > 0.9).map(({ label }) => label);
    expect(sure.sort()).toEqual(["cat", "dog"]);
    expect(story.heatmap.length).toBe(196);
    expect(story.heatmap.largest).toBeGreaterThan(0);
    expect(story.foreground).toBeGreaterThan(0.1);
    expect(story.foreground).toBeLessThan(0.9);
    expect(story.modelPixels).toBe(4 * 224 * 224);
    expect(story.stages).toEqual(
      expect.arrayContaining(["explain download", "explain forward", "segment convert", "segment masks"]),
    );
  });

  test("without isolation the runtime has one thread, says so, and gives the same map", async ({
    page,
    harness,
    plainHarness,
  }) => {
    const maps: number[][] = [];
    const threads: number[] = [];
    for (const address of [harness, plainHarness]) {
      await open(page, address);
      const { runtime, values } = await page.evaluate(async (path) => {
        const { explain } = window.engine.engine;
        const quiet = () => {};
        const runtime = await explain.start({ backend: "wasm", threads: 2, appUrl: location.origin });
        await explain.loadModel(1, { kind: "registered", id: "deit-tiny" }, quiet);
        const blob = await (await fetch(`/witnesses/images/${path}`)).blob();
        await explain.prepare(2, blob, "crop", quiet);
        await explain.classify(2, quiet);
        const options = {
          fusion: "mean",
          discardRatio: 0,
          normalisation: "row",
          startLayer: 0,
          headsOff: [],
        } as const;
        return { runtime, values: [...(await explain.explain(2, { method: "rollout", options })).values] };
      }, picture);
      if (runtime.backend === "wasm")
        threads.push(runtime.crossOriginIsolated ? runtime.threads : -runtime.threads);
      maps.push(values);
    }
    expect(threads).toEqual([2, -1]);
    for (const [patch, value] of maps[0].entries())
      expect(Math.abs(value - maps[1][patch])).toBeLessThan(1e-6);
  });

  test("a second visit takes the models from the cache", async ({ page, harness }) => {
    const sources: string[] = [];
    for (let visit = 0; visit < 2; visit++) {
      await open(page, harness);
      sources.push(
        await page.evaluate(async () => {
          const { explain } = window.engine.engine;
          await explain.start({ backend: "wasm", appUrl: location.origin });
          return (await explain.loadModel(1, { kind: "registered", id: "deit-tiny" }, () => {})).origin
            .source;
        }),
      );
    }
    expect(sources).toEqual(["mirror", "cache"]);
  });

  test("after a crash the sliders work again within five seconds, and nothing was asked of the page", async ({
    page,
    harness,
  }) => {
    await open(page, harness);
    const recovery = await page.evaluate(async (path) => {
      const { engine, workers, restarts } = window.engine;
      const { explain } = engine;
      const quiet = () => {};
      const opened = performance.now();
      await explain.start({ backend: "wasm", appUrl: location.origin });
      await explain.loadModel(1, { kind: "registered", id: "deit-tiny" }, quiet);
      const blob = await (await fetch(`/witnesses/images/${path}`)).blob();
      await explain.prepare(2, blob, "crop", quiet);
      await explain.classify(2, quiet);
      const first = performance.now() - opened;
      const options = {
        fusion: "mean",
        discardRatio: 0,
        normalisation: "row",
        startLayer: 0,
        headsOff: [],
      } as const;
      const before = await explain.explain(2, { method: "rollout", options });
      const begin = performance.now();
      workers[0].dispatchEvent(new ErrorEvent("error", { message: "out of memory" }));
      const after = await explain.explain(2, { method: "rollout", options });
      return {
        first,
        milliseconds: performance.now() - begin,
        equal: before.values.every((value, index) => value === after.values[index]),
        workers: workers.length,
        reasons: restarts.map(({ facts }) => facts.reason.code),
      };
    }, picture);
    expect(recovery).toMatchObject({ equal: true, workers: 2, reasons: ["engine/worker-crashed"] });
    // On a machine that is busy with other tests, what the first start took is the measure.
    expect(recovery.milliseconds).toBeLessThan(Math.max(5000, 1.5 * recovery.first));
    report("recovery", { first: recovery.first, again: recovery.milliseconds });
  });

  test("a cancelled segmentation stops between two runs, and the next one works", async ({
    page,
    harness,
  }) => {
    await open(page, harness);
    const outcome = await page.evaluate(async (path) => {
      const { engine, workers } = window.engine;
      const { explain, segment } = engine;
      const quiet = () => {};
      await Promise.all([
        explain.start({ backend: "wasm", appUrl: location.origin }),
        segment.start({ backend: "wasm", appUrl: location.origin }),
      ]);
      await explain.loadModel(1, { kind: "registered", id: "deit-tiny" }, quiet);
      await segment.loadModel(1, "mask-rcnn2go", quiet);
      const blob = await (await fetch(`/witnesses/images/${path}`)).blob();
      const { width, height } = await explain.prepare(2, blob, "crop", quiet);
      const pixels = await explain.detectorPixels(2);
      const stages: string[] = [];
      let cancelling: Promise<void> | undefined;
      const code = await segment
        .segment(2, { pixels, width, height }, ({ stage }) => {
          stages.push(stage);
          cancelling ??= segment.cancel(2);
        })
        .then(
          () => "resolved",
          (error) => error.code,
        );
      await cancelling;
      const next = await segment.segment(3, { pixels, width, height }, quiet);
      return { code, stages, next: next.instances.length, workers: workers.length };
    }, picture);
    expect(outcome.code).toBe("job/cancelled");
    expect(outcome.stages).not.toContain("masks");
    expect(outcome.next).toBeGreaterThanOrEqual(2);
    expect(outcome.workers).toBe(2);
  });
});

const zooReason = missing("zoo", "images");

/** A small ViT as Hugging Face's exporter writes it, of whatever sizes the folder has. */
function smallVit(): string {
  const { files } = JSON.parse(readFileSync(join(witnesses.zoo, "zoo.json"), "utf8")) as {
    readonly files: readonly { readonly file: string; readonly kind: string }[];
  };
  const names = files
    .filter(({ file, kind }) => kind === "vit" && /^hf_vit__ts17/.test(file))
    .map(({ file }) => file);
  return (
    names.sort()[0] ??
    readdirSync(witnesses.zoo)
      .filter((name) => name.endsWith(".onnx"))
      .sort()[0]
  );
}

/** Class scores and the rollout of every layer's every head alone, on one backend. */
async function explainOn(page: Page, backend: "wasm" | "webgpu", model: string) {
  return page.evaluate(
    async ({ backend, model, path }) => {
      const { explain } = window.engine.engine;
      const quiet = () => {};
      const runtime = await explain.start({ backend, appUrl: location.origin });
      const file = await (await fetch(`/witnesses/zoo/${model}`)).blob();
      const info = await explain.loadModel(1, { kind: "own", files: [new File([file], model)] }, quiet);
      const blob = await (await fetch(`/witnesses/images/${path}`)).blob();
      await explain.prepare(2, blob, "crop", quiet);
      const { top } = await explain.classify(2, quiet);
      const maps: number[][] = [];
      const heads = Array.from({ length: info.layers * info.heads }, (_, head) => head);
      for (const only of heads) {
        const options = {
          fusion: "max",
          discardRatio: 0,
          normalisation: "row",
          startLayer: Math.floor(only / info.heads),
          headsOff: heads.filter((head) => head !== only),
        } as const;
        maps.push([...(await explain.explain(2, { method: "rollout", options })).values]);
      }
      return { runtime, top, maps };
    },
    { backend, model, path: picture },
  );
}

test.describe(`a small ViT on WebGPU${zooReason}`, { tag: "@webgpu" }, () => {
  test.skip(zooReason !== "");

  for (const { kind, build } of [
    { kind: "plain", build: "jspi" },
    { kind: "without-jspi", build: "webgpu" },
  ] as const)
    test(`the ${build} build gives what WASM gives, to 1e-4`, async ({ page, harness }) => {
      const model = smallVit();
      await open(page, harness, { kind });
      const wasm = await explainOn(page, "wasm", model);
      const gpu = await explainOn(page, "webgpu", model);
      expect(wasm.runtime.backend).toBe("wasm");
      expect(gpu.runtime).toMatchObject({ backend: "webgpu", build });
      expect(gpu.top.map(({ index }) => index)).toEqual(wasm.top.map(({ index }) => index));
      for (const [rank, { logit }] of gpu.top.entries())
        expect(Math.abs(logit - wasm.top[rank].logit)).toBeLessThan(1e-4);
      expect(gpu.maps.length).toBeGreaterThan(1);
      for (const [head, map] of gpu.maps.entries())
        for (const [patch, value] of map.entries())
          expect(Math.abs(value - wasm.maps[head][patch]), `head ${head}, patch ${patch}`).toBeLessThan(1e-4);
      expect(wasm.maps.some((map) => map.some((value) => value > 0.01))).toBe(true);
    });

  test("left to itself, the engine takes WASM where WebGPU is only software, and says so", async ({
    page,
    harness,
  }) => {
    await open(page, harness);
    const { offered, runtime } = await page.evaluate(async () => {
      const adapter = await navigator.gpu.requestAdapter();
      const offered = adapter?.info.architecture ?? "none";
      return {
        offered,
        runtime: await window.engine.engine.explain.start({ backend: "auto", appUrl: location.origin }),
      };
    });
    if (offered === "swiftshader" || offered === "none")
      expect(runtime).toMatchObject({ backend: "wasm", note: expect.stringContaining("CPU") });
    else expect(runtime.backend).toBe("webgpu");
  });

  test("a lost GPU is replaced and the picture comes back, without the page doing anything", async ({
    page,
    harness,
  }) => {
    const model = smallVit();
    await open(page, harness, { kind: "losing-gpu" });
    const before = await explainOn(page, "webgpu", model);
    const after = await page.evaluate(async () => {
      const { engine, workers, restarts } = window.engine;
      workers.at(-1)!.postMessage("lose the GPU");
      const first = await engine.explain.classify(2, () => {});
      return {
        top: first.top,
        backends: restarts.map(({ facts }) => facts.runtime.backend),
        workers: workers.length,
      };
    });
    expect(after.backends).toEqual(["webgpu"]);
    expect(after.workers).toBe(2);
    expect(after.top.map(({ index }) => index)).toEqual(before.top.map(({ index }) => index));
  });
});
