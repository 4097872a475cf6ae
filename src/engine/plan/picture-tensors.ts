// The tensors of one picture: made when they are first asked for, as many as possible in one run, and kept.
import type { OnProgress, Target } from "../../bridge/contract.ts";
import { breathe, throwIfAborted } from "../jobs.ts";
import { type Wish, withByProducts } from "./by-products.ts";
import { followPath, type PathTensor } from "./follow-path.ts";
import type { Network } from "./network.ts";
import type { OpenPlan, PlanForward } from "./open-plan.ts";
import type { PassAhead, Plans } from "./plans.ts";
import type { TensorOf } from "./recipes.ts";
import { createTensorCache } from "./tensor-cache.ts";
import {
  atOnePicture,
  isPathNeed,
  keyFor,
  type PathNeed,
  type PlainNeed,
  type TensorNeed,
} from "./tensor-need.ts";

export type KeptTensor = TensorOf[PlainNeed["kind"]] | PathTensor;

export interface PictureTensors {
  /** What is there; undefined where `gather` has to make it. */
  get(wish: Wish): KeptTensor | undefined;
  /**
   * Makes all that is not there yet: one run for all needs of a target, and one for every picture of a path.
   * @throws autodiff/*, attribution/bad-option, engine/*, job/cancelled
   */
  gather(wishes: readonly Wish[], signal: AbortSignal, onProgress: OnProgress): Promise<void>;
}

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

/** Any will do for what depends on no target. */
const anyTarget: Target = { kind: "class", index: 0 };

export function createPictureTensors(
  network: Network,
  plans: Plans,
  picture: ClassifiedPicture,
): PictureTensors {
  const kept = createTensorCache<KeptTensor>();
  for (const { need, tensor } of picture.known) kept.set(keyFor(need, anyTarget), tensor);
  const runs = createRuns(network, plans, picture, (need, target, make) => {
    const key = keyFor(need, target);
    if (!kept.has(key)) kept.set(key, make());
  });
  /** Who makes what at the moment, so that nothing is made twice. */
  const pending = new Map<string, Promise<unknown>>();

  async function make(missing: readonly Wish[], signal: AbortSignal, onProgress: OnProgress): Promise<void> {
    const paths = missing.flatMap(({ need, target }) => (isPathNeed(need) ? [{ need, target }] : []));
    const plain = missing.flatMap(({ need, target }) => (isPathNeed(need) ? [] : [{ need, target }]));
    if (plain.length > 0) await runs.once(plain, signal, onProgress);
    for (const wish of paths) await runs.along(wish, signal, onProgress);
  }

  return {
    get: ({ need, target }) => kept.get(keyFor(need, target)),
    async gather(wishes, signal, onProgress) {
      const keyed = new Map(wishes.map((wish) => [keyFor(wish.need, wish.target), wish]));
      for (;;) {
        const missing = [...keyed].filter(([key]) => !kept.has(key));
        if (missing.length === 0) break;
        const others = missing.flatMap(([key]) => pending.get(key) ?? []);
        if (others.length > 0) {
          // If another request fails or is given up, this one tries for itself.
          await Promise.allSettled(others);
          throwIfAborted(signal);
          continue;
        }
        const all = withByProducts(
          network,
          missing.map(([, wish]) => wish),
        );
        const making = make(all, signal, onProgress);
        const keys = all.map(({ need, target }) => keyFor(need, target));
        for (const key of keys) pending.set(key, making);
        await making.finally(() => {
          for (const key of keys) pending.delete(key);
        });
      }
      kept.trim(new Set(keyed.keys()));
    },
  };
}

type Keep = (need: TensorNeed, target: Target, make: () => KeptTensor) => void;

/** The runs that make tensors of one picture. */
function createRuns(
  network: Network,
  plans: Plans,
  { pixels, logits, ahead }: ClassifiedPicture,
  keep: Keep,
) {
  const forwards = forwardsOf(pixels, ahead);
  const baselines = forwardsOf(new Float32Array(pixels.length));

  return {
    async once(
      wishes: readonly { readonly need: PlainNeed; readonly target: Target }[],
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
    async along(
      wish: { readonly need: PathNeed; readonly target: Target },
      signal: AbortSignal,
      onProgress: OnProgress,
    ): Promise<void> {
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
  return [
    ...new Map(
      targets.map((target) => [keyFor({ kind: "inputGradient", rules: "exact" }, target), target]),
    ).values(),
  ];
}
