// What the page is told of a loaded network: its sizes, and which methods it can be explained by.
import type { ClassifierInfo, MethodRefusal } from "../bridge/contract.ts";
import { type PlainMethod, plainMethods, usualNeeds } from "./plain-method.ts";
import { type Availability, availabilityOn } from "./plan/availability.ts";
import type { Network } from "./plan/network.ts";

/** What the graph tells; names, labels and preprocessing come from elsewhere. */
export type NetworkInfo = Pick<
  ClassifierInfo,
  "kind" | "layers" | "heads" | "tokens" | "prefixTokens" | "grid" | "classes" | "methods" | "featureLayers"
>;

export function describeNetwork(network: Network): NetworkInfo {
  const { transformer, featureMaps, grid, logits } = network;
  const available = availabilityOn(network);
  const methods = plainMethods.map((method) => [method.id, refusalOfMethod(method, available)]);
  return {
    kind: transformer === null ? "convolutional" : "transformer",
    layers: transformer?.attention.length ?? 0,
    heads: transformer?.attention[0].heads ?? 0,
    tokens: transformer?.tokens ?? 0,
    prefixTokens: transformer?.prefixTokens ?? 0,
    ...{ grid, classes: logits.classes },
    methods: Object.fromEntries(methods) as ClassifierInfo["methods"],
    featureLayers: featureMaps.map((map) => ({ ...map.grid, channels: map.channels })),
  };
}

function refusalOfMethod(method: PlainMethod, available: Availability): MethodRefusal | null {
  for (const need of usualNeeds(method)) {
    const refusal = available(need);
    if (refusal !== null) return refusal;
  }
  return null;
}
