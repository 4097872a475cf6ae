// What is run for which wish: one run for all methods, one backward pass for a class, nothing for a slider.
import { beforeAll, describe, expect, test } from "vitest";
import type { ExplainRequest } from "../../src/bridge/contract.ts";
import { initialOptions } from "../../src/core/attribution/method.ts";
import { type MethodId, methods } from "../../src/core/attribution/registry.ts";
import { ElementType } from "../../src/core/onnx/model.ts";
import type { Classifier } from "../../src/engine/classifier.ts";
import { createExplainer } from "../../src/engine/explainer.ts";
import { readGolden } from "../support/golden.ts";
import { goldenPicture } from "../support/golden-gradients.ts";
import { goldenVit } from "../support/golden-vit.ts";
import type { VitWeights } from "../support/golden-vit-parts.ts";
import { missing } from "../support/witnesses.ts";
import { countedPlans } from "./counted-plans.ts";
import { ignore, never, openNetwork } from "./open-network.ts";

const skipped = missing("golden");

/** A request with the usual options, for a class. */
function ask(method: MethodId, index: number, options: object = {}): ExplainRequest {
  const { options: specs } = methods.find(({ id }) => id === method)!;
  const target = { kind: "class", index } as const;
  return { method, options: { ...initialOptions(specs), ...options }, target } as ExplainRequest;
}

describe.skipIf(skipped)(`plans${skipped}`, () => {
  let classifier: Classifier;
  beforeAll(async () => {
    const { weights } = readGolden<{ weights: VitWeights }>("model_weights.json");
    classifier = await openNetwork(goldenVit({ weights, elementType: ElementType.float32 }));
  });

  /** A picture that was just classified. */
  async function classified() {
    const counted = countedPlans(classifier.network);
    const pixels = Float32Array.from(goldenPicture());
    const passed = await classifier.forward(pixels);
    const explainer = createExplainer(classifier.network, counted.plans, { job: 1, pixels, ...passed });
    const explain = (request: ExplainRequest) => explainer.explain(request, never, ignore);
    const gather = (requests: readonly ExplainRequest[]) => explainer.gather(requests, never, ignore);
    return { ...counted, explain, gather };
  }

  test("methods on attention run nothing", async () => {
    const { explain, events } = await classified();
    for (const id of ["rollout", "abnar-zuidema", "raw-attention", "attention-flow"] as const)
      await explain(ask(id, 0));
    expect(events).toEqual([]);
  });

  test("a slider runs nothing, another class a backward pass only, the first class nothing again", async () => {
    const { explain, events } = await classified();
    const first = await explain(ask("gradient-rollout", 3));
    expect(events).toEqual(["open", "forward", "backward"]);
    const slid = await explain(ask("gradient-rollout", 3, { discardRatio: 0.5 }));
    expect([...slid.values]).not.toEqual([...first.values]);
    expect(events).toHaveLength(3);
    const other = await explain(ask("gradient-rollout", 7));
    expect([...other.values]).not.toEqual([...first.values]);
    expect(events.slice(3)).toEqual(["backward"]);
    expect([...(await explain(ask("gradient-rollout", 3))).values]).toEqual([...first.values]);
    expect(events).toHaveLength(4);
  });

  test("all chosen methods of a class share one run", async () => {
    const { explain, gather, events } = await classified();
    const ids = ["generic-attention", "transformer-attribution", "legrad", "saliency", "grad-cam"] as const;
    await gather(ids.map((id) => ask(id, 3)));
    expect(events).toEqual(["open", "forward", "backward"]);
    for (const id of ids) await explain(ask(id, 3));
    expect(events).toHaveLength(3);
    await gather(ids.map((id) => ask(id, 0)));
    expect(events.slice(3)).toEqual(["backward"]);
  });

  test("several classes of a method share a forward pass", async () => {
    const { gather, events } = await classified();
    await gather([0, 3, 7].map((index) => ask("generic-attention", index)));
    expect(events).toEqual(["open", "forward", "backward", "backward", "backward"]);
  });

  test("methods on the same gradients switch without a run", async () => {
    const { explain, events } = await classified();
    const ids = ["gradient-rollout", "agcam", "grad-sam", "attcat", "tokentm", "grad-cam"] as const;
    for (const id of ids) await explain(ask(id, 3));
    expect(events).toEqual(["open", "forward", "backward"]);
  });

  test("gradient rules and relevance rules are kept apart", async () => {
    const { explain, count } = await classified();
    const exact = await explain(ask("saliency", 3));
    const libra = await explain({ ...ask("saliency", 3), gradient: "libra" });
    expect([...libra.values]).not.toEqual([...exact.values]);
    const ours = await explain(ask("full-relevance", 3));
    const stable = await explain(ask("full-relevance", 3, { rules: "stabilised" }));
    expect([...stable.values]).not.toEqual([...ours.values]);
    expect(count("backward")).toBe(4);
  });

  test("only a few plans stay open, and one that was closed is opened again", async () => {
    const { explain, events, count } = await classified();
    await explain(ask("saliency", 3));
    await explain(ask("full-relevance", 3));
    await explain(ask("generic-attention", 3));
    expect(count("close")).toBe(0);
    await explain(ask("legrad", 3));
    expect(events.slice(-4)).toEqual(["close", "open", "forward", "backward"]);
    // The map of the closed plan is still there, and so is the picture's way to a further one.
    await explain(ask("saliency", 3));
    expect(count("open")).toBe(4);
    await explain(ask("saliency", 7));
    expect(count("open")).toBe(5);
  });

  test("requests at the same time make nothing twice and close nothing in use", async () => {
    const { explain, count } = await classified();
    const ids = ["saliency", "full-relevance", "generic-attention", "legrad", "attcat", "saliency"] as const;
    const maps = await Promise.all(ids.map((id) => explain(ask(id, 3))));
    expect([...maps[0].values]).toEqual([...maps[5].values]);
    expect(count("backward")).toBe(4);
  });

  test("the next picture goes through the last plan, unless that was not needed any more", async () => {
    const { explain, plans, events } = await classified();
    expect(plans.forwardAhead(Float32Array.from(goldenPicture()))).toBeNull();
    await explain(ask("gradient-rollout", 3));
    const pixels = Float32Array.from(goldenPicture(), (value) => value / 2);
    const ahead = await plans.forwardAhead(pixels);
    const passed = await classifier.forward(pixels);
    expect([...ahead!.forward.logits]).toEqual([...passed.logits]);
    const next = { job: 2, pixels, ...passed };
    const saved = createExplainer(classifier.network, plans, { ...next, ahead });
    const map = await saved.explain(ask("gradient-rollout", 3), never, ignore);
    expect(events).toEqual(["open", "forward", "backward", "forward", "backward"]);
    const anew = createExplainer(classifier.network, plans, next);
    const same = await anew.explain(ask("gradient-rollout", 3), never, ignore);
    expect([...map.values]).toEqual([...same.values]);
    await explain(ask("rollout", 3));
    expect(plans.forwardAhead(pixels)).toBeNull();
  });

  test("resolutions", async () => {
    const { explain } = await classified();
    const grid = async (id: MethodId) => {
      const { grid: found, values } = await explain(ask(id, 3));
      expect(values).toHaveLength(found.rows * found.columns);
      return found.rows;
    };
    expect([await grid("rollout"), await grid("grad-cam"), await grid("full-relevance")]).toEqual([4, 4, 32]);
  });
});
