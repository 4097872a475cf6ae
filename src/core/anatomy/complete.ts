// Fills the gaps of an anatomy with the shapes that a first run has shown.
import { XaiError } from "../errors.ts";
import type {
  AttentionLayer,
  AttentionTensor,
  ClassifierAnatomy,
  CompleteAnatomy,
  Grid,
  ResidualStream,
} from "./anatomy.ts";
import { noAttention, onlyPooling } from "./refusals.ts";
import { countPrefix, sortAttention } from "./sort-attention.ts";

/** Shapes of values by name, as the runtime reports them. */
export type ObservedShapes = ReadonlyMap<string, readonly number[]>;

/**
 * @param observed shapes from a run on one picture: of the logits, of every attention tensor, and of the input
 * where the anatomy leaves its size open.
 * @throws anatomy/no-attention where the shapes turn out not to be N x N attention over the whole picture.
 * @throws engine/no-result where a shape is missing that is needed.
 */
export function completeAnatomy(anatomy: ClassifierAnatomy, observed: ObservedShapes): CompleteAnatomy {
  const candidates = anatomy.attention.map(({ tensor }) => {
    return { tensor, shape: needed(observed, tensor), queriesFromImage: true };
  });
  const sorted = sortAttention(candidates);
  if (sorted.attention.length === 0) throw onlyPooling();
  const attention = sorted.attention.map((each) => ({ ...layerOf(anatomy, each), ...withSizes(each) }));
  const { tokens } = attention[0]!;
  const image = observed.get(anatomy.input.name);
  const { grid, patchSize, size } = patches(anatomy, tokens, image?.[2] ?? anatomy.input.size);
  const prefixTokens = countPrefix(tokens, grid.rows * grid.columns);
  const classes = anatomy.logits.classes ?? needed(observed, anatomy.logits.name).at(-1)!;
  return {
    ...anatomy,
    input: { ...anatomy.input, channels: anatomy.input.channels ?? image?.[1] ?? 3, size },
    logits: { ...anatomy.logits, classes },
    attention,
    pooling: [...sorted.pooling, ...anatomy.pooling],
    stream: streamOf(anatomy, attention),
    ...{ grid, patchSize, tokens, prefixTokens },
    outputTokens: anatomy.stream?.head.outputTokens ?? usualOutputTokens(tokens, prefixTokens),
  };
}

function needed(observed: ObservedShapes, name: string): readonly number[] {
  const shape = observed.get(name);
  if (shape === undefined) throw new XaiError("engine/no-result", { what: name });
  return shape;
}

function layerOf({ attention }: ClassifierAnatomy, { tensor }: AttentionTensor): AttentionLayer {
  return attention.find((layer) => layer.tensor === tensor)!;
}

/** Without the blocks of what turned out to pool. */
function streamOf(
  { attention, stream }: ClassifierAnatomy,
  kept: readonly AttentionTensor[],
): ResidualStream | null {
  if (stream === null) return null;
  const names = new Set(kept.map(({ tensor }) => tensor));
  return { ...stream, blocks: stream.blocks.filter((_, layer) => names.has(attention[layer]!.tensor)) };
}

/**
 * Where class scores usually are read: at the class token; at class and distillation token; or, without a class
 * token, at all patches.
 */
function usualOutputTokens(tokens: number, prefixTokens: number): readonly number[] {
  if (prefixTokens === 0) return Array.from({ length: tokens }, (_, token) => token);
  return prefixTokens === 2 ? [0, 1] : [0];
}

function withSizes({ tensor, heads, tokens }: AttentionTensor) {
  if (heads === null || tokens === null) throw noAttention(`the shape of ${tensor} is not that of attention`);
  return { tensor, heads, tokens };
}

/** The grid from the sizes where they are known, else from the tokens, as a square. */
function patches(
  anatomy: ClassifierAnatomy,
  tokens: number,
  size: number | null,
): { readonly grid: Grid; readonly patchSize: number; readonly size: number } {
  const side = gridSide(anatomy, tokens, size);
  const grid = anatomy.grid ?? { rows: side, columns: side };
  const patchSize = anatomy.patchSize ?? (size === null ? null : size / grid.rows);
  if (patchSize === null) throw noAttention("neither the size of the picture nor of a patch can be told");
  return { grid, patchSize, size: size ?? patchSize * grid.rows };
}

function gridSide(anatomy: ClassifierAnatomy, tokens: number, size: number | null): number {
  const { patchSize, prefixTokens } = anatomy;
  if (size !== null && patchSize !== null) return Math.floor(size / patchSize);
  const side = Math.sqrt(tokens - (prefixTokens ?? 0));
  if (Number.isInteger(side)) return side;
  throw noAttention(
    `${tokens} tokens, of which ${prefixTokens ?? 0} are no patches, do not make a square grid`,
  );
}
