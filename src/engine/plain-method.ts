// The registry's methods without their types, which differ in tensors and options: pairs are checked here instead.
import type { ExplainRequest } from "../bridge/contract.ts";
import {
  type Figure,
  initialOptions,
  type OptionSpecs,
  type OptionValues,
  type RawMap,
  type StepResult,
} from "../core/attribution/method.ts";
import { type MethodId, methods } from "../core/attribution/registry.ts";
import type { TensorKind, Tensors, TensorVariant } from "../core/attribution/tensors.ts";
import { XaiError } from "../core/errors.ts";
import { needFor, type TensorNeed } from "./plan/tensor-need.ts";

type Options = OptionValues<OptionSpecs>;

/** A step of any method: what a slider calls. */
export type Step = (options: Options) => StepResult;

export interface PlainMethod {
  readonly id: MethodId;
  readonly resolution: "patches" | "features" | "pixels";
  readonly options: OptionSpecs;
  readonly needs: readonly TensorKind[];
  readonly variant?: (options: Options) => TensorVariant;
  readonly figures?: (map: RawMap, tensors: Partial<Tensors>) => readonly Figure[];
  /** @param tensors all that `needs` names. */
  readonly explainer: (tensors: Partial<Tensors>) => Step;
}

export const plainMethods = methods as unknown as readonly PlainMethod[];

/** @throws engine/no-result where there is no such method */
export function plainMethod(id: MethodId): PlainMethod {
  const method = plainMethods.find((candidate) => candidate.id === id);
  if (method === undefined) throw new XaiError("engine/no-result", { what: `method ${id}` });
  return method;
}

/** What a request wants of the network. */
export function needsOf(
  method: PlainMethod,
  { options, gradient = "exact" }: Pick<ExplainRequest, "gradient"> & { readonly options: object },
): readonly TensorNeed[] {
  const variant = method.variant?.(options as Options) ?? {};
  return method.needs.map((kind) => needFor(kind, variant, gradient));
}

/** What a method wants with the options that its author chose. */
export function usualNeeds(method: PlainMethod): readonly TensorNeed[] {
  return needsOf(method, { options: initialOptions(method.options) });
}
