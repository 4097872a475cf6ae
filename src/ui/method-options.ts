// From a method's option specs to the values that its controls begin with, keep, and send.
import type { ClassifierInfo, ExplainRequest } from "../bridge/contract.ts";
import type { Method, OptionSpec, OptionSpecs, StepResult } from "../core/attribution/method.ts";
import { type MethodId, methods } from "../core/attribution/registry.ts";
import type { TensorKind } from "../core/attribution/tensors.ts";
import type { Options, OptionValue, Selection } from "./state/selection.ts";

/** What the controls must know of a model. */
export type ModelSizes = Pick<ClassifierInfo, "layers" | "heads"> & {
  readonly featureLayers: readonly unknown[];
};

/** What the page shows of a method; it never calls one. */
export type MethodFacts = Omit<
  Method<MethodId, OptionSpecs, TensorKind, StepResult>,
  "explainer" | "variant" | "figures"
>;

/** All methods, as what the page shows of them. */
export const methodFacts: readonly MethodFacts[] = methods;

export function methodById(id: MethodId): MethodFacts {
  return methodFacts.find((method) => method.id === id) ?? methodFacts[0];
}

export function specsOf(id: MethodId): OptionSpecs {
  return methodById(id).options;
}

/** The value that the method's author chose, as a number of this model's layers where it counts from the end. */
export function initialValue(spec: OptionSpec, { layers }: Pick<ModelSizes, "layers">): OptionValue {
  return spec.kind === "layer" && spec.initial < 0 ? Math.max(0, layers + spec.initial) : spec.initial;
}

/** The values that a method's author chose. */
export function initialOptions(id: MethodId, model: Pick<ModelSizes, "layers">): Options {
  const entries = Object.entries(specsOf(id)).map(([name, spec]) => [name, initialValue(spec, model)]);
  return Object.fromEntries(entries);
}

/** All options of a method: those that were changed, and the others as its author chose them. */
export function optionsOf(
  { options }: Pick<Selection, "options">,
  id: MethodId,
  model: Pick<ModelSizes, "layers">,
): Options {
  return { ...initialOptions(id, model), ...options[id] };
}

/** Changed options for a model with other sizes: layers, heads and feature maps that it lacks are left out. */
export function fitOptions(options: Selection["options"], model: ModelSizes): Selection["options"] {
  const fitted = Object.entries(options).map(([id, changed]) => {
    const specs = specsOf(id as MethodId);
    const values = Object.entries(changed).map(([name, value]) => [
      name,
      specs[name] === undefined ? value : fitValue(specs[name], value, model),
    ]);
    return [id, Object.fromEntries(values)];
  });
  return Object.fromEntries(fitted);
}

function fitValue({ kind }: OptionSpec, value: OptionValue, model: ModelSizes): OptionValue {
  switch (kind) {
    case "layer":
      return Math.max(0, Math.min(Number(value), model.layers - 1));
    case "head":
      return Math.min(Number(value), model.heads - 1);
    case "feature-layer":
      return Math.max(0, Math.min(Number(value), model.featureLayers.length - 1));
    case "heads-off":
      return Array.isArray(value) ? value.filter((head: number) => head < model.layers * model.heads) : value;
    default:
      return value;
  }
}

/** The controls write only values that the specs allow, which the compiler cannot see across the generated form. */
export function explainRequest(
  method: MethodId,
  options: Options,
  aim: Pick<ExplainRequest, "target" | "gradient"> = {},
): ExplainRequest {
  return { method, options, ...aim } as unknown as ExplainRequest;
}

/** Tensors that are gradients of the score, which the gradient rules are about. */
const gradients: readonly TensorKind[] = [
  "attentionGradient",
  "localGradient",
  "tokenGradient",
  "features",
  "inputGradient",
  "attentionPath",
  "inputPath",
];

/** Whether a method's map depends on how gradients are taken. */
export function takesGradients(id: MethodId): boolean {
  return methodById(id).needs.some((kind) => gradients.includes(kind));
}

export function sameOptionValue(left: OptionValue | undefined, right: OptionValue | undefined): boolean {
  if (!Array.isArray(left) || !Array.isArray(right)) return left === right;
  return left.length === right.length && left.every((value, index) => value === right[index]);
}
