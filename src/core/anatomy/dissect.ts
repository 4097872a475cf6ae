// Takes a classifier's graph apart by data flow: picture in, patches, attention softmaxes, class scores out.
import { type GraphIndex, indexGraph } from "../onnx/graph-index.ts";
import { ElementType, type OnnxModel } from "../onnx/model.ts";
import { standardOpset } from "../onnx/operator-sets.ts";
import type { Shape } from "../onnx/shapes/facts.ts";
import { inferFacts } from "../onnx/shapes/infer-facts.ts";
import type { ClassifierAnatomy } from "./anatomy.ts";
import { findLogits } from "./find-logits.ts";
import { valuesFrom } from "./image-flow.ts";
import { findInputs, type Inputs } from "./image-input.ts";
import { countJoinedTokens, findPatchGrid, type PatchGrid } from "./patch-grid.ts";
import { attentionFree, refuseFused, refuseQuantised } from "./refusals.ts";
import {
  type FlowContext,
  type FoundAttention,
  findAttention,
  hasHiddenAttention,
} from "./softmax-attention.ts";
import { countPrefix, type SortedAttention, sortAttention } from "./sort-attention.ts";

/**
 * Sizes are those for a single picture; what the graph leaves open is null, see `completeAnatomy`.
 * @throws anatomy/no-attention for graphs without N x N attention over the whole picture, with the reason.
 * @throws anatomy/unsupported-input where the picture's input or the scores cannot be told.
 * @throws onnx/not-onnx where nodes wait for each other.
 */
export function dissect(model: OnnxModel): ClassifierAnatomy {
  const index = indexGraph(model.graph);
  const inputs = findInputs(model);
  const context = flowContext(model, index, inputs);
  refuseFused(context);
  const found = findAttention(context);
  if (found.length === 0) throw attentionFree(context, hasHiddenAttention(context));
  refuseQuantised(context);
  const { attention, pooling } = sorted(context, found);
  const { tensor, tokens } = attention[0]!;
  const joined = countJoinedTokens(context, tensor);
  const cut = findPatchGrid(context, tensor, inputs.input.name);
  const { size, grid, patchSize } = squarePatches(inputs.input.size, cut, tokens, joined);
  const isCounted = grid !== null && tokens !== null;
  const prefixTokens = isCounted ? countPrefix(tokens, grid.rows * grid.columns) : joined;
  const input = { ...inputs.input, size };
  const { otherInputs } = inputs;
  const logits = findLogits(context);
  return { input, otherInputs, logits, attention, pooling, patchSize, grid, tokens, prefixTokens };
}

function sorted(context: FlowContext, found: readonly FoundAttention[]): SortedAttention {
  return sortAttention(
    found.map(({ tensor, queriesFromImage }) => {
      const shape = context.facts.get(tensor)?.shape ?? null;
      return { tensor, shape, queriesFromImage };
    }),
  );
}

/** Facts for one picture, and where picture and text flow. */
function flowContext(model: OnnxModel, index: GraphIndex, inputs: Inputs): FlowContext {
  const { size, channels } = inputs.input;
  const picture: Shape = [1, channels ?? 3, size, size];
  const facts = inferFacts(model, index, new Map([[inputs.input.name, picture]]));
  const fromImage = valuesFrom(index, [inputs.input.name]);
  const integers = inputs.otherInputs.filter(({ elementType }) => isInteger(elementType));
  const fromIntegers = valuesFrom(
    index,
    integers.map(({ name }) => name),
  );
  // Masks are integers too: what makes an input text is that it picks rows of a table.
  const embedded = index.order.filter(({ opType, inputs: [table, rows] }) => {
    return opType === "Gather" && index.initializers.has(table ?? "") && fromIntegers.has(rows ?? "");
  });
  const fromOther = valuesFrom(
    index,
    embedded.flatMap(({ outputs }) => outputs),
  );
  return { index, facts, opset: standardOpset(model) ?? 0, fromImage, fromOther };
}

function isInteger(elementType: number): boolean {
  return elementType === ElementType.int64 || elementType === ElementType.int32;
}

interface SizedPatches extends PatchGrid {
  readonly size: number | null;
}

/**
 * What the graph leaves open of picture and patches, told by the tokens: learnt positions fix their number even
 * where the size of the picture is open, and a cut that is not recognised makes as many patches as tokens are left.
 * The patches are then taken to form a square.
 */
function squarePatches(
  size: number | null,
  { grid, patchSize }: PatchGrid,
  tokens: number | null,
  joined: number | null,
): SizedPatches {
  const side = tokens === null || joined === null ? Number.NaN : Math.sqrt(tokens - joined);
  if (grid !== null || !Number.isInteger(side) || side === 0) return { size, grid, patchSize };
  const square = { rows: side, columns: side };
  if (size === null && patchSize !== null) return { size: side * patchSize, grid: square, patchSize };
  if (size !== null && size % side === 0) return { size, grid: square, patchSize: size / side };
  return { size, grid, patchSize };
}
