// From a method's option specs to the values that its controls begin with, keep, and send.
import type { ExplainRequest } from "../bridge/contract.ts";
import { initialOptions as initialValues, type OptionSpecs } from "../core/attribution/method.ts";
import { type AnyMethod, type MethodId, methods } from "../core/attribution/registry.ts";
import type { Options, OptionValue } from "./state/app-state.ts";

export function methodById(id: MethodId): AnyMethod {
  return methods.find((method) => method.id === id) ?? methods[0];
}

/** The values that a method's author chose. */
export function initialOptions(id: MethodId): Options {
  return initialValues(methodById(id).options);
}

/** The same options for a model with other sizes: layers and heads that it lacks are left out. */
export function fitOptions(
  id: MethodId,
  options: Options,
  model: { readonly layers: number; readonly heads: number },
): Options {
  const specs: OptionSpecs = methodById(id).options;
  const fitted = Object.entries(options).map(([name, value]): [string, OptionValue] => {
    const kind = specs[name]?.kind;
    if (kind === "layer") return [name, Math.min(Number(value), model.layers - 1)];
    if (kind === "heads-off" && Array.isArray(value))
      return [name, value.filter((head: number) => head < model.layers * model.heads)];
    return [name, value];
  });
  return Object.fromEntries(fitted);
}

/** The controls write only values that the specs allow, which the compiler cannot see across the generated form. */
export function explainRequest(method: MethodId, options: Options): ExplainRequest {
  return { method, options } as unknown as ExplainRequest;
}

export function sameOptionValue(left: OptionValue | undefined, right: OptionValue | undefined): boolean {
  if (!Array.isArray(left) || !Array.isArray(right)) return left === right;
  return left.length === right.length && left.every((value, index) => value === right[index]);
}
