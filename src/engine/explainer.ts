// Explains one classified picture: what a method prepares once is kept, so that a slider calls only its step.
import type { ExplainRequest, Heatmap, JobId } from "../bridge/contract.ts";
import { type AttentionStack, initialOptions, type StepResult } from "../core/attribution/method.ts";
import { type AnyMethod, type MethodId, methods } from "../core/attribution/registry.ts";
import type { TensorKind, Tensors } from "../core/attribution/tensors.ts";
import { XaiError } from "../core/errors.ts";

/** All that is kept of the classified picture. */
export interface ExplainedPicture {
  readonly job: JobId;
  readonly attention: AttentionStack;
  readonly grid: { readonly rows: number; readonly columns: number };
}

/** Explains by any registered method; never runs the model. @throws attribution/*, engine/no-result */
export type Explainer = (request: ExplainRequest) => Heatmap;

type Step = (options: ExplainRequest["options"]) => StepResult;

/**
 * Runs every method that attention is enough for once on attention that nobody will see, so that the engine's compiler
 * knows the loops before the first picture: its first map then takes a third of the time.
 */
export function warmMethods(attention: AttentionStack): void {
  for (const method of methods) {
    const needs: readonly TensorKind[] = method.needs;
    // A slow method's step only makes its generator here, which is dropped before it does anything.
    if (needs.every((kind) => kind === "attention"))
      stepOf(method, { attention })(initialOptions(method.options));
  }
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
      step = stepOf(method, { attention });
      steps.set(id, step);
    }
    const values = Float32Array.from(finish(step(options)));
    return { job, values, grid, milliseconds: performance.now() - begin };
  };
}

/** The registry's methods differ in tensors and options, so the pair is checked here and not by the compiler. */
function stepOf({ needs, explainer }: AnyMethod, tensors: Partial<Tensors>): Step {
  const lacking = (needs as readonly TensorKind[]).find((kind) => tensors[kind] === undefined);
  if (lacking !== undefined) throw new XaiError("engine/no-result", { what: lacking });
  return (explainer as unknown as (tensors: Partial<Tensors>) => Step)(tensors);
}

function finish(result: StepResult): Float64Array {
  if (result instanceof Float64Array) return result;
  for (;;) {
    const { done, value } = result.next();
    if (done) return value;
  }
}
