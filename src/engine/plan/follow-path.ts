// Sums up gradients over several pictures: a forward and a backward pass for each, with a chance to cancel between them.
import type { OnProgress, Target } from "../../bridge/contract.ts";
import type { InputPath } from "../../core/attribution/tensors.ts";
import { varyPicture } from "../../core/attribution/vary-picture.ts";
import { breathe } from "../jobs.ts";
import type { OpenPlan, PlanForward } from "./open-plan.ts";
import { targetScore } from "./seeds.ts";
import { atOnePicture, keyOfNeed, type PathNeed } from "./tensor-need.ts";

export type PathTensor = Float32Array | InputPath;

/** The picture from which paths start, and the one where integrated gradients do. */
export interface PathEnds {
  /** `[3,S,S]`, normalised. */
  readonly pixels: Float32Array;
  /** Class scores of `pixels`, `[C]`. */
  readonly logits: Float32Array;
  /** Class scores of the all-zero picture, `[C]`. */
  readonly baseline: (plan: OpenPlan) => Promise<PlanForward>;
}

/**
 * @param plan gives `atOnePicture(need)`.
 * @throws engine/*, attribution/bad-option, job/cancelled
 */
export async function followPath(
  plan: OpenPlan,
  { need, target }: { readonly need: PathNeed; readonly target: Target },
  { pixels, logits, baseline }: PathEnds,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<PathTensor> {
  const { recipe } = plan.plan.entries.get(keyOfNeed(atOnePicture(need))) ?? missingEntry();
  const sums = createSums();
  const total = need.path.length;
  for (const [done, variant] of need.path.entries()) {
    onProgress({ stage: "backward", done, total, unit: "items" });
    await breathe(signal);
    const forward = await plan.forward(varyPicture(pixels, variant));
    await breathe(signal);
    const found = await plan.backward(forward, target);
    sums.add(recipe.read(found) as Float32Array, variant.weight);
  }
  onProgress({ stage: "backward", done: total, total, unit: "items" });
  const { gradient, absolute, square } = sums.all();
  if (need.kind === "attentionPath") return gradient;
  await breathe(signal);
  const atBaseline = await baseline(plan);
  const score = (scores: Float32Array) => targetScore(need.rules, target, scores);
  return {
    ...{ gradient, absolute, square },
    scoreAtPicture: score(logits),
    scoreAtBaseline: score(atBaseline.logits),
  };
}

/** Weighted sums in double precision of gradients, of what they are without their signs, and of their squares. */
function createSums() {
  let sums: readonly Float64Array[] = [];
  return {
    add(values: Float32Array, weight: number): void {
      if (sums.length === 0) sums = [0, 1, 2].map(() => new Float64Array(values.length));
      const [plain, absolute, square] = sums;
      for (let index = 0; index < values.length; index++) {
        const value = values[index];
        plain[index] += weight * value;
        absolute[index] += weight * Math.abs(value);
        square[index] += weight * value * value;
      }
    },
    all() {
      const [gradient, absolute, square] = sums.map((sum) => Float32Array.from(sum));
      return { gradient, absolute, square };
    },
  };
}

function missingEntry(): never {
  throw new RangeError("the plan was made for something else");
}
