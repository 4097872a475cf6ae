// Where in a picture the model looks: the size it is brought to, and the square that is cut out of that.
import type { Preprocessing } from "../models/descriptor.ts";

/** The picture is resized to `resizedWidth x resizedHeight`, then `size x size` pixels are cut out at `left`, `top`. */
export interface Frame {
  readonly resizedWidth: number;
  readonly resizedHeight: number;
  readonly left: number;
  readonly top: number;
  readonly size: number;
}

/** A rectangle in the picture's own pixels; fractions occur. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The frame of a `width x height` picture. `crop` follows the usual evaluation of image classifiers: shorter side to
 * `shorterSide`, the longer one truncated to whole pixels, the centre rounded half to even as Python does.
 * A `shorterSide` below `size` counts as `size`: the model never sees padding.
 */
export function planFrame(width: number, height: number, preprocessing: Preprocessing): Frame {
  const { framing, size } = preprocessing;
  if (framing === "squash") return { resizedWidth: size, resizedHeight: size, left: 0, top: 0, size };
  const shorterSide = Math.max(size, preprocessing.shorterSide);
  const upright = width <= height;
  const resizedWidth = upright ? shorterSide : Math.trunc((shorterSide * width) / height);
  const resizedHeight = upright ? Math.trunc((shorterSide * height) / width) : shorterSide;
  return {
    resizedWidth,
    resizedHeight,
    left: roundHalfToEven((resizedWidth - size) / 2),
    top: roundHalfToEven((resizedHeight - size) / 2),
    size,
  };
}

/** The part of the `width x height` picture that the frame shows. */
export function sourceRegion(frame: Frame, width: number, height: number): Region {
  const across = width / frame.resizedWidth;
  const down = height / frame.resizedHeight;
  return {
    x: frame.left * across,
    y: frame.top * down,
    width: frame.size * across,
    height: frame.size * down,
  };
}

/** Python's `round`: 1.5 and 2.5 both become 2. */
export function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
