// The reference boxes that the region proposals are measured from, laid over every cell of the feature grid.

/** Which anchor of which cell: the order `(y, x, anchor)` in which equal scores keep their places. */
export interface AnchorGrid {
  /** `[A,4]`, the anchors of the cell at 0, 0. */
  readonly anchors: Float32Array;
  readonly rows: number;
  readonly columns: number;
  /** Picture pixels from one cell to the next. */
  readonly stride: number;
}

/** How many boxes the grid has: `rows * columns * A`. */
export function anchorCount({ anchors, rows, columns }: AnchorGrid): number {
  return (rows * columns * anchors.length) / 4;
}

/**
 * The anchors numbered `indices`, where `index = (y * columns + x) * A + anchor`.
 * @returns `[indices.length, 4]`
 */
export function anchorsAt(grid: AnchorGrid, indices: Int32Array): Float32Array {
  const { anchors, columns, stride } = grid;
  const perCell = anchors.length / 4;
  const boxes = new Float32Array(4 * indices.length);
  for (let row = 0; row < indices.length; row++) {
    const cell = Math.floor(indices[row] / perCell);
    const anchor = 4 * (indices[row] - cell * perCell);
    const left = stride * (cell % columns);
    const top = stride * Math.floor(cell / columns);
    boxes[4 * row] = anchors[anchor] + left;
    boxes[4 * row + 1] = anchors[anchor + 1] + top;
    boxes[4 * row + 2] = anchors[anchor + 2] + left;
    boxes[4 * row + 3] = anchors[anchor + 3] + top;
  }
  return boxes;
}

/**
 * Scores that come channel first, `[A, rows, columns]`, in the order of the grid: `[rows, columns, A]`.
 * The same for box differences, `[4A, rows, columns]`, with `perAnchor` 4.
 */
export function gridOrder(channels: Float32Array, grid: AnchorGrid, perAnchor: 1 | 4): Float32Array {
  const cells = grid.rows * grid.columns;
  const depth = (grid.anchors.length / 4) * perAnchor;
  const ordered = new Float32Array(cells * depth);
  for (let channel = 0; channel < depth; channel++) {
    for (let cell = 0; cell < cells; cell++)
      ordered[cell * depth + channel] = channels[channel * cells + cell];
  }
  return ordered;
}
