// One picture of a path: the picture made darker, or with noise that its seed decides.
import type { FloatArray, PictureVariant } from "./tensors.ts";

/**
 * `scale * x + deviation * (max x - min x) * n`, n standard normal.
 * @param pixels x, normalised, of any shape.
 * @returns a new array of the same type.
 */
export function varyPicture<Pixels extends FloatArray>(
  pixels: Pixels,
  { scale, noise }: PictureVariant,
): Pixels {
  const varied = pixels.slice() as Pixels;
  for (let i = 0; i < varied.length; i++) varied[i] *= scale;
  if (noise === undefined) return varied;
  const deviation = noise.deviation * range(pixels);
  const next = standardNormal(noise.seed);
  for (let i = 0; i < varied.length; i++) varied[i] += deviation * next();
  return varied;
}

function range(pixels: FloatArray): number {
  let [smallest, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < pixels.length; i++) {
    smallest = Math.min(smallest, pixels[i]);
    largest = Math.max(largest, pixels[i]);
  }
  return largest - smallest;
}

/**
 * Independent normal numbers of mean 0 and deviation 1, the same in every browser for the same seed.
 * @param seed a whole number, taken modulo 2^32; neighbours give unrelated numbers.
 * @see Box & Muller 1958
 */
export function standardNormal(seed: number): () => number {
  const uniform = uniformNumbers(seed);
  let kept: number | null = null;
  return () => {
    if (kept !== null) {
      const number = kept;
      kept = null;
      return number;
    }
    // 1 - u is never 0, whose logarithm would be infinite.
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    kept = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/** Numbers in 0..1 without 1: a counter, whose bits are mixed until none shows in the result. */
function uniformNumbers(seed: number): () => number {
  let counter = mixed(seed >>> 0);
  return () => {
    counter = (counter + goldenStep) >>> 0;
    return mixed(counter) / 2 ** 32;
  };
}

/** An odd number near 2^32 divided by the golden ratio: the counter visits all values, far apart. */
const goldenStep = 0x9e3779b9;

/** The finaliser of MurmurHash3: every bit of the argument changes half of the bits of the result. */
function mixed(value: number): number {
  let bits = value;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
