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
  const declared = flowContext(model, index, inputs, inputs.input.size);
  refuseFused(declared);
  const found = findAttention(declared);
  if (found.length === 0) throw attentionFree(declared, hasHiddenAttention(declared));
  refuseQuantised(declared);
  const size = inputs.input.size ?? sizeFromPositions(declared, found, inputs);
  const context = size === inputs.input.size ? declared : flowContext(model, index, inputs, size);
  const { attention, pooling } = sorted(context, found);
  const { tensor, tokens } = attention[0]!;
  const joined = countJoinedTokens(context, tensor);
  const cut = findPatchGrid(context, tensor, inputs.input.name);
  const { grid, patchSize } = cut.grid === null ? squareGrid(size, tokens, joined, cut) : cut;
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

/** Facts for one picture of the given size, and where picture and text flow. */
function flowContext(model: OnnxModel, index: GraphIndex, inputs: Inputs, size: number | null): FlowContext {
  const picture: Shape = [1, inputs.input.channels ?? 3, size, size];
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

/** Patches that were cut in a way that is not recognised: as many as tokens are left, in a square. */
function squareGrid(
  size: number | null,
  tokens: number | null,
  joined: number | null,
  cut: PatchGrid,
): PatchGrid {
  if (size === null || tokens === null || joined === null) return cut;
  const side = Math.sqrt(tokens - joined);
  if (!Number.isInteger(side) || side === 0 || size % side !== 0) return cut;
  return { grid: { rows: side, columns: side }, patchSize: size / side };
}

/**
 * The side of the picture where the input leaves it open but learnt positions fix the number of tokens.
 * @returns null where they don't, as in models that resize their positions.
 */
function sizeFromPositions(
  context: FlowContext,
  found: readonly FoundAttention[],
  inputs: Inputs,
): number | null {
  const { tensor, tokens } = sorted(context, found).attention[0]!;
  const { patchSize } = findPatchGrid(context, tensor, inputs.input.name);
  const prefix = countJoinedTokens(context, tensor);
  if (tokens === null || prefix === null || patchSize === null) return null;
  const side = Math.sqrt(tokens - prefix);
  return Number.isInteger(side) && side > 0 ? side * patchSize : null;
}
