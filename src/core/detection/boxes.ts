// Rectangles as the detector writes them: `x0 y0 x1 y1` with both corners inside, so a box is `x1 - x0 + 1` wide.

/** One rectangle, in pixels of whatever picture it is said to belong to. */
export interface Box {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** Row `index` of `[N,4]`. */
export function boxAt(boxes: Float32Array, index: number): Box {
  const at = 4 * index;
  return { x0: boxes[at], y0: boxes[at + 1], x1: boxes[at + 2], y1: boxes[at + 3] };
}

/** Rows `indices` of `[N,4]`. */
export function rowsAt(boxes: Float32Array, indices: Int32Array): Float32Array {
  const chosen = new Float32Array(4 * indices.length);
  for (let row = 0; row < indices.length; row++)
    chosen.set(boxes.subarray(4 * indices[row], 4 * indices[row] + 4), 4 * row);
  return chosen;
}

/**
 * Overlap of rows `first` and `second` of two `[N,4]` arrays, as intersection over union with the "+1" widths.
 * @returns 0..1; 0 where they do not touch.
 * @see Detectron's `bbox_overlaps`, https://github.com/facebookresearch/Detectron
 */
export function intersectionOverUnion(
  boxes: Float32Array,
  first: number,
  others: Float32Array,
  second: number,
): number {
  const a = 4 * first;
  const b = 4 * second;
  const width = Math.min(boxes[a + 2], others[b + 2]) - Math.max(boxes[a], others[b]) + 1;
  if (!(width > 0)) return 0;
  const height = Math.min(boxes[a + 3], others[b + 3]) - Math.max(boxes[a + 1], others[b + 1]) + 1;
  if (!(height > 0)) return 0;
  const shared = width * height;
  return shared / (areaOf(boxes, a) + areaOf(others, b) - shared);
}

/** The boxes scaled by one factor across and one down, as a box between two sizes of the same picture is. */
export function scaleBox(box: Box, across: number, down: number): Box {
  return { x0: box.x0 * across, y0: box.y0 * down, x1: box.x1 * across, y1: box.y1 * down };
}

function areaOf(boxes: Float32Array, at: number): number {
  return (boxes[at + 2] - boxes[at] + 1) * (boxes[at + 3] - boxes[at + 1] + 1);
}
