// Enlarges a small map, such as 14 x 14 patches, to the size it is shown at.

/** `nearest` shows the grid as it is; `bilinear` is smooth. */
export type UpsampleMode = "nearest" | "bilinear";

/**
 * A map on a finer grid. `bilinear` has half-pixel centres, repeats the border and never averages: the same as
 * torch's `interpolate(mode="bilinear", align_corners=False)` and OpenCV's `INTER_LINEAR`.
 * @param values `[height, width]`
 * @returns `[newHeight, newWidth]`, within the range of `values`.
 */
export function upsample(
  values: Float32Array,
  width: number,
  height: number,
  newWidth: number,
  newHeight: number,
  mode: UpsampleMode,
): Float32Array<ArrayBuffer> {
  const axis = mode === "nearest" ? nearestAxis : bilinearAxis;
  const columns = axis(width, newWidth);
  const rows = axis(height, newHeight);
  const across = enlargeRows(values, width, height, columns);
  const output = new Float32Array(newWidth * newHeight);
  for (let row = 0; row < newHeight; row++) {
    const upper = rows.before[row] * newWidth;
    const lower = rows.after[row] * newWidth;
    const share = rows.share[row];
    const to = row * newWidth;
    for (let column = 0; column < newWidth; column++) {
      const top = across[upper + column];
      output[to + column] = top + share * (across[lower + column] - top);
    }
  }
  return output;
}

/** Every row of the small map at its new width: what the many new rows share. */
function enlargeRows(values: Float32Array, width: number, height: number, columns: Axis): Float64Array {
  const newWidth = columns.share.length;
  const output = new Float64Array(newWidth * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < newWidth; column++) {
      const left = values[row * width + columns.before[column]];
      const right = values[row * width + columns.after[column]];
      output[row * newWidth + column] = left + columns.share[column] * (right - left);
    }
  }
  return output;
}

/** For each output sample the two input samples it lies between, and how far it is from the first to the second. */
interface Axis {
  readonly before: Int32Array;
  readonly after: Int32Array;
  /** 0..1 */
  readonly share: Float64Array;
}

function bilinearAxis(inputSize: number, outputSize: number): Axis {
  const axis = emptyAxis(outputSize);
  const scale = inputSize / outputSize;
  for (let index = 0; index < outputSize; index++) {
    const position = Math.max(0, (index + 0.5) * scale - 0.5);
    const before = Math.min(inputSize - 1, Math.floor(position));
    axis.before[index] = before;
    axis.after[index] = Math.min(inputSize - 1, before + 1);
    axis.share[index] = position - before;
  }
  return axis;
}

function nearestAxis(inputSize: number, outputSize: number): Axis {
  const axis = emptyAxis(outputSize);
  for (let index = 0; index < outputSize; index++) {
    axis.before[index] = Math.floor((index * inputSize) / outputSize);
  }
  axis.after.set(axis.before);
  return axis;
}

function emptyAxis(size: number): Axis {
  return { before: new Int32Array(size), after: new Int32Array(size), share: new Float64Array(size) };
}
