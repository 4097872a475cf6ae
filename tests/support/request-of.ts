// Requests to the product, written as tests think of them.
import type { ExplainRequest } from "../../src/bridge/contract.ts";
import { initialOptions } from "../../src/core/attribution/method.ts";
import {
  type MethodById,
  type MethodId,
  methods,
  type OptionsOf,
} from "../../src/core/attribution/registry.ts";

/** A request with the options that the method's author chose, but for those given; without a class, of the best one. */
export function requestOf<Id extends MethodId>(
  method: Id,
  options: Partial<OptionsOf<Id>> = {},
  index?: number,
): ExplainRequest {
  const { options: specs } = methods.find(({ id }) => id === method) as MethodById<Id>;
  const target = index === undefined ? {} : { target: { kind: "class", index } as const };
  return {
    method,
    options: { ...initialOptions(specs), ...options },
    ...target,
  } as unknown as ExplainRequest;
}
