// From pixels to the tensor a classifier takes.
import type { Preprocessing } from "../models/descriptor.ts";
import { planFrame } from "./frame.ts";
import { packedPixels } from "./packed-pixels.ts";
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
  const pixels = packedPixels(image);
  const plane = pixels.length;
  const tensor = new Float32Array(3 * plane);
  const [reds, greens, blues] = mean.map((each, channel) => normalisedValues(each, std[channel]));
  for (let pixel = 0; pixel < plane; pixel++) {
    const colour = pixels[pixel];
    tensor[pixel] = reds[colour & 255];
    tensor[plane + pixel] = greens[(colour >>> 8) & 255];
    tensor[2 * plane + pixel] = blues[(colour >>> 16) & 255];
  }
  return tensor;
}

/** The result for each of the 256 pixel values. */
function normalisedValues(mean: number, std: number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, value) =>
    Math.fround(Math.fround(Math.fround(value / 255) - Math.fround(mean)) / Math.fround(std)),
  );
}
