// Fixes the sizes that a file leaves open: those of its inputs, and all others of the same name.
import type { Dimension, OnnxModel, ValueInfo } from "../model.ts";
import type { Shape } from "../shapes/facts.ts";

/**
 * Sizes that the file fixes stay, and so do names that two inputs give different sizes. Constants that older files
 * list as inputs are inputs no longer.
 * @param inputShapes sizes by input; null leaves a size open.
 */
export function bindSizes(model: OnnxModel, inputShapes: ReadonlyMap<string, Shape>): OnnxModel {
  const { graph } = model;
  const initialised = new Set(graph.initializers.map(({ name }) => name));
  const inputs = graph.inputs.filter(({ name }) => !initialised.has(name));
  const bound = boundNames(inputs, inputShapes);
  const fix = (value: ValueInfo) => withSizes(value, inputShapes.get(value.name), bound);
  const rename = (value: ValueInfo) => withSizes(value, undefined, bound);
  return {
    ...model,
    graph: {
      ...graph,
      inputs: inputs.map(fix),
      outputs: graph.outputs.map(rename),
      valueInfo: graph.valueInfo.map(rename),
    },
  };
}

function boundNames(
  inputs: readonly ValueInfo[],
  inputShapes: ReadonlyMap<string, Shape>,
): ReadonlyMap<string, number> {
  const bound = new Map<string, number>();
  const ambiguous = new Set<string>();
  for (const { name, type } of inputs) {
    if (type?.kind !== "tensor") continue;
    for (const [axis, { size }] of (type.shape ?? []).entries()) {
      const wanted = inputShapes.get(name)?.[axis];
      if (typeof size !== "string" || wanted == null) continue;
      if ((bound.get(size) ?? wanted) !== wanted) ambiguous.add(size);
      bound.set(size, wanted);
    }
  }
  for (const name of ambiguous) bound.delete(name);
  return bound;
}

function withSizes(
  value: ValueInfo,
  wanted: Shape | undefined,
  bound: ReadonlyMap<string, number>,
): ValueInfo {
  const { type } = value;
  if (type?.kind !== "tensor") return value;
  const open: Dimension = { size: null, rest: [] };
  const declared = type.shape ?? wanted?.map(() => open) ?? null;
  const shape = declared?.map((dimension, axis) => {
    const { size } = dimension;
    if (typeof size === "number") return dimension;
    const fixed = wanted?.[axis] ?? (size === null ? undefined : bound.get(size));
    return fixed == null ? dimension : { ...dimension, size: fixed };
  });
  return { ...value, type: { ...type, shape: shape ?? null } };
}
