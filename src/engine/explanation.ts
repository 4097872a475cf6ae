// All that can be asked about one classified picture.
import type { ExplainRequest, JobId, OnProgress, Stability } from "../bridge/contract.ts";
import { varyPicture } from "../core/attribution/vary-picture.ts";
import { rankCorrelation } from "../core/stats/rank-correlation.ts";
import type { Classifier, ForwardPass } from "./classifier.ts";
import { createExplainer, type Explainer } from "./explainer.ts";
import { breathe } from "./jobs.ts";
import { topTarget } from "./plan/seeds.ts";

export interface Explanation extends Explainer {
  readonly job: JobId;
  /** See `ExplainWorker.stability`. @throws what `explain` throws */
  stability(request: ExplainRequest, signal: AbortSignal, onProgress: OnProgress): Promise<Stability>;
  /** Frees the attention at once, for the next picture's to take its place. Nothing can be asked any more. */
  forget(): void;
}

/** Too little for anybody to see. */
const invisibleNoise = { weight: 1, scale: 1, noise: { deviation: 1e-3, seed: 1 } } as const;

/**
 * @param pixels `[3,S,S]`, normalised.
 * @param forward what `classifier.forward` gave for them.
 */
export function createExplanation(
  classifier: Classifier,
  job: JobId,
  pixels: Float32Array,
  forward: ForwardPass,
): Explanation {
  const { network, plans } = classifier;
  const explainer = createExplainer(network, plans, { job, pixels, ...forward });
  return {
    job,
    ...explainer,
    forget() {
      for (const { buffer } of forward.attention?.layers ?? []) free(buffer);
    },
    async stability(request, signal, onProgress) {
      const begin = performance.now();
      const wish = { target: topTarget(forward.logits), ...request };
      const { values } = await explainer.explain(wish, signal, onProgress);
      onProgress({ stage: "forward" });
      const noisy = varyPicture(pixels, invisibleNoise);
      const passed = await classifier.forward(noisy);
      await breathe(signal);
      const other = createExplainer(network, plans, { job, pixels: noisy, ...passed });
      const { values: changed } = await other.explain(wish, signal, onProgress);
      const milliseconds = performance.now() - begin;
      return { job, rankCorrelation: rankCorrelation(values, changed), milliseconds };
    },
  };
}

/** Collecting garbage would do it later, at a pace that fresh memory for every picture makes it hard to keep. */
function free(buffer: ArrayBufferLike & { readonly transfer?: (length: number) => unknown }): void {
  buffer.transfer?.(0);
}
