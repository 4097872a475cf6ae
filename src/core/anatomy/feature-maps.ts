// Finds the feature maps that everything passes on its way to the scores, up to the pooling at the end.
import type { Node } from "../onnx/model.ts";
import { unavoidableNodes } from "../onnx/unavoidable.ts";
import type { FeatureMap } from "./anatomy.ts";
import { isLayer, isRelayout } from "./flow-between.ts";
import type { FlowContext } from "./flow-context.ts";
import { gridOf } from "./spatial-flow.ts";

/**
 * A map on a branch (a gate, a shortcut's convolution) shows a part only, so maps are those that no way avoids.
 * @param scores name of the class scores.
 * @returns the last map of every resolution, in the order of the network; the last one is what the head pools.
 */
export function findStages(context: FlowContext, scores: string): readonly FeatureMap[] {
  const strand = unavoidableNodes(context.index, context.fromImage, scores);
  const steps = mapSteps(context, strand);
  const last = lastMap(steps);
  if (last === null || goesOn(context, strand.slice(strand.indexOf(steps[last]!.node) + 1))) return [];
  const stages = new Map<string, number>();
  for (const [place, { map }] of steps.slice(0, last + 1).entries()) {
    const resolution = map.grid === null ? "" : `${map.grid.rows} ${map.grid.columns}`;
    // Set anew, so that the order is that of the last maps.
    stages.delete(resolution);
    stages.set(resolution, place);
  }
  return [...stages.values()].map(
    (place) => steps[place === last ? last : beforeNorm(context, steps, place)]!.map,
  );
}

interface MapStep {
  readonly node: Node;
  readonly map: FeatureMap;
}

/** The maps on the strand, from the first learnt layer on. */
function mapSteps(context: FlowContext, strand: readonly Node[]): readonly MapStep[] {
  const onPicture = context.index.order.filter(({ outputs }) => context.fromImage.has(outputs[0] ?? ""));
  const first = context.positions.get(onPicture.find(isLayer) ?? strand.at(-1)!)!;
  const learnt = strand.filter((node) => context.positions.get(node)! >= first);
  return learnt.flatMap((node) => {
    // Padding belongs to the step that needs it.
    const map = node.opType === "Pad" ? null : featureMapAt(context, node.outputs[0] ?? "");
    return map === null ? [] : [{ node, map }];
  });
}

/** @returns null for values that are no map of more than one cell, or carry tokens that are no patches. */
function featureMapAt(context: FlowContext, tensor: string): FeatureMap | null {
  const places = context.places.get(tensor);
  const shape = context.facts.get(tensor)?.shape;
  if (places === undefined || !shape || shape.length > 4) return null;
  const grid = gridOf(context, tensor, places);
  if (grid !== null && grid.rows * grid.columns < 2) return null;
  const taken = places.kind === "map" ? [places.rows, places.columns] : [places.axis];
  if (places.kind === "tokens" && shape[places.axis] !== grid!.rows * grid!.columns) return null;
  const channelAxis = Math.max(...[...shape.keys()].filter((axis) => !taken.includes(axis)));
  return { tensor, places, channelAxis, channels: shape[channelAxis] ?? null, grid };
}

/**
 * Whether layers or sums behind the last map still work on many positions: then it only is the last that could be
 * followed, and says little of the scores.
 */
function goesOn(context: FlowContext, behind: readonly Node[]): boolean {
  return behind.some((node) => {
    const isSum = node.opType === "Add" && node.inputs.every((name) => context.fromImage.has(name));
    const shape = context.facts.get(node.outputs[0]!)?.shape ?? [];
    return (isSum || isLayer(node)) && shape.filter((size) => size !== 1).length > 1;
  });
}

/** Averaging, whole or in part, is the head's; and lining a map up belongs to the averaging. */
function lastMap(steps: readonly MapStep[]): number | null {
  let last = steps.length - 1;
  while (last > 0 && steps[last]!.node.opType === "AveragePool") last--;
  let map = last;
  while (map > 0 && isRelayout(steps[map]!.node) && steps[map]!.map.places.kind === "tokens") map--;
  const isMap = steps[map]?.map.places.kind === "map";
  return last < 0 ? null : isMap ? map : last;
}

/** A norm before the step to the next resolution belongs to that step, as in ConvNeXt. */
function beforeNorm(context: FlowContext, steps: readonly MapStep[], place: number): number {
  const back = (from: number, isSkipped: (node: Node) => boolean) => {
    let at = from;
    while (at > 0 && isSkipped(steps[at]!.node)) at--;
    return at;
  };
  const isPlain = (node: Node) => isRelayout(node) || node.opType === "LayerNormalization";
  const found = back(place, isPlain);
  const carriers = (node: Node) => node.inputs.filter((name) => context.fromImage.has(name)).length;
  const isAffine = (node: Node) => (node.opType === "Mul" || node.opType === "Add") && carriers(node) === 1;
  // Below operator set 17 a norm is written out: x - mean, over its deviation, then scale and shift.
  const quotient = back(found, (node) => isPlain(node) || isAffine(node));
  const difference = back(quotient, (node) => node.opType === "Div" && carriers(node) === 2);
  const before = back(difference, (node) => node.opType === "Sub" && carriers(node) === 2);
  return difference < quotient && before < difference ? back(before, isPlain) : found;
}
