// Finds the feature maps that everything passes on its way to the scores, up to the pooling at the end.
import type { Node } from "../onnx/model.ts";
import { unavoidableNodes } from "../onnx/unavoidable.ts";
import type { FeatureMap } from "./anatomy.ts";
import { isLayer, isRelayout } from "./flow-between.ts";
import type { FlowContext } from "./flow-context.ts";
import { gridOf } from "./spatial-flow.ts";
import { allReadings, followTokens } from "./token-flow.ts";

/**
 * A map on a branch (a gate, a shortcut's convolution) shows a part only, so maps are those that no way avoids.
 * @param scores name of the class scores.
 * @returns the last map of every resolution, in the order of the network; the last one is what the head pools.
 */
export function findStages(context: FlowContext, scores: string): readonly FeatureMap[] {
  const strand = unavoidableNodes(context.index, context.fromImage, scores);
  const steps = mapSteps(context, strand);
  const last = lastMap(context, steps, strand, scores);
  if (last === null || goesOn(context, steps, strand)) return [];
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

/** @returns null for values that are no map of more than one cell. */
function featureMapAt(context: FlowContext, tensor: string): FeatureMap | null {
  const places = context.places.get(tensor);
  const shape = context.facts.get(tensor)?.shape;
  if (places === undefined || !shape || shape.length > 4) return null;
  const grid = gridOf(context, tensor, places);
  if (grid !== null && grid.rows * grid.columns < 2) return null;
  const taken = places.kind === "map" ? [places.rows, places.columns] : [places.axis];
  const channelAxis = Math.max(...[...shape.keys()].filter((axis) => !taken.includes(axis)));
  return { tensor, places, channelAxis, channels: shape[channelAxis] ?? null, grid };
}

/**
 * Whether layers or sums behind the last map still work on many positions: then it only is the last that could be
 * followed, and says little of the scores.
 */
function goesOn(context: FlowContext, steps: readonly MapStep[], strand: readonly Node[]): boolean {
  const behind = strand.slice(strand.indexOf(steps.at(-1)!.node) + 1);
  return behind.some((node) => {
    const isSum = node.opType === "Add" && node.inputs.every((name) => context.fromImage.has(name));
    const shape = context.facts.get(node.outputs[0]!)?.shape ?? [];
    return (isSum || isLayer(node)) && shape.filter((size) => size !== 1).length > 1;
  });
}

/**
 * Averaging, whole or in part, is the head's, and lining a map up belongs to the averaging; so is a convolution that
 * gives every class a map to average. Beside class tokens, what no score reads of the patches says nothing.
 */
function lastMap(
  context: FlowContext,
  steps: readonly MapStep[],
  strand: readonly Node[],
  scores: string,
): number | null {
  let last = steps.length - 1;
  while (last > 0 && steps[last]!.node.opType === "AveragePool") last--;
  last = beforeClassMaps(context, steps, strand, { last, scores });
  while (last >= 0 && !reachesScores(context, steps[last]!.map, scores)) last--;
  let map = last;
  while (map > 0 && isRelayout(steps[map]!.node) && steps[map]!.map.places.kind === "tokens") map--;
  const isMap = steps[map]?.map.places.kind === "map";
  return last < 0 ? null : isMap ? map : last;
}

/** Whether the scores know of the patches of a map; asked only where other tokens stand beside them. */
function reachesScores(context: FlowContext, { tensor, places, grid }: FeatureMap, scores: string): boolean {
  const count = places.kind === "tokens" ? context.facts.get(tensor)!.shape![places.axis] : null;
  if (places.kind === "map" || count == null || grid === null) return true;
  const patches = grid.rows * grid.columns;
  if (count === patches || count > mostTokens) return true;
  const state = followTokens(context, tensor, places.axis, count).get(scores);
  return (
    state !== undefined &&
    allReadings(state).some(({ tokens }) =>
      tokens.some((token) => token >= places.first && token < places.first + patches),
    )
  );
}

/** Pictures are cut into some thousand patches; more come from broken files only. */
const mostTokens = 2 ** 16;

/** Without a layer behind it, a 1 x 1 convolution with as many channels as there are classes is the classifier. */
function beforeClassMaps(
  context: FlowContext,
  steps: readonly MapStep[],
  strand: readonly Node[],
  { last, scores }: { readonly last: number; readonly scores: string },
): number {
  const classes = context.facts.get(scores)?.shape?.at(-1);
  const at = steps.map(({ node }) => isLayer(node)).lastIndexOf(true);
  if (at < 1 || at > last || strand.slice(strand.indexOf(steps[at]!.node) + 1).some(isLayer)) return last;
  const { node, map } = steps[at]!;
  const kernel = context.facts.get(node.inputs[1] ?? "")?.shape?.slice(2);
  const isPerCell = node.opType === "Conv" && kernel?.every((size) => size === 1);
  return isPerCell && classes != null && map.channels === classes ? at - 1 : last;
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
