// What LeGrad's authors do with a map before they give it out: pixels instead of patches, values from 0 to 1.

/** 4 x 4 patches as 32 x 32 pixels, between half-pixel centres in straight lines, and flat beyond the outer ones. */
export function upsampled(patches: Float64Array): Float64Array {
  const between = Array.from({ length: 32 }, (_, pixel) => {
    const centre = Math.min(Math.max((pixel + 0.5) / 8 - 0.5, 0), 3);
    const before = Math.min(Math.floor(centre), 2);
    return { before, share: centre - before };
  });
  const along = (values: (at: number) => number, { before, share }: (typeof between)[number]) =>
    (1 - share) * values(before) + share * values(before + 1);
  return Float64Array.from({ length: 32 * 32 }, (_, index) => {
    const [row, column] = [between[index >> 5]!, between[index & 31]!];
    return along((y) => along((x) => patches[4 * y + x]!, column), row);
  });
}

/** From its smallest value to its largest as 0..1. */
export function stretched(map: Float64Array): Float64Array {
  const [smallest, largest] = [Math.min(...map), Math.max(...map)];
  return map.map((value) => (value - smallest) / (largest - smallest));
}
