// From pixels to the tensor a classifier takes.
import type { Preprocessing } from "../models/descriptor.ts";
import { planFrame } from "./frame.ts";
import { resampleRgba } from "./resample.ts";
import type { RgbaImage } from "./rgba-image.ts";

/** What the model sees: the cut-out as 8-bit pixels, and the same as its input tensor. */
export interface PreparedInput {
  /** `size x size` */
  readonly pixels: RgbaImage;
  /** `[3, size, size]` */
  readonly tensor: Float32Array<ArrayBuffer>;
}

/** Frames, resizes (Pillow's antialiased bicubic) and normalises a picture as the model was evaluated with. */
export function prepareInput(image: RgbaImage, preprocessing: Preprocessing): PreparedInput {
  const { resizedWidth, resizedHeight, left, top, size } = planFrame(
    image.width,
    image.height,
    preprocessing,
  );
  const box = { left, top, width: size, height: size };
  const pixels = resampleRgba(image, resizedWidth, resizedHeight, "bicubic", box);
  return { pixels, tensor: normalisePixels(pixels, preprocessing.mean, preprocessing.std) };
}

/**
 * `(pixel / 255 - mean) / std`, each step rounded to float32 as the usual Python pipelines do.
 * @returns `[3, height, width]`, channels red, green, blue; alpha is ignored.
 */
export function normalisePixels(
  image: RgbaImage,
  mean: readonly [number, number, number],
  std: readonly [number, number, number],
): Float32Array<ArrayBuffer> {
  const plane = image.width * image.height;
  const tensor = new Float32Array(3 * plane);
  for (let channel = 0; channel < 3; channel++) {
    const table = normalisedValues(mean[channel], std[channel]);
    const offset = channel * plane;
    for (let pixel = 0; pixel < plane; pixel++)
      tensor[offset + pixel] = table[image.data[4 * pixel + channel]];
  }
  return tensor;
}

/** The result for each of the 256 pixel values. */
function normalisedValues(mean: number, std: number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, value) =>
    Math.fround(Math.fround(Math.fround(value / 255) - Math.fround(mean)) / Math.fround(std)),
  );
}
