// Finds how the picture is cut into patches: the last feature map before it becomes a row of tokens.
import { intAttribute, intsAttribute } from "../onnx/attributes.ts";
import type { Node } from "../onnx/model.ts";
import type { Grid } from "./anatomy.ts";
import type { FlowContext } from "./flow-context.ts";

export interface PatchGrid {
  /** null where the size of the picture is open. */
  readonly grid: Grid | null;
  /** Pixels from one patch to the next; null where it is neither a stride nor a quotient of known sizes. */
  readonly patchSize: number | null;
}

/**
 * @param tensor the first attention's softmax.
 * @param image name of the input.
 */
export function findPatchGrid(context: FlowContext, tensor: string, image: string): PatchGrid {
  const map = nearest(context, tensor, ({ opType }) => opType === "Conv" || opType === "FusedConv");
  if (map !== undefined) return gridOfFeatureMap(context, map, image);
  return gridOfUnfolding(context, tensor, image);
}

/** Nodes that keep or shrink a feature map, after the convolution that makes the patches. */
const onFeatureMaps: ReadonlySet<string> = new Set([
  "MaxPool",
  "AveragePool",
  "Relu",
  "Gelu",
  "Sigmoid",
  "BatchNormalization",
  "Cast",
  "Add",
  "Mul",
]);

function gridOfFeatureMap(context: FlowContext, conv: Node, image: string): PatchGrid {
  let name = conv.outputs[0]!;
  for (;;) {
    const next = (context.index.consumers.get(name) ?? []).find(({ opType }) => onFeatureMaps.has(opType));
    if (next === undefined) break;
    name = next.outputs[0]!;
  }
  const shape = context.facts.get(name)?.shape;
  const [rows, columns] = [shape?.[2] ?? null, shape?.[3] ?? null];
  const grid = rows === null || columns === null ? null : { rows, columns };
  return { grid, patchSize: strideFrom(context, name, image) };
}

/** The product of the strides between the picture and a feature map; null where other operators lie between. */
function strideFrom(context: FlowContext, map: string, image: string): number | null {
  let stride = 1;
  for (let name = map; name !== image; ) {
    const node = context.index.producers.get(name);
    if (node === undefined || resizing.test(node.opType)) return null;
    // Branches that are added have the same stride, so any of them will do.
    const next = node.inputs.find((input) => context.fromImage.has(input));
    if (next === undefined) return null;
    stride *= intsAttribute(node, "strides")?.[0] ?? 1;
    name = next;
  }
  return stride;
}

/** Operators that change sizes otherwise than by a stride. */
const resizing =
  /^(?:Reshape|Transpose|Resize|Upsample|Slice|Gather|SpaceToDepth|DepthToSpace|ConvTranspose|Global.*|Reduce.*)$/;

/** Without a convolution: `[B,C,h,p,w,p]` before the patches are lined up, as einops writes it. */
function gridOfUnfolding(context: FlowContext, tensor: string, image: string): PatchGrid {
  const [, , height, width] = context.facts.get(image)?.shape ?? [];
  const fold = nearest(context, tensor, (node) => {
    const shape = context.facts.get(node.outputs[0]!)?.shape;
    if (node.opType !== "Reshape" || shape?.length !== 6) return false;
    const [, , rows, down, columns, across] = shape as readonly number[];
    return rows! * down! === height && columns! * across! === width;
  });
  const shape = fold && (context.facts.get(fold.outputs[0]!)?.shape as readonly number[]);
  if (!shape) return { grid: null, patchSize: null };
  return { grid: { rows: shape[2]!, columns: shape[4]! }, patchSize: shape[3]! };
}

/** Breadth first against the flow of the picture. */
function nearest(context: FlowContext, from: string, isWanted: (node: Node) => boolean): Node | undefined {
  const seen = new Set([from]);
  // A set grows while it is walked, so it is the queue too.
  for (const name of seen) {
    const node = context.index.producers.get(name);
    if (node === undefined) continue;
    if (isWanted(node)) return node;
    for (const input of node.inputs) if (context.fromImage.has(input)) seen.add(input);
  }
  return undefined;
}

/**
 * Learnt tokens that are put before the patches, counted where they are joined to them: constants beside the
 * picture in a Concat along the tokens. Used where sizes alone don't tell.
 */
export function countJoinedTokens(context: FlowContext, tensor: string): number | null {
  const behind = tokensBehind(context, tensor);
  let count: number | null = 0;
  for (const node of context.index.order) {
    if (node.opType !== "Concat" || !behind.has(node.outputs[0]!)) continue;
    const learnt = node.inputs.filter((name) => !context.fromImage.has(name));
    if (learnt.length === 0 || learnt.length === node.inputs.length) continue;
    for (const name of learnt) {
      const shape = context.facts.get(name)?.shape;
      const axis = intAttribute(node, "axis") ?? 1;
      const length = shape?.at(axis) ?? null;
      count = count === null || length === null ? null : count + length;
    }
  }
  return count;
}

function tokensBehind(context: FlowContext, tensor: string): ReadonlySet<string> {
  const behind = new Set([tensor]);
  for (const name of behind) {
    const node = context.index.producers.get(name);
    for (const input of node?.inputs ?? []) if (context.fromImage.has(input)) behind.add(input);
  }
  return behind;
}
