// Random boxes for property tests.
import fc from "fast-check";

/** `[N,4]` with N from `least` to `most`: whole corners, `x0 <= x1`, `y0 <= y1`, near enough to overlap often. */
export function anyBoxes({ least, most }: { least: number; most: number }): fc.Arbitrary<Float32Array> {
  const start = fc.integer({ min: 0, max: 40 });
  const length = fc.integer({ min: 0, max: 25 });
  const box = fc
    .tuple(start, start, length, length)
    .map(([x, y, width, height]) => [x, y, x + width, y + height]);
  return fc.array(box, { minLength: least, maxLength: most }).map((boxes) => Float32Array.from(boxes.flat()));
}
