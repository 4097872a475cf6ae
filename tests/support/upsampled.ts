// Maps of the tiny ViT's patches as LeGrad's authors give them out: a value for every pixel.
import { goldenSizes } from "./golden-sizes.ts";

/** Between the centres of patches in straight lines, and flat beyond the outer ones; `[S*S]`. */
export function upsampled(patches: Float64Array): Float64Array {
  const { side, patch, grid } = goldenSizes;
  const between = Array.from({ length: side }, (_, pixel) => {
    const centre = Math.min(Math.max((pixel + 0.5) / patch - 0.5, 0), grid - 1);
    const before = Math.max(0, Math.min(Math.floor(centre), grid - 2));
    return { before, after: Math.min(before + 1, grid - 1), share: centre - before };
  });
  const along = (values: (at: number) => number, { before, after, share }: (typeof between)[number]) =>
    (1 - share) * values(before) + share * values(after);
  return Float64Array.from({ length: side * side }, (_, index) => {
    const [row, column] = [between[Math.floor(index / side)]!, between[index % side]!];
    return along((y) => along((x) => patches[grid * y + x]!, column), row);
  });
}
