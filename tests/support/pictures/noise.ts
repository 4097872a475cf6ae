// Pixels that no decoder can guess, the same in every run.
import type { RgbaImage } from "../../../src/core/vision/rgba-image.ts";

/** A linear congruential generator, 0..255. */
export function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  };
}

/** Opaque noise, or with every alpha from 0 up. */
export function noisePicture(width: number, height: number, seed = 1, transparent = false): RgbaImage {
  const next = noise(seed);
  const data = new Uint8ClampedArray(4 * width * height).map(next);
  for (let index = 3; index < data.length; index += 4) {
    data[index] = transparent ? (index >> 2 < width ? 0 : data[index]) : 255;
  }
  return { width, height, data };
}

/** Colours that change slowly, as in photographs: lossy formats keep them. */
export function gradientPicture(width: number, height: number): RgbaImage {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const x = pixel % width;
    const y = Math.floor(pixel / width);
    const colour = [(255 * x) / width, (255 * y) / height, 127 + 127 * Math.sin((x * x + y * y) / 300), 255];
    data.set(colour, 4 * pixel);
  }
  return { width, height, data };
}

/** The same colours, opaque. */
export function withoutAlpha(image: RgbaImage): RgbaImage {
  return { ...image, data: image.data.map((value, index) => (index % 4 === 3 ? 255 : value)) };
}
