// Explains one classified picture: what a method prepares once is kept, so that a slider calls only its step.
import type { ExplainRequest, Heatmap, JobId } from "../bridge/contract.ts";
import { type AttentionStack, initialOptions } from "../core/attribution/method.ts";
import { type MethodId, methods } from "../core/attribution/registry.ts";
import { XaiError } from "../core/errors.ts";

/** All that is kept of the classified picture. */
export interface ExplainedPicture {
  readonly job: JobId;
  readonly attention: AttentionStack;
  readonly grid: { readonly rows: number; readonly columns: number };
}

/** Explains by any registered method; never runs the model. @throws attribution/* */
export type Explainer = (request: ExplainRequest) => Heatmap;

type Step = (options: ExplainRequest["options"]) => Float64Array;

/**
 * Runs every method once on attention that nobody will see, so that the engine's compiler knows the loops before the
 * first picture: its first map then takes a third of the time.
 */
export function warmMethods(attention: AttentionStack): void {
  for (const { explainer, options } of methods) explainer({ attention })(initialOptions(options));
}

/** The explainer of one picture. */
export function createExplainer({ job, attention, grid }: ExplainedPicture): Explainer {
  const steps = new Map<MethodId, Step>();
  return ({ method: id, options }) => {
    const begin = performance.now();
    let step = steps.get(id);
    if (step === undefined) {
      const method = methods.find((candidate) => candidate.id === id);
      if (method === undefined) throw new XaiError("engine/no-result", { what: `method ${id}` });
      step = method.explainer({ attention });
      steps.set(id, step);
    }
    const values = Float32Array.from(step(options));
    return { job, values, grid, milliseconds: performance.now() - begin };
  };
}
