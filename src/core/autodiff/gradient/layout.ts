// Gradients of operators that move or repeat elements: they move them back, or add the repeated ones.
import type { Ref } from "../graph-builder.ts";
import { inverseOrder, transposeOrder } from "../layout-operations.ts";
import { perInput, type Rule, type RuleTable } from "../rule.ts";

const reshape: Rule = (node, upstream, builder) =>
  perInput(node, builder, () => builder.reshape(upstream, builder.dims(node.inputs[0]!)));

const identity: Rule = (_, upstream) => [upstream];

const transpose: Rule = (node, upstream, builder) => {
  const order = transposeOrder(node, builder.dims(upstream).length);
  return [builder.transpose(upstream, inverseOrder(order))];
};

const expand: Rule = (node, upstream, builder) =>
  perInput(node, builder, () => builder.sumTo(upstream, node.inputs[0]!));

/** Each axis as repeats x size, and the repeats summed. */
const tile: Rule = (node, upstream, builder) => {
  const [x] = node.inputs as readonly [Ref];
  const dims = builder.dims(x);
  const tiled = builder.dims(upstream);
  const split = dims.flatMap((size, axis) => [tiled[axis]! / size, size]);
  const repeats = dims.map((_, axis) => 2 * axis);
  return [builder.reshape(builder.sum(builder.reshape(upstream, split), repeats), dims)];
};

const cast: Rule = (node, upstream, builder) =>
  perInput(node, builder, () => builder.cast(upstream, builder.elementType(node.inputs[0]!)));

/** Blocks of channels and blocks of pixels, exchanged by a Transpose of six axes. */
const depthToSpace: Rule = (node, upstream, builder) => {
  const [channels, height, width] = builder.dims(node.inputs[0]!).slice(1) as [number, number, number];
  const block = builder.dims(upstream)[2]! / height;
  const depth = channels / (block * block);
  const split = builder.reshape(upstream, [-1, depth, height, block, width, block]);
  const isByRow = node.attributes.some(
    ({ name, ...value }) => name === "mode" && value.kind === "string" && value.value[0] === 0x43,
  );
  const order = isByRow ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4];
  return [builder.reshape(builder.transpose(split, order), builder.dims(node.inputs[0]!))];
};

const spaceToDepth: Rule = (node, upstream, builder) => {
  const [channels, height, width] = builder.dims(node.inputs[0]!).slice(1) as [number, number, number];
  const block = height / builder.dims(upstream)[2]!;
  const split = builder.reshape(upstream, [-1, block, block, channels, height / block, width / block]);
  const merged = builder.transpose(split, [0, 3, 4, 1, 5, 2]);
  return [builder.reshape(merged, builder.dims(node.inputs[0]!))];
};

export const layoutGradients = {
  Reshape: reshape,
  Flatten: reshape,
  Squeeze: reshape,
  Unsqueeze: reshape,
  Transpose: transpose,
  Expand: expand,
  Tile: tile,
  Identity: identity,
  Dropout: identity,
  Cast: cast,
  CastLike: cast,
  DepthToSpace: depthToSpace,
  SpaceToDepth: spaceToDepth,
} satisfies RuleTable;
