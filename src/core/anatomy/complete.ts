// Fills the gaps of an anatomy with the shapes that a first run has shown.
import { XaiError } from "../errors.ts";
import type { AttentionTensor, ClassifierAnatomy, CompleteAnatomy, Grid } from "./anatomy.ts";
import { noAttention } from "./refusals.ts";
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
  const attention = sorted.attention.map(withSizes);
  const { tokens } = attention[0]!;
  const image = observed.get(anatomy.input.name);
  const { grid, patchSize, size } = patches(anatomy, tokens, image?.[2] ?? anatomy.input.size);
  const classes = anatomy.logits.classes ?? needed(observed, anatomy.logits.name).at(-1)!;
  return {
    ...anatomy,
    input: { ...anatomy.input, channels: anatomy.input.channels ?? image?.[1] ?? 3, size },
    logits: { ...anatomy.logits, classes },
    attention,
    pooling: [...sorted.pooling, ...anatomy.pooling],
    ...{ grid, patchSize, tokens, prefixTokens: countPrefix(tokens, grid.rows * grid.columns) },
  };
}

function needed(observed: ObservedShapes, name: string): readonly number[] {
  const shape = observed.get(name);
  if (shape === undefined) throw new XaiError("engine/no-result", { what: name });
  return shape;
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
