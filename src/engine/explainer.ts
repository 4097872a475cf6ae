// Explains one classified picture: what a method prepares once is kept, so that a slider calls only its step.
import type { ExplainRequest, Heatmap, JobId, OnProgress, Target } from "../bridge/contract.ts";
import { type AttentionStack, initialOptions, type StepResult } from "../core/attribution/method.ts";
import type { Tensors } from "../core/attribution/tensors.ts";
import { isXaiError } from "../core/errors.ts";
import { breathe } from "./jobs.ts";
import { needsOf, type PlainMethod, plainMethod, plainMethods, type Step } from "./plain-method.ts";
import type { Wish } from "./plan/by-products.ts";
import type { Network } from "./plan/network.ts";
import { createPictureTensors, type PictureTensors } from "./plan/picture-tensors.ts";
import type { PassAhead, Plans } from "./plan/plans.ts";
import { errorOfRefusal, lackOf } from "./plan/refusals.ts";
import { topTarget } from "./plan/seeds.ts";
import { keyFor, type TensorNeed } from "./plan/tensor-need.ts";

/** What goes through a classifier, and what came out of its plain forward pass. */
export interface ExplainedPicture {
  readonly job: JobId;
  /** `[3,S,S]`, normalised. */
  readonly pixels: Float32Array;
  /** `[C]` */
  readonly logits: Float32Array;
  readonly attention: AttentionStack | null;
  /** The forward pass of a plan, if it went through one. */
  readonly ahead: PassAhead | null;
}

export interface Explainer {
  /** See `ExplainWorker.explain`. @throws attribution/*, anatomy/*, autodiff/*, engine/*, job/cancelled */
  explain(request: ExplainRequest, signal: AbortSignal, onProgress: OnProgress): Promise<Heatmap>;
  /** See `ExplainWorker.gather`. @throws attribution/bad-option, engine/*, job/cancelled */
  gather(requests: readonly ExplainRequest[], signal: AbortSignal, onProgress: OnProgress): Promise<void>;
}

/** Steps keep what they prepared, so only those used last stay. */
const mostSteps = 8;

/**
 * Runs the default method once on attention that nobody will see, so that the engine's compiler knows the loops before
 * the first picture: its first map then takes a third of the time.
 */
export function warmMethods(attention: AttentionStack): void {
  const [{ explainer, options }] = plainMethods;
  explainer({ attention })(initialOptions(options));
}

/** The explainer of one picture. */
export function createExplainer(network: Network, plans: Plans, picture: ExplainedPicture): Explainer {
  const { job, pixels, logits, ahead } = picture;
  const tensors = createPictureTensors(network, plans, {
    ...{ pixels, logits, ahead },
    known: knownOf(network, picture),
  });
  const stepFor = createSteps();
  const top = topTarget(logits);

  return {
    async explain(request, signal, onProgress) {
      const begin = performance.now();
      const method = plainMethod(request.method);
      const wishes = wishesOf(network, method, request, top);
      if (wishes.every(({ need }) => isPlain(need))) plans.rest();
      // Without a wait where all is there: a slider asks for many maps a second.
      const found = tensors.present(wishes) ?? (await tensors.gather(wishes, signal, onProgress));
      const given: Partial<Tensors> = Object.fromEntries(
        wishes.map(({ need }, place) => [need.kind, found[place]]),
      );
      const step = stepFor(method, wishes, given);
      const map = await finish(step(request.options), signal, onProgress);
      const figures = method.figures?.(map, given);
      return {
        ...{ job, values: Float32Array.from(map), grid: gridOf(network, method, given) },
        ...(figures && { figures }),
        milliseconds: performance.now() - begin,
      };
    },
    async gather(requests, signal, onProgress) {
      const each = requests.flatMap((request) => {
        const method = plainMethod(request.method);
        const isPossible = needsOf(method, request).every((need) => lackOf(network, need) === null);
        return isPossible ? [wishesOf(network, method, request, top)] : [];
      });
      await gatherPossible(tensors, each, signal, onProgress);
    },
  };
}

/** Gives the step of a method on certain tensors; that of the same tensors is used again. */
function createSteps() {
  const steps = new Map<string, Step>();
  return (method: PlainMethod, wishes: readonly Wish[], given: Partial<Tensors>): Step => {
    const key = [method.id, ...wishes.map(({ need, target }) => keyFor(need, target))].join("\n");
    const step = steps.get(key) ?? method.explainer(given);
    steps.delete(key);
    steps.set(key, step);
    for (const oldest of steps.keys()) if (steps.size > mostSteps) steps.delete(oldest);
    return step;
  };
}

/** All in one run; if one of them has no gradient, the others by themselves. */
async function gatherPossible(
  tensors: PictureTensors,
  each: readonly (readonly Wish[])[],
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<void> {
  try {
    await tensors.gather(each.flat(), signal, onProgress);
  } catch (error) {
    if (!isGradientless(error)) throw error;
    if (each.length === 1) return;
    for (const wishes of each) await gatherPossible(tensors, [wishes], signal, onProgress);
  }
}

/** Whether the plain forward pass gives it. */
function isPlain({ kind }: TensorNeed): boolean {
  return kind === "attention" || kind === "picture";
}

function isGradientless(error: unknown): boolean {
  return isXaiError(error) && error.code.startsWith("autodiff/");
}

function knownOf({ input }: Network, { pixels, attention }: ExplainedPicture) {
  const picture = { need: { kind: "picture" }, tensor: { pixels, size: input.size } } as const;
  return attention === null
    ? [picture]
    : ([picture, { need: { kind: "attention" }, tensor: attention }] as const);
}

/** @throws anatomy/* where the network lacks what is asked for */
function wishesOf(
  network: Network,
  method: PlainMethod,
  request: ExplainRequest,
  top: Target,
): readonly (Wish & { readonly need: { readonly kind: keyof Tensors } })[] {
  return needsOf(method, request).map((need) => {
    const lack = lackOf(network, need);
    if (lack !== null) throw errorOfRefusal(lack);
    return { need, target: request.target ?? top } as never;
  });
}

function gridOf(
  { grid, input: { size } }: Network,
  { resolution }: PlainMethod,
  { features }: Partial<Tensors>,
): Heatmap["grid"] {
  if (resolution === "pixels") return { rows: size, columns: size };
  if (resolution === "features" && features !== undefined)
    return { rows: features.rows, columns: features.columns };
  return grid;
}

/** Milliseconds that a slow method may hold the worker before a cancel is looked for. */
const longestHold = 30;

async function finish(
  result: StepResult,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<Float64Array<ArrayBuffer>> {
  if (result instanceof Float64Array) return result;
  let breathed = performance.now();
  for (;;) {
    const { done, value } = result.next();
    if (done) return value;
    if (performance.now() - breathed < longestHold) continue;
    onProgress({ stage: "explain", done: Math.round(100 * value), total: 100 });
    await breathe(signal);
    breathed = performance.now();
  }
}
