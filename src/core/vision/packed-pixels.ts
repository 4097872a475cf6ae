// Looks at a picture's pixels as 32-bit words: one load or store moves all four channels.
import type { RgbaImage } from "./rgba-image.ts";

/** One word a pixel; red is the low byte on every machine that runs browsers. Shares memory where alignment allows. */
export function packedPixels(image: RgbaImage): Uint32Array {
  const { data, width, height } = image;
  if (data.byteOffset % 4 === 0) return new Uint32Array(data.buffer, data.byteOffset, width * height);
  return new Uint32Array(data.slice().buffer);
}
