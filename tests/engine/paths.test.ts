// Tensors that take several pictures: what they sum up, how they are cancelled, and what they do not repeat.
import { describe, expect, test } from "vitest";
import type { Progress } from "../../src/bridge/contract.ts";
import { evenSteps, noisyCopies, quadraturePath } from "../../src/core/attribution/picture-paths.ts";
import { ElementType } from "../../src/core/onnx/model.ts";
import { type GoldenArray, readGolden, relativeError, toNumbers } from "../support/golden.ts";
import { goldenAttentionPath, goldenInputPath } from "../support/golden-gradients.ts";
import { goldenVit } from "../support/golden-vit.ts";
import type { VitWeights } from "../support/golden-vit-parts.ts";
import { oneHot } from "../support/relevance.ts";
import { missing } from "../support/witnesses.ts";
import { gathered, ignore, never, openNetwork, tensorsAt } from "./open-network.ts";

const skipped = missing("golden");
const tolerance = 1e-4;
const target = { kind: "class", index: 3 } as const;

async function openTiny() {
  const { input, weights } = readGolden<{ input: GoldenArray; weights: VitWeights }>("model_weights.json");
  const classifier = await openNetwork(goldenVit({ weights, elementType: ElementType.float32 }));
  return {
    classifier,
    tensors: await tensorsAt(classifier, Float32Array.from(toNumbers(input))),
    double: { model: goldenVit({ weights }) },
  };
}

describe.skipIf(skipped)(`paths of pictures${skipped}`, () => {
  test.each([
    ["brightness steps", evenSteps(4)],
    ["noise", noisyCopies(3, 0.2, 7)],
    ["quadrature", quadraturePath("gauss-legendre", 5)],
  ] as const)("%s", async (_, path) => {
    const { tensors, double } = await openTiny();
    const attention = await gathered(tensors, { kind: "attentionPath", rules: "exact", path }, target);
    expect(relativeError(attention, goldenAttentionPath(double, oneHot(10, 3), path))).toBeLessThan(
      tolerance,
    );
    const found = await gathered(tensors, { kind: "inputPath", rules: "exact", path }, target);
    const expected = goldenInputPath(double, oneHot(10, 3), path);
    for (const key of ["gradient", "absolute", "square"] as const)
      expect(relativeError(found[key], expected[key])).toBeLessThan(tolerance);
    expect(found.scoreAtPicture).toBeCloseTo(expected.scoreAtPicture, 4);
    expect(found.scoreAtBaseline).toBeCloseTo(expected.scoreAtBaseline, 4);
  });

  test("a cancel ends it before the next picture, and it can be asked for again", async () => {
    const { tensors } = await openTiny();
    const need = { kind: "inputPath", rules: "exact", path: evenSteps(6) } as const;
    const giveUp = new AbortController();
    const steps: Progress[] = [];
    const cancelled = tensors.gather([{ need, target }], giveUp.signal, (step) => {
      steps.push(step);
      if (step.done === 2) giveUp.abort();
    });
    await expect(cancelled).rejects.toMatchObject({ code: "job/cancelled" });
    expect(steps.at(-1)).toMatchObject({ stage: "backward", done: 2, total: 6, unit: "items" });
    expect(tensors.present([{ need, target }])).toBeNull();
    expect((await gathered(tensors, need, target)).gradient).toHaveLength(3 * 32 * 32);
  });

  test("who waits for a path that another gives up makes it", async () => {
    const { tensors } = await openTiny();
    const need = { kind: "attentionPath", rules: "exact", path: evenSteps(5) } as const;
    const giveUp = new AbortController();
    const first = tensors.gather([{ need, target }], giveUp.signal, ({ done }) => {
      if (done === 1) giveUp.abort();
    });
    const second = tensors.gather([{ need, target }], never, ignore);
    await expect(first).rejects.toMatchObject({ code: "job/cancelled" });
    await second;
    expect(tensors.present([{ need, target }])).toHaveLength(1);
  });
});
