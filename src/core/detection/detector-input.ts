// The picture as Mask R-CNN2Go takes it.
import { roundHalfToEven } from "../vision/frame.ts";
import type { RgbaImage } from "../vision/rgba-image.ts";

/** Numbers with a shape, as a runtime takes and gives them. */
export interface FloatTensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

const shorterSide = 320;
const longestSide = 640;

/**
 * The size a picture is brought to (Pillow's bilinear filter) before detection: shorter side 320, unless the longer
 * one would then pass 640.
 */
export function planDetectorSize(width: number, height: number): PictureSize {
  const longer = Math.max(width, height);
  let scale = shorterSide / Math.min(width, height);
  if (roundHalfToEven(scale * longer) > longestSide) scale = longestSide / longer;
  return {
    width: Math.max(1, roundHalfToEven(scale * width)),
    height: Math.max(1, roundHalfToEven(scale * height)),
  };
}

/** The pixels as `[1, 3, height, width]`: blue, green, red, 0..255, no mean subtracted. */
export function detectorTensor(
  pixels: RgbaImage,
): FloatTensor & { readonly data: Float32Array<ArrayBuffer> } {
  const plane = pixels.width * pixels.height;
  const data = new Float32Array(3 * plane);
  for (let pixel = 0; pixel < plane; pixel++) {
    data[pixel] = pixels.data[4 * pixel + 2];
    data[plane + pixel] = pixels.data[4 * pixel + 1];
    data[2 * plane + pixel] = pixels.data[4 * pixel];
  }
  return { data, dims: [1, 3, pixels.height, pixels.width] };
}
