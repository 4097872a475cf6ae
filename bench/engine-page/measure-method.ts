// What a map of one method costs, and a step of each of its sliders.
import { initialOptions, type OptionSpec } from "../../src/core/attribution/method.ts";
import { explain, type LoadedEngine } from "./loaded.ts";
import { byId, requestFor } from "./measure-passes.ts";
import type { MethodTimes } from "./protocol.ts";

/** A map that takes so long is measured once, in milliseconds. */
const slow = 3000;
const stepsOfSlider = 24;

export async function measureMethod(engine: LoadedEngine, id: string, turns: number): Promise<MethodTimes> {
  const method = byId(id);
  const request = requestFor(method, null);
  const bare: number[] = [];
  const map: number[] = [];
  // Or it would go through what another method had prepared.
  await engine.classifier.plans.release();
  let warmUp = performance.now();
  await explain(await engine.fresh(), request);
  warmUp = performance.now() - warmUp;
  const isSlow = warmUp > slow;
  for (let turn = isSlow ? 0 : -1; turn < (isSlow ? 1 : turns); turn++) {
    let begin = performance.now();
    await engine.bare();
    if (turn >= 0) bare.push(performance.now() - begin);
    begin = performance.now();
    await explain(await engine.fresh(), request);
    if (turn >= 0) map.push(performance.now() - begin);
  }
  const steps = isSlow ? {} : await measureSteps(engine, id);
  return { id, classSpecific: method.classSpecific, bare, map, steps };
}

async function measureSteps(engine: LoadedEngine, id: string): Promise<MethodTimes["steps"]> {
  const method = byId(id);
  const explanation = await engine.fresh();
  const measured: Record<string, number[]> = {};
  for (const [name, spec] of Object.entries(method.options)) {
    const values = slidValues(spec, engine);
    const times: number[] = [];
    for (let step = -4; step < stepsOfSlider && values.length > 1; step++) {
      const options = { ...initialOptions(method.options), [name]: values[(step + 4) % values.length] };
      const request = { ...requestFor(method, null), options } as never;
      // Sliders that change the tensors themselves run the model, and are no matter of steps.
      if (
        JSON.stringify(method.variant?.(options)) !==
        JSON.stringify(method.variant?.(initialOptions(method.options)))
      )
        break;
      const begin = performance.now();
      await explain(explanation, request);
      if (step >= 0) times.push(performance.now() - begin);
    }
    if (times.length > 0) measured[name] = times;
  }
  return measured;
}

/** Places that a slider of this kind comes by; none for other controls. */
function slidValues(spec: OptionSpec, engine: LoadedEngine): readonly number[] {
  const { transformer } = engine.classifier.network;
  if (spec.kind === "range") {
    const { minimum, maximum, step } = spec;
    return Array.from({ length: 8 }, (_, place) => {
      const value = minimum + ((place + 1) / 9) * (maximum - minimum);
      return minimum + Math.round((value - minimum) / step) * step;
    });
  }
  if (spec.kind === "layer") return Array.from(transformer?.attention.keys() ?? []);
  if (spec.kind === "head")
    return Array.from({ length: transformer?.attention[0].heads ?? 0 }, (_, head) => head);
  return [];
}
