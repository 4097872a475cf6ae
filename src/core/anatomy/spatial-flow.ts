// Follows rows and columns of the picture through a graph: as two axes of a feature map, or as one axis of tokens.
import type { Node } from "../onnx/model.ts";
import type { Shape } from "../onnx/shapes/facts.ts";
import type { Grid, SpatialLayout } from "./anatomy.ts";
import type { AxisFate } from "./axes/axis-fate.ts";
import { followAxis } from "./axes/follow-axis.ts";
import {
  hasOthers,
  isPlain,
  type MadeAxis,
  plainAxis,
  reshapedAxes,
  type Side,
  type Stretch,
  wholeAxis,
} from "./axes/stretches.ts";
import type { FactsContext } from "./facts-context.ts";

/** Values that are missing have lost the picture's places, or nothing can be said. */
export type SpatialFlow = ReadonlyMap<string, SpatialLayout>;

/** What the axes of a value are made of, and of how many rows and columns. */
interface MadeValue {
  readonly axes: readonly MadeAxis[];
  readonly extent: Readonly<Record<Side, number | null>>;
}

/** @param image the graph's input `[1,3,S,S]`. */
export function followPlaces(context: FactsContext, image: string): SpatialFlow {
  const [batch = null, channels = null, rows = null, columns = null] = context.facts.get(image)?.shape ?? [];
  const axes = [...[batch, channels].map(plainAxis), wholeAxis("rows", rows), wholeAxis("columns", columns)];
  const made = new Map<string, MadeValue>([[image, { axes, extent: { rows, columns } }]]);
  const flow = new Map<string, SpatialLayout>([[image, { kind: "map", rows: 2, columns: 3 }]]);
  for (const node of context.index.order) {
    for (const [output, name] of node.outputs.entries()) {
      const value = name === "" ? null : valueAfter(context, made, node, output);
      if (value === null) continue;
      made.set(name, value);
      const layout = layoutOf(value);
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

/** The operand that knows most, since what is added to it lies at the same places. */
function valueAfter(
  context: FactsContext,
  made: ReadonlyMap<string, MadeValue>,
  node: Node,
  output: number,
): MadeValue | null {
  const shape = context.facts.get(node.outputs[output]!)?.shape;
  if (!shape) return null;
  let found: MadeValue | null = null;
  for (const [place, name] of node.inputs.entries()) {
    const value = made.get(name);
    if (value === undefined) continue;
    const after = moved(context, value, { node, place, output }, shape);
    if (knownCells(after) > (found === null ? 1 : knownCells(found))) found = after;
  }
  return found;
}

/** Into how many cells the picture is cut as far as the axes tell; open sizes count as many. */
function knownCells({ axes }: MadeValue): number {
  const stretches = axes.flatMap((axis) => axis.stretches.filter(({ of }) => of !== null));
  return stretches.reduce((product, { size }) => product * (size ?? 1024), 1);
}

interface Step {
  readonly node: Node;
  readonly place: number;
  readonly output: number;
}

const reshaping: ReadonlySet<string> = new Set(["Reshape", "Flatten", "Squeeze", "Unsqueeze"]);

function moved(context: FactsContext, value: MadeValue, step: Step, shape: Shape): MadeValue {
  const { node, place, output } = step;
  const isKnown = !shape.includes(null) && value.axes.every(({ length }) => length !== null);
  if (reshaping.has(node.opType) && place === 0 && isKnown)
    return { ...value, axes: reshapedAxes(value.axes, shape) };
  const axes = shape.map(plainAxis);
  const extent = { ...value.extent };
  for (const [from, axis] of value.axes.entries()) {
    if (isPlain(axis)) continue;
    const fate = followAxis(context, node, place, output, from);
    const to = axisOf(fate);
    const after = to === null ? null : axisAfter(axis, fate, shape[to] ?? null, extent);
    if (to !== null && after !== null) axes[to] = after;
  }
  return { axes, extent };
}

function axisOf(fate: AxisFate): number | null {
  return fate.kind === "merged" || fate.kind === "lost" ? null : fate.axis;
}

/** @param extent is changed where all rows or columns become more or fewer. */
function axisAfter(
  axis: MadeAxis,
  fate: AxisFate,
  length: number | null,
  extent: Record<Side, number | null>,
): MadeAxis | null {
  if (fate.kind === "kept") return axis;
  const [only] = axis.stretches;
  const isWhole =
    axis.stretches.length === 1 && !hasOthers(axis) && isOutermost(only!, extent) && only!.step === 1;
  if (isWhole) {
    extent[only!.of!] = length;
    return wholeAxis(only!.of!, length);
  }
  switch (fate.kind) {
    case "blended":
      return axis.length === length ? axis : null;
    case "joined":
      return { ...axis, first: axis.first + fate.offset, length };
    case "picked":
      return pickedTokens(axis, fate.positions);
    default:
      return null;
  }
}

/** Only where all of them were taken, in their order. */
function pickedTokens(axis: MadeAxis, positions: readonly number[]): MadeAxis | null {
  const at = positions.indexOf(axis.first);
  const count = axis.stretches.reduce((product, { size }) => product * (size ?? 0), 1);
  const isWhole = Array.from({ length: count }, (_, patch) => positions[at + patch] === axis.first + patch);
  return at < 0 || isWhole.includes(false) ? null : { ...axis, first: at, length: positions.length };
}

/** Of all that there are of a side, not only within windows. */
function isOutermost({ of, size, step }: Stretch, extent: MadeValue["extent"]): boolean {
  if (of === null) return false;
  return size === null ? extent[of] === null : size * step === extent[of];
}

/**
 * Rows and columns along two axes, or along one; what lies within the cells may be among the channels, but nowhere
 * else, since cells would be windows then.
 */
function layoutOf({ axes, extent }: MadeValue): SpatialLayout | null {
  const along = (of: Side) =>
    axes.findIndex((axis) => {
      const [only, ...others] = axis.stretches;
      return others.length === 0 && only!.of === of && isOutermost(only!, extent) && !hasOthers(axis);
    });
  const tokens = axes.findIndex(({ stretches: [down, across, ...others] }) => {
    const isPair = down?.of === "rows" && across?.of === "columns" && others.length === 0;
    return isPair && isOutermost(down, extent) && isOutermost(across, extent);
  });
  const [rows, columns] = [along("rows"), along("columns")];
  const chosen = rows >= 0 && columns >= 0 ? [rows, columns] : [tokens];
  if (chosen.includes(-1)) return null;
  const isElsewhere = axes.some(
    (axis, place) => !chosen.includes(place) && !isPlain(axis) && !hasChannels(axis),
  );
  if (isElsewhere) return null;
  if (chosen.length === 2) return { kind: "map", rows, columns };
  const { first, stretches } = axes[tokens]!;
  const [down, across] = stretches.map(({ size }) => size!);
  return { kind: "tokens", axis: tokens, first, grid: { rows: down!, columns: across! } };
}

function hasChannels({ stretches }: MadeAxis): boolean {
  return stretches.some(({ of, size }) => of === null && size !== 1);
}
