// A plan in the runtime: a forward session, and a backward session that a further class needs alone.
import type { Target } from "../../bridge/contract.ts";
import { XaiError } from "../../core/errors.ts";
import type { OnnxModel } from "../../core/onnx/model.ts";
import { writeOnnx } from "../../core/onnx/write-onnx.ts";
import { createSession, type PlainTensor, release, run, type Session } from "../ort.ts";
import { fromFloat32, toFloat32 } from "../tensor-values.ts";
import type { Plan, PlannedPass } from "./build-plan.ts";
import type { ShapedValues } from "./feature-layout.ts";
import { feedsOf } from "./feeds.ts";
import type { Network } from "./network.ts";
import type { Found } from "./recipe.ts";
import { seedFor } from "./seeds.ts";

type Values = Readonly<Record<string, PlainTensor>>;

/** A forward pass of one picture, with all that backward passes of the same plan take. */
export interface PlanForward {
  /** Inputs and outputs. */
  readonly values: Values;
  /** `[C]` */
  readonly logits: Float32Array;
}

export interface OpenPlan {
  readonly plan: Plan;
  /**
   * @param pixels `[3,S,S]`, normalised.
   * @throws engine/run-failed, engine/device-lost, engine/worker-crashed
   */
  forward(pixels: Float32Array): Promise<PlanForward>;
  /**
   * Runs the backward passes for a target, if the plan has any.
   * @throws attribution/bad-option, engine/run-failed, engine/device-lost, engine/worker-crashed
   */
  backward(forward: PlanForward, target: Target): Promise<Found>;
  release(): Promise<void>;
}

/** Smaller tensors are written into the rewritten file; larger ones stay where they are. */
const smallestExternalBytes = 1024;

/**
 * A session on a rewritten graph, whose weights are read from the original file.
 * @throws engine/session-failed, engine/device-lost, engine/worker-crashed
 */
export function openSession(name: string, model: OnnxModel): Promise<Session> {
  const { bytes, externalData } = writeOnnx(model, {
    externalise: { path: "weights", minimumBytes: smallestExternalBytes },
  });
  return createSession({ name, model: bytes, externalData });
}

/** @throws engine/session-failed, engine/device-lost, engine/worker-crashed */
export async function openPlan(network: Network, plan: Plan): Promise<OpenPlan> {
  const forward = await openSession(network.name, plan.forward);
  if (plan.backward === null) return createPlan(network, plan, { forward, backward: null });
  try {
    const backward = await openSession(network.name, plan.backward);
    return createPlan(network, plan, { forward, backward });
  } catch (error) {
    await release(forward).catch(() => undefined);
    throw error;
  }
}

function createPlan(
  network: Network,
  plan: Plan,
  { forward, backward }: { readonly forward: Session; readonly backward: Session | null },
): OpenPlan {
  return {
    plan,
    async forward(pixels) {
      const feeds = feedsOf(network, pixels);
      const outputs = await run(forward, feeds, plan.outputs);
      return { values: { ...feeds, ...outputs }, logits: toFloat32(outputs[network.logits.name]) };
    },
    async backward({ values }, target) {
      if (backward === null) return foundIn(values, {});
      const seeds = plan.passes.map((pass) => seedTensor(pass, target, values));
      const given = { ...values, ...Object.fromEntries(seeds) };
      const feeds = Object.fromEntries(backward.inputs.map((name) => [name, given[name]]));
      const fetches = plan.passes.flatMap(({ gradients }) => [...gradients.values()]);
      return foundIn(values, await run(backward, feeds, fetches), plan.passes);
    },
    async release() {
      await release(forward);
      if (backward !== null) await release(backward);
    },
  };
}

function seedTensor(
  { seed, scores, seeds: [input] }: PlannedPass,
  target: Target,
  values: Values,
): readonly [string, PlainTensor] {
  const { dims } = values[scores];
  const type = floatType(values[scores]);
  return [input, fromFloat32(seedFor(seed, target, toFloat32(values[scores])), dims, type)];
}

function floatType({ type }: PlainTensor): "float32" | "float16" | "float64" {
  return type === "float16" || type === "float64" ? type : "float32";
}

function foundIn(values: Values, arrivals: Values, passes: readonly PlannedPass[] = []): Found {
  const outputs = new Map(passes.map(({ key, gradients }) => [key, gradients]));
  return {
    value: (name) => shaped(values[name], name),
    arrived({ key }, name) {
      const output = outputs.get(key)?.get(name) ?? name;
      return shaped(arrivals[output], output);
    },
  };
}

function shaped(tensor: PlainTensor | undefined, what: string): ShapedValues {
  if (tensor === undefined) throw new XaiError("engine/no-result", { what });
  return { data: toFloat32(tensor), dims: tensor.dims };
}
