// The tensors of one picture: made when they are first asked for, as many as possible in one run, and kept.
import type { OnProgress, Target } from "../../bridge/contract.ts";
import { throwIfAborted } from "../jobs.ts";
import { type Wish, withByProducts } from "./by-products.ts";
import type { Network } from "./network.ts";
import { type ClassifiedPicture, createRuns, type KeptTensor } from "./picture-runs.ts";
import type { Plans } from "./plans.ts";
import { createTensorCache } from "./tensor-cache.ts";
import { isPathNeed, keyFor } from "./tensor-need.ts";

export interface PictureTensors {
  /** What was wished for, in order; null where `gather` has to make some of it. */
  present(wishes: readonly Wish[]): readonly KeptTensor[] | null;
  /**
   * Makes all that is not there yet: one run for all needs of a target, and one for every picture of a path.
   * @returns what was wished for, in order.
   * @throws autodiff/*, attribution/bad-option, engine/*, job/cancelled
   */
  gather(
    wishes: readonly Wish[],
    signal: AbortSignal,
    onProgress: OnProgress,
  ): Promise<readonly KeptTensor[]>;
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

  async function makeAll(missing: readonly Wish[], signal: AbortSignal, onProgress: OnProgress) {
    const all = withByProducts(network, missing);
    const making = make(all, signal, onProgress);
    const keys = all.map(({ need, target }) => keyFor(need, target));
    for (const key of keys) pending.set(key, making);
    await making.finally(() => {
      for (const key of keys) pending.delete(key);
    });
  }

  function present(wishes: readonly Wish[]): readonly KeptTensor[] | null {
    const found = wishes.map(({ need, target }) => kept.get(keyFor(need, target)));
    return found.every((tensor) => tensor !== undefined) ? found : null;
  }

  return {
    present,
    async gather(wishes, signal, onProgress) {
      const keyed = new Map(wishes.map((wish) => [keyFor(wish.need, wish.target), wish]));
      for (;;) {
        const found = present(wishes);
        if (found !== null) {
          kept.trim(new Set(keyed.keys()));
          return found;
        }
        const missing = [...keyed].filter(([key]) => !kept.has(key));
        const others = missing.flatMap(([key]) => pending.get(key) ?? []);
        // If another request fails or is given up, this one tries for itself.
        if (others.length > 0) await Promise.allSettled(others);
        else
          await makeAll(
            missing.map(([, wish]) => wish),
            signal,
            onProgress,
          );
        throwIfAborted(signal);
      }
    },
  };
}
