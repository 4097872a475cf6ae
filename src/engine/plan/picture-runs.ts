// The runs that make tensors of one picture: one for all needs of a target, several for a path.
import type { OnProgress, Target } from "../../bridge/contract.ts";
import { breathe } from "../jobs.ts";
import type { Wish } from "./by-products.ts";
import { followPath, type PathTensor } from "./follow-path.ts";
import type { Network } from "./network.ts";
import type { OpenPlan, PlanForward } from "./open-plan.ts";
import type { PassAhead, Plans } from "./plans.ts";
import type { TensorOf } from "./recipe.ts";
import { atOnePicture, keyOfTarget, type PathNeed, type PlainNeed, type TensorNeed } from "./tensor-need.ts";

export type KeptTensor = TensorOf[PlainNeed["kind"]] | PathTensor;

/** What the picture's plain forward pass has given. */
export interface ClassifiedPicture {
  /** `[3,S,S]`, normalised. */
  readonly pixels: Float32Array;
  /** `[C]` */
  readonly logits: Float32Array;
  /** The forward pass of a plan, if it went through one. */
  readonly ahead: PassAhead | null;
  readonly known: readonly { readonly need: PlainNeed; readonly tensor: KeptTensor }[];
}

/** Takes a tensor in; it is made only if it is not there. */
export type Keep = (need: TensorNeed, target: Target, make: () => KeptTensor) => void;

/** The runs that make tensors of one picture. */
export function createRuns(
  network: Network,
  plans: Plans,
  { pixels, logits, ahead }: ClassifiedPicture,
  keep: Keep,
) {
  const forwards = forwardsOf(pixels, ahead);
  const baselines = forwardsOf(new Float32Array(pixels.length));

  return {
    async once(
      wishes: readonly Wish<PlainNeed>[],
      signal: AbortSignal,
      onProgress: OnProgress,
    ): Promise<void> {
      const needs = wishes.map(({ need }) => need);
      const targets = distinctTargets(wishes.map(({ target }) => target));
      onProgress({ stage: "session", subject: network.name });
      await plans.use(needs, false, async (plan) => {
        await breathe(signal);
        onProgress({ stage: "forward" });
        const forward = await forwards(plan);
        for (const [done, target] of targets.entries()) {
          await breathe(signal);
          onProgress({ stage: "backward", done, total: targets.length, unit: "items" });
          const found = await plan.backward(forward, target);
          for (const { need, recipe } of plan.plan.entries.values())
            keep(need, target, () => recipe.read(found));
        }
      });
    },
    async along(wish: Wish<PathNeed>, signal: AbortSignal, onProgress: OnProgress): Promise<void> {
      const ends = { pixels, logits, baseline: baselines };
      onProgress({ stage: "session", subject: network.name });
      const tensor = await plans.use([atOnePicture(wish.need)], true, (plan) =>
        followPath(plan, wish, ends, signal, onProgress),
      );
      keep(wish.need, wish.target, () => tensor);
    },
  };
}

/** Forward passes of one picture, by plan: a plan that is closed takes its pass with it. */
function forwardsOf(
  pixels: Float32Array,
  ahead: PassAhead | null = null,
): (plan: OpenPlan) => Promise<PlanForward> {
  const forwards = new WeakMap<OpenPlan, Promise<PlanForward>>();
  if (ahead !== null) forwards.set(ahead.plan, Promise.resolve(ahead.forward));
  return (plan) => {
    const known = forwards.get(plan);
    if (known !== undefined) return known;
    const running = plan.forward(pixels);
    forwards.set(plan, running);
    running.catch(() => forwards.delete(plan));
    return running;
  };
}

function distinctTargets(targets: readonly Target[]): readonly Target[] {
  return [...new Map(targets.map((target) => [keyOfTarget(target), target])).values()];
}
