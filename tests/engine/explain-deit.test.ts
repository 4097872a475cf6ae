// Explaining the real DeiT-Tiny as the page asks for it: maps as the authors', one run for all, cancel, stability.
import { beforeAll, describe, expect, test } from "vitest";
import type { ExplainRequest, Progress } from "../../src/bridge/contract.ts";
import { initialOptions } from "../../src/core/attribution/method.ts";
import { type MethodId, methods } from "../../src/core/attribution/registry.ts";
import { createExplainWorker } from "../../src/engine/explain-worker.ts";
import { relativeError } from "../support/golden.ts";
import { type GoldenMap, readGoldenReal } from "../support/golden-real.ts";
import { missing } from "../support/witnesses.ts";
import { mirrorStore } from "./mirror-store.ts";
import { inImages, photograph, pictureTools } from "./picture-tools.ts";

const skipped = missing("models", "images", "goldenReal");
const ignore = (): void => undefined;

/** A request with the usual options but for those given. */
function ask(method: MethodId, index: number, options: object = {}): ExplainRequest {
  const { options: specs } = methods.find(({ id }) => id === method)!;
  const target = { kind: "class", index } as const;
  return { method, options: { ...initialOptions(specs), ...options }, target } as ExplainRequest;
}

/** What a recorded map is asked for by; null for those that are not compared here. */
function requestFor(
  golden: GoldenMap & { readonly layers?: string; readonly pool?: string },
): ExplainRequest | null {
  const { method, variant, cls = 0, layers, pool, discard = 0, start_layer: startLayer } = golden;
  const pooling = pool === "mean" ? "mean" : "head";
  if (discard > 0) return null;
  switch (method) {
    case "grad_rollout": {
      const options = { variant: variant?.replace("_", "-"), discardRatio: 0, normalisation: "vit-explain" };
      return ask("gradient-rollout", cls, options);
    }
    case "iccv21":
      return ask("generic-attention", cls);
    case "agcam":
      return ask("agcam", cls);
    case "tam":
      return startLayer === 0 ? ask("tam", cls, { startLayer: 0 }) : null;
    case "legrad_classifier":
      return ask("legrad", cls, { firstLayer: layers === "all" ? 0 : -2, pooling });
    case "gradcam_norm1":
      return ask("grad-cam", cls);
    default:
      return null;
  }
}

describe.skipIf(skipped !== "")(`explaining DeiT-Tiny${skipped}`, () => {
  const worker = createExplainWorker(pictureTools(), mirrorStore());
  const goldens = skipped ? [] : readGoldenReal().slice(0, 2);
  beforeAll(async () => {
    await worker.start({ backend: "wasm" });
    await worker.loadModel(1, { kind: "registered", id: "deit-tiny" }, ignore);
  });

  async function classify(job: number, picture: string, framing: "crop" | "vit-explain" = "crop") {
    await worker.prepare(job, photograph(picture), framing, ignore);
    return worker.classify(job, ignore);
  }

  test.each(goldens.map((golden, place) => [golden.file, golden, place] as const))(
    "%s",
    async (_, golden, place) => {
      const job = 10 + place;
      const framing = golden.preprocessing.includes("squash") ? "vit-explain" : "crop";
      await classify(job, inImages(golden.image), framing);
      const cases = golden.maps.flatMap((each) => {
        const request = requestFor(each);
        // A path takes twenty runs, so that one class has to do.
        const isTaken = each.method !== "tam" || each.cls === golden.classes[0];
        return request === null || !isTaken ? [] : [{ each, request }];
      });
      expect(new Set(cases.map(({ each }) => each.method)).size).toBe(6);
      const plain = cases.filter(({ each }) => each.method !== "tam");
      const stages: string[] = [];
      await worker.gather(
        job,
        plain.map(({ request }) => request),
        ({ stage }) => stages.push(stage),
      );
      expect(stages).toEqual(["session", "forward", ...golden.classes.map(() => "backward")]);
      for (const { each, request } of cases) {
        const { values } = await worker.explain(job, request);
        const label = `${each.method} ${each.variant ?? ""} ${each.cls}`;
        expect(relativeError(scaledAs(each, values), each.map as number[]), label).toBeLessThan(1e-3);
      }
    },
    240_000,
  );

  test("all logits come with the classes", async () => {
    const { logits, top } = await classify(20, "coral/pets.jpg");
    expect(logits).toHaveLength(1000);
    for (const { index, logit } of top) expect(logits[index]).toBe(logit);
    expect(Math.max(...logits)).toBe(top[0].logit);
  });

  test("without a target the most probable class is explained", async () => {
    const { top } = await classify(21, "coral/pets.jpg");
    const { target: _, ...request } = ask("grad-cam", 0);
    const [without, named] = [
      await worker.explain(21, request),
      await worker.explain(21, ask("grad-cam", top[0].index)),
    ];
    expect([...without.values]).toEqual([...named.values]);
  });

  test("a cancel between two pictures of a path leaves what was classified", async () => {
    await classify(30, "coral/pets.jpg");
    const steps: Progress[] = [];
    const slow = worker.explain(30, ask("tam", 281), (step) => {
      steps.push(step);
      if (step.stage === "backward" && step.done === 2) void worker.cancel(30);
    });
    await expect(slow).rejects.toMatchObject({ code: "job/cancelled" });
    expect(Math.max(...steps.map(({ done = 0 }) => done))).toBe(2);
    expect((await worker.explain(30, ask("rollout", 281))).job).toBe(30);
    expect((await worker.explain(30, ask("tam", 281, { steps: 2 }))).values).toHaveLength(196);
  });

  test("a slow step of a method tells how far it is and can be cancelled", async () => {
    await classify(40, "coral/pets.jpg");
    let told = 0;
    const slow = worker.explain(40, ask("attention-flow", 0, { lastLayer: 2 }), ({ stage }) => {
      if (stage === "explain" && ++told === 2) void worker.cancel(40);
    });
    await expect(slow).rejects.toMatchObject({ code: "job/cancelled" });
    expect(told).toBeLessThan(10);
  });

  test("a picture that was superseded is not explained any more", async () => {
    await classify(50, "coral/pets.jpg");
    const late = worker.explain(50, ask("saliency", 3));
    await classify(51, "coral/parrot.jpg");
    await late.catch((error) => expect(error).toMatchObject({ code: "job/cancelled" }));
    await expect(worker.explain(50, ask("saliency", 3))).rejects.toMatchObject({ code: "engine/no-result" });
  });

  test("stability: rollout hardly changes with the picture's last bits", async () => {
    await classify(60, "coral/pets.jpg");
    const { rankCorrelation } = await worker.stability(60, ask("rollout", 0, { discardRatio: 0 }));
    expect(rankCorrelation).toBeGreaterThan(0.999);
    const unstable = await worker.stability(60, ask("transformer-attribution", 281, { startLayer: 0 }));
    expect(unstable.rankCorrelation).toBeLessThan(rankCorrelation);
    expect(unstable.rankCorrelation).toBeGreaterThan(0);
  });
});

/** As the goldens come: raw, divided by the maximum, or from 0 to 1. */
function scaledAs({ method }: GoldenMap, values: Float32Array): ArrayLike<number> {
  const most = Math.max(...values);
  if (method === "grad_rollout") return values.map((value) => value / most);
  if (method !== "legrad_classifier" && method !== "gradcam_norm1") return values;
  const positive = values.map((value) => Math.max(value, 0));
  const least = Math.min(...positive);
  return positive.map((value) => (value - least) / (most - least));
}
