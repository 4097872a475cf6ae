// Which input samples an output sample is made of, and with which weights: Pillow's antialiased filters.

/** `bicubic` is Keys' cubic with a = -0.5. All widen by the reduction factor, so that shrinking averages. */
export type ResampleFilter = "bicubic" | "bilinear" | "box";

/** Weights of `count` neighbouring output samples along one axis. */
export interface ResampleKernel {
  /** First input sample of each output sample, `[count]`. */
  readonly starts: Int32Array;
  /** Number of input samples of each output sample, `[count]`. */
  readonly lengths: Int32Array;
  /** `[count, taps]`, each row sums to 1; entries past `lengths` are 0. */
  readonly weights: Float64Array;
  /** Row length of `weights`. */
  readonly taps: number;
  readonly count: number;
}

interface FilterShape {
  /** Half width in samples, before it is widened by the reduction. */
  readonly support: number;
  readonly weight: (distance: number) => number;
}

const filterShapes: Readonly<Record<ResampleFilter, FilterShape>> = {
  bicubic: { support: 2, weight: cubic },
  bilinear: { support: 1, weight: (distance) => Math.max(0, 1 - Math.abs(distance)) },
  // Half open: a sample exactly between two cells belongs to one of them only.
  box: { support: 0.5, weight: (distance) => (distance > -0.5 && distance <= 0.5 ? 1 : 0) },
};

/**
 * Weights for the output samples `first` to `first + count - 1` of an axis that goes from `inputSize` to
 * `outputSize` samples. Evaluated in the order of Pillow's C code, so that doubles round as there.
 */
export function resampleKernel(
  inputSize: number,
  outputSize: number,
  filter: ResampleFilter,
  first: number,
  count: number,
): ResampleKernel {
  const { support: baseSupport, weight } = filterShapes[filter];
  const scale = inputSize / outputSize;
  const widening = Math.max(1, scale);
  const support = baseSupport * widening;
  const inverseWidening = 1 / widening;
  const taps = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(count);
  const lengths = new Int32Array(count);
  const weights = new Float64Array(count * taps);
  for (let index = 0; index < count; index++) {
    const centre = (first + index + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const length = Math.min(inputSize, Math.trunc(centre + support + 0.5)) - start;
    const row = index * taps;
    let sum = 0;
    for (let tap = 0; tap < length; tap++) {
      const value = weight((tap + start - centre + 0.5) * inverseWidening);
      weights[row + tap] = value;
      sum += value;
    }
    if (sum !== 0) for (let tap = 0; tap < length; tap++) weights[row + tap] /= sum;
    starts[index] = start;
    lengths[index] = length;
  }
  return { starts, lengths, weights, taps, count };
}

/** The weights as integers of 22 fractional bits, halves rounded away from zero, as Pillow's 8-bit passes use them. */
export function fixedPointWeights(kernel: ResampleKernel): Int32Array {
  const fixed = new Int32Array(kernel.weights.length);
  for (let index = 0; index < fixed.length; index++) {
    const scaled = kernel.weights[index] * 2 ** FIXED_POINT_BITS;
    fixed[index] = Math.trunc(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
  }
  return fixed;
}

/** 32 bits less 8 for the pixel and 2 for sums that overshoot. */
export const FIXED_POINT_BITS = 22;

function cubic(distance: number): number {
  const a = -0.5;
  const x = Math.abs(distance);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}
