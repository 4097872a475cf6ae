// How far a pass is from PyTorch's numbers, and which value of the graph is which of PyTorch's.
import type { FeatureMap } from "../../src/core/anatomy/anatomy.ts";
import type { DissectedClassifier } from "../../src/core/anatomy/dissect-classifier.ts";
import { indexGraph } from "../../src/core/onnx/graph-index.ts";
import { relativeError } from "../support/golden.ts";
import { featureTensors, type ShapedNumbers, witnessChannelsFirst } from "../support/map-layout.ts";
import type { ClassResults, ZooCase, ZooPass } from "./zoo-pass.ts";

/** Largest differences over the largest value, of all values of a kind. */
export interface ZooErrors {
  readonly logits: number;
  readonly values: number;
  readonly gradients: number;
}

/** A value of the graph and the names of PyTorch's numbers for it. */
export interface Named {
  readonly tensor: string;
  /** null where only the gradient is recorded. */
  readonly value: string | null;
  readonly gradient: string;
}

/** Every attention softmax of the anatomy, its scaled scores behind it. */
export function attentionOf(dissected: DissectedClassifier, zoo: ZooCase): readonly (readonly string[])[] {
  if (dissected.kind !== "transformer") return [];
  const { producers } = indexGraph(zoo.model.graph);
  const { attention, pooling } = dissected.anatomy;
  return [...attention, ...pooling].map(({ tensor }) => [tensor, producers.get(tensor)!.inputs[0]!]);
}

/** Softmaxes that are none of the anatomy's, with their scores: those of a text tower, of windows, of pooled keys. */
export function otherAttentionOf(
  dissected: DissectedClassifier,
  zoo: ZooCase,
): readonly (readonly string[])[] {
  const own = new Set(attentionOf(dissected, zoo).map(([tensor]) => tensor));
  return indexGraph(zoo.model.graph).order.flatMap(({ opType, inputs, outputs }) =>
    opType === "Softmax" && !own.has(outputs[0]!) ? [[outputs[0]!, inputs[0]!]] : [],
  );
}

/** The recorded layers, in the order of the network. */
export function recordedLayers({ reference }: ZooCase): readonly number[] {
  return [...reference.keys()].flatMap((name) => (/^attn\.\d+$/.test(name) ? [Number(name.slice(5))] : []));
}

/** For each layer the last of the candidates that has its numbers; missing where none has. */
export function matchLayers(
  zoo: ZooCase,
  { byClass }: ZooPass,
  candidates: readonly (readonly string[])[],
  layers: readonly number[],
): ReadonlyMap<number, readonly string[]> {
  const { values } = byClass.get(zoo.entry.classes[0]!)!;
  const matched = new Map<number, readonly string[]>();
  for (const layer of layers) {
    const { shape, data } = zoo.reference.get(`attn.${layer}`)!;
    const found = candidates.filter(([tensor]) => {
      const result = values[tensor!]!;
      const isAlike = String(result.shape) === String(shape);
      return isAlike && relativeError(result.data, data as Float64Array) < zoo.tolerance;
    });
    if (found.length > 0) matched.set(layer, found.at(-1)!);
  }
  return matched;
}

/** PyTorch's names for a layer's attention and scores, for one class. */
export function namesOfLayer(
  [tensor, scores]: readonly string[],
  layer: number,
  klass: number,
): readonly Named[] {
  return [
    { tensor: tensor!, value: `attn.${layer}`, gradient: `grad_attn.${layer}.class${klass}` },
    { tensor: scores!, value: null, gradient: `grad_scores.${layer}.class${klass}` },
  ];
}

/** Compares all that is recorded; the gradient by the picture is recorded for the first class only. */
export function compare(
  zoo: ZooCase,
  { dissected, byClass }: ZooPass,
  named: (klass: number) => readonly Named[],
): ZooErrors {
  const errors = { logits: 0, values: 0, gradients: 0 };
  const note = (kind: keyof ZooErrors, actual: ArrayLike<number>, name: string) => {
    const witness = zoo.reference.get(name);
    if (witness === undefined) throw new Error(`PyTorch's ${name} was not recorded`);
    errors[kind] = largest(errors[kind], relativeError(actual, witness.data as Float64Array));
  };
  const picture = dissected.anatomy.input.name;
  for (const [klass, { logits, values, gradients }] of byClass) {
    note("logits", logits.data, "logits");
    if (klass === zoo.entry.classes[0])
      note("gradients", gradients[picture]!.data, `grad_input.class${klass}`);
    for (const { tensor, value, gradient } of named(klass)) {
      if (value !== null) note("values", values[tensor]!.data, value);
      note("gradients", gradients[tensor]!.data, gradient);
    }
  }
  return errors;
}

/** Not a number where one of them is none. */
export function largest(first: number, second: number): number {
  return Number.isNaN(first) || Number.isNaN(second) ? Number.NaN : Math.max(first, second);
}

/** The map of the anatomy that has the numbers of the recorded one, and its errors; null where none has. */
export function recordedMap(
  zoo: ZooCase,
  { byClass }: ZooPass,
  maps: readonly FeatureMap[],
): { readonly map: FeatureMap; readonly errors: ZooErrors } | null {
  const errorsOf = (map: FeatureMap) => {
    const errors = { logits: 0, values: 0, gradients: 0 };
    for (const [klass, results] of byClass) {
      const tensors = tensorsOf(map, results);
      const witness = (name: string) =>
        witnessChannelsFirst(zoo.reference.get(name) as ShapedNumbers, tensors);
      const [act, grad] = [witness("cam.act"), witness(`cam.grad.class${klass}`)];
      errors.values = largest(errors.values, act ? relativeError(tensors.activation, act) : Infinity);
      errors.gradients = largest(errors.gradients, grad ? relativeError(tensors.gradient, grad) : Infinity);
    }
    return errors;
  };
  const found = maps.map((map) => ({ map, errors: errorsOf(map) }));
  return found.filter(({ errors }) => errors.values < zoo.tolerance).at(-1) ?? null;
}

/** Activation and gradient of a map for one class. */
export function tensorsOf(map: FeatureMap, { values, gradients }: ClassResults) {
  return featureTensors(map, values[map.tensor]!, gradients[map.tensor]!);
}
