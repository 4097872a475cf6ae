// A classifier's graph as plans are made of it: in one form, with all that is known of it.
import type {
  CompleteAnatomy,
  FeatureMap,
  Grid,
  ImageInput,
  LogitsOutput,
  OtherInput,
} from "../../core/anatomy/anatomy.ts";
import { completeAnatomy, type ObservedShapes } from "../../core/anatomy/complete.ts";
import {
  type DissectedClassifier,
  dissectClassifier,
  type Refusal,
} from "../../core/anatomy/dissect-classifier.ts";
import { findInputs } from "../../core/anatomy/image-input.ts";
import { canonicalise } from "../../core/onnx/canonical/canonicalise.ts";
import { widenHalves } from "../../core/onnx/canonical/widen-halves.ts";
import type { OnnxModel } from "../../core/onnx/model.ts";

import { readOnnx } from "../../core/onnx/read-onnx.ts";
import type { Shape } from "../../core/onnx/shapes/facts.ts";

export interface ClassifierFile {
  /** For error messages. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly externalData: ReadonlyMap<string, Uint8Array>;
}

/** What the graph alone tells. */
export interface Sketch {
  readonly name: string;
  /** Canonical, in single precision; its weights are views of the file. */
  readonly model: OnnxModel;
  readonly input: ImageInput & { readonly size: number };
  readonly otherInputs: readonly OtherInput[];
  /** Of all inputs, for one picture. */
  readonly inputShapes: ReadonlyMap<string, Shape>;
  readonly dissected: DissectedClassifier;
}

/** A feature map of known sizes. */
export type SizedMap = FeatureMap & { readonly grid: Grid; readonly channels: number };

/** A classifier of which nothing is open any more. */
export interface Network extends Sketch {
  readonly logits: LogitsOutput & { readonly classes: number };
  /** `null` for networks without attention over the whole picture. */
  readonly transformer: CompleteAnatomy | null;
  /** What CAM methods can be taken on, from the last to the first. */
  readonly featureMaps: readonly SizedMap[];
  readonly refused: readonly Refusal[];
  /** Of the inputs, the logits and every attention. */
  readonly shapes: ObservedShapes;
  /** Patches; without attention the cells of the last feature map. */
  readonly grid: Grid;
}

/** Side of the input where neither the file's input nor its position embeddings fix it. */
const usualInputSize = 224;

/**
 * Half precision is widened: on the CPU the runtime does the same, not every GPU has it, and gradients vanish in it.
 * @throws onnx/*, anatomy/*
 */
export function sketchNetwork(file: ClassifierFile): Sketch {
  const widened = widenHalves(readOnnx(file.bytes, file.externalData));
  const { input, otherInputs } = findInputs(widened);
  const bind = (model: OnnxModel, size: number | null) => {
    return canonicalise(model, { inputShapes: shapesOf(input, otherInputs, size) });
  };
  const model = bind(widened, input.size);
  const dissected = dissectClassifier(model);
  const size = dissected.anatomy.input.size ?? usualInputSize;
  const sketch = { name: file.name, otherInputs, inputShapes: shapesOf(input, otherInputs, size) };
  if (input.size !== null) return { ...sketch, model, dissected, input: { ...input, size } };
  const bound = bind(model, size);
  return { ...sketch, model: bound, dissected: dissectClassifier(bound), input: { ...input, size } };
}

/**
 * @param observed shapes from a run on one picture, of the logits and of every attention tensor.
 * @throws anatomy/no-attention, anatomy/no-feature-map, engine/no-result
 */
export function completeNetwork(sketch: Sketch, observed: ObservedShapes): Network {
  const { dissected, input } = sketch;
  const shapes = new Map([...observed, [input.name, [1, 3, input.size, input.size]]]);
  const transformer = dissected.kind === "transformer" ? completeAnatomy(dissected.anatomy, shapes) : null;
  const { logits } = dissected.anatomy;
  const classes = logits.classes ?? shapes.get(logits.name)?.at(-1) ?? 0;
  const featureMaps = dissected.featureMaps.filter(isSized).reverse();
  return {
    ...sketch,
    ...{ logits: { ...logits, classes }, transformer, featureMaps, refused: dissected.refused, shapes },
    input: { ...input, size: transformer?.input.size ?? input.size },
    grid: transformer?.grid ?? featureMaps[0]?.grid ?? { rows: 1, columns: 1 },
  };
}

function isSized(map: FeatureMap): map is SizedMap {
  return map.grid !== null && map.channels !== null;
}

/** For one picture; other inputs get one of each of their open sizes. */
function shapesOf(
  { name, channels }: ImageInput,
  otherInputs: readonly OtherInput[],
  size: number | null,
): ReadonlyMap<string, Shape> {
  const shapes = new Map<string, Shape>([[name, [1, channels ?? 3, size, size]]]);
  for (const other of otherInputs)
    shapes.set(
      other.name,
      (other.shape ?? []).map((length) => length ?? 1),
    );
  return shapes;
}
