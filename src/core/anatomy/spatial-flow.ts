// Follows rows and columns of the picture through a graph: as two axes of a feature map, or as one axis of tokens.
import type { Node } from "../onnx/model.ts";
import type { Shape } from "../onnx/shapes/facts.ts";
import type { Grid, SpatialLayout } from "./anatomy.ts";
import type { AxisFate } from "./axes/axis-fate.ts";
import { followAxis } from "./axes/follow-axis.ts";
import { cutAxis, mergedAxis, outerAxis } from "./axes/reshaped-axis.ts";
import type { FactsContext } from "./facts-context.ts";

/** Values that are missing have lost the picture's places, or nothing can be said. */
export type SpatialFlow = ReadonlyMap<string, SpatialLayout>;

/** @param image the graph's input `[1,3,S,S]`. */
export function followPlaces(context: FactsContext, image: string): SpatialFlow {
  const flow = new Map<string, SpatialLayout>([[image, { kind: "map", rows: 2, columns: 3 }]]);
  for (const node of context.index.order) {
    for (const [output, name] of node.outputs.entries()) {
      const layout =
        name === "" ? null : (layoutAfter(context, flow, node, output) ?? restored(context, flow, node));
      if (layout !== null) flow.set(name, layout);
    }
  }
  return flow;
}

/** Sizes of a layout; null where they are open. */
export function gridOf(context: FactsContext, tensor: string, layout: SpatialLayout): Grid | null {
  if (layout.kind === "tokens") return layout.grid;
  const shape = context.facts.get(tensor)?.shape;
  const [rows, columns] = [shape?.[layout.rows], shape?.[layout.columns]];
  return rows == null || columns == null ? null : { rows, columns };
}

/** Any operand that still knows its places will do: what is added to it lies at the same ones. */
function layoutAfter(
  context: FactsContext,
  flow: SpatialFlow,
  node: Node,
  output: number,
): SpatialLayout | null {
  for (const [place, name] of node.inputs.entries()) {
    const layout = flow.get(name);
    if (layout === undefined) continue;
    const follow = (axis: number) => followAxis(context, node, place, output, axis);
    const after = layout.kind === "map" ? mapAfter(layout, follow) : tokensAfter(layout, follow(layout.axis));
    const found = after ?? reshaped(context, layout, node, place);
    if (found !== null) return found;
  }
  return null;
}

function mapAfter(
  { rows, columns }: SpatialLayout & { readonly kind: "map" },
  follow: (axis: number) => AxisFate,
): SpatialLayout | null {
  const [down, across] = [axisOf(follow(rows)), axisOf(follow(columns))];
  return down === null || across === null ? null : { kind: "map", rows: down, columns: across };
}

function axisOf(fate: AxisFate): number | null {
  return fate.kind === "merged" || fate.kind === "lost" ? null : fate.axis;
}

function tokensAfter(
  layout: SpatialLayout & { readonly kind: "tokens" },
  fate: AxisFate,
): SpatialLayout | null {
  const { first, grid } = layout;
  switch (fate.kind) {
    case "kept":
    case "blended":
      return { ...layout, axis: fate.axis };
    case "joined":
      return { ...layout, axis: fate.axis, first: first + fate.offset };
    case "picked": {
      const at = fate.positions.indexOf(first);
      const count = grid.rows * grid.columns;
      const isWhole = Array.from(
        { length: count },
        (_, patch) => fate.positions[at + patch] === first + patch,
      );
      return fate.axis !== null && at >= 0 && !isWhole.includes(false)
        ? { ...layout, axis: fate.axis, first: at }
        : null;
    }
    default:
      return null;
  }
}

/** Reshapes line a map up as tokens, spread tokens out as a map, or cut it into coarser cells. */
function reshaped(
  context: FactsContext,
  layout: SpatialLayout,
  node: Node,
  place: number,
): SpatialLayout | null {
  if (place > 0 || !reshaping.has(node.opType)) return null;
  const [from, to] = [context.facts.get(node.inputs[0]!)?.shape, context.facts.get(node.outputs[0]!)?.shape];
  if (!from || !to) return null;
  return layout.kind === "map" ? reshapedMap(layout, from, to) : spreadTokens(layout, from, to);
}

/** Norms over groups of channels are exported between two reshapes, of which the second undoes the first. */
function restored(context: FactsContext, flow: SpatialFlow, node: Node): SpatialLayout | null {
  if (node.opType !== "Reshape") return null;
  const norm = context.index.producers.get(node.inputs[0]!);
  if (norm?.opType !== "InstanceNormalization") return null;
  const before = context.index.producers.get(norm.inputs[0]!);
  const [source] = before?.opType === "Reshape" ? before.inputs : [];
  const shapes = [source, node.outputs[0]].map((name) => context.facts.get(name ?? "")?.shape);
  const isSame = shapes[0] != null && String(shapes[0]) === String(shapes[1]);
  return (isSame && flow.get(source!)) || null;
}

const reshaping: ReadonlySet<string> = new Set(["Reshape", "Flatten", "Squeeze", "Unsqueeze"]);

function reshapedMap(
  { rows, columns }: SpatialLayout & { readonly kind: "map" },
  from: Shape,
  to: Shape,
): SpatialLayout | null {
  const [height, width] = [from[rows], from[columns]];
  const axis = columns === rows + 1 ? mergedAxis(from, to, rows) : null;
  if (axis !== null && height != null && width != null) {
    return { kind: "tokens", axis, first: 0, grid: { rows: height, columns: width } };
  }
  const [down, across] = [outerAxis(from, to, rows), outerAxis(from, to, columns)];
  return down === null || across === null ? null : { kind: "map", rows: down, columns: across };
}

function spreadTokens(
  { axis, grid }: SpatialLayout & { readonly kind: "tokens" },
  from: Shape,
  to: Shape,
): SpatialLayout | null {
  const rows = cutAxis(from, to, axis, [grid.rows, grid.columns]);
  return rows === null ? null : { kind: "map", rows, columns: rows + 1 };
}
