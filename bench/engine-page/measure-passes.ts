// How long forward and backward passes take, by turns, and what they keep of the runtime's memory.
import type { ExplainRequest } from "../../src/bridge/contract.ts";
import { initialOptions } from "../../src/core/attribution/method.ts";
import type { TensorKind } from "../../src/core/attribution/tensors.ts";
import { type PlainMethod, plainMethods } from "../../src/engine/plain-method.ts";
import { heapBytes } from "./heap.ts";
import { explain, ignore, type LoadedEngine, never } from "./loaded.ts";
import type { MethodGroup, PassTimes } from "./protocol.ts";

const gradients: readonly TensorKind[] = [
  "attention",
  "scores",
  "attentionGradient",
  "tokens",
  "tokenGradient",
  "projectedValues",
];

const groups: Readonly<Record<MethodGroup, readonly TensorKind[]>> = {
  "one-pass": gradients,
  all: [...gradients, "localGradient"],
};

/** The request for a method as its author set it. @param index `null` for the most probable class. */
export function requestFor({ id, options }: PlainMethod, index: number | null): ExplainRequest {
  const target = index === null ? {} : { target: { kind: "class", index } };
  return { method: id, options: initialOptions(options), ...target } as unknown as ExplainRequest;
}

export async function measurePasses(engine: LoadedEngine, turns: number): Promise<PassTimes> {
  const heap: number[] = [heapBytes()];
  const gradient = byId("gradient-rollout");
  const classes = [1, 2, 3, 4, 5].map((index) => requestFor(gradient, index));
  // Opens the plans, and leaves out what only the first run does.
  await (await engine.fresh()).gather(classes, never, ignore);
  heap.push(heapBytes());
  const times = { bare: [], attention: [], gradients: [], fiveClasses: [], classSwitch: [] } as Record<
    "bare" | "attention" | "gradients" | "fiveClasses" | "classSwitch",
    number[]
  >;
  for (let turn = -1; turn < turns; turn++) {
    const note = (name: keyof typeof times, since: number): void => {
      if (turn >= 0) times[name].push(performance.now() - since);
    };
    let begin = performance.now();
    await engine.bare();
    note("bare", begin);
    engine.classifier.plans.rest();
    begin = performance.now();
    await engine.fresh();
    note("attention", begin);
    await (await engine.fresh()).gather(classes.slice(0, 1), never, ignore);
    begin = performance.now();
    const one = await engine.fresh();
    await one.gather(classes.slice(0, 1), never, ignore);
    note("gradients", begin);
    begin = performance.now();
    await one.gather(classes.slice(1, 2), never, ignore);
    note("classSwitch", begin);
    begin = performance.now();
    await (await engine.fresh()).gather(classes, never, ignore);
    note("fiveClasses", begin);
  }
  const together = {
    "one-pass": await measureTogether(engine, "one-pass", turns),
    all: await measureTogether(engine, "all", turns),
  };
  await (await engine.fresh()).gather([requestFor(byId("relevance-rollout"), 1)], never, ignore);
  heap.push(heapBytes());
  return { ...times, together, heapBytes: heap as unknown as PassTimes["heapBytes"] };
}

/** From pixels to the maps of all methods of a group. */
async function measureTogether(engine: LoadedEngine, group: MethodGroup, turns: number): Promise<number[]> {
  const requests = plainMethods
    .filter(({ needs }) => needs.every((kind) => groups[group].includes(kind)))
    .filter(({ id }) => byId(id).classSpecific)
    .map((method) => requestFor(method, null));
  const times: number[] = [];
  for (let turn = -2; turn < turns; turn++) {
    const begin = performance.now();
    const explanation = await engine.fresh();
    await explanation.gather(requests, never, ignore);
    for (const request of requests) await explain(explanation, request);
    if (turn >= 0) times.push(performance.now() - begin);
  }
  return times;
}

/** With what only the registry's own entries tell. */
export function byId(id: string): PlainMethod & { readonly classSpecific: boolean } {
  const found = plainMethods.find((method) => method.id === id);
  if (found === undefined) throw new Error(`there is no method ${id}`);
  return found as PlainMethod & { readonly classSpecific: boolean };
}
