import { describe, expect, it } from "vitest";
import type { Orientation } from "./headers/format.ts";
import { orientRgba } from "./orient.ts";
import type { RgbaImage } from "./rgba-image.ts";

/** Letters as pixels, a row a string. */
function picture(...rows: readonly string[]): RgbaImage {
  const data = new Uint8ClampedArray([...rows.join("")].flatMap((letter) => [letter.charCodeAt(0), 1, 2, 3]));
  return { width: rows[0].length, height: rows.length, data };
}

describe("orientRgba", () => {
  // The upright picture is the letter F; the eight stored forms are those of the EXIF standard, table of tag 0x0112.
  const upright = picture("FF", "F.", "f.");
  it.each<[Orientation, readonly string[]]>([
    [1, ["FF", "F.", "f."]],
    [2, ["FF", ".F", ".f"]],
    [3, [".f", ".F", "FF"]],
    [4, ["f.", "F.", "FF"]],
    [5, ["FFf", "F.."]],
    [6, ["F..", "FFf"]],
    [7, ["..F", "fFF"]],
    [8, ["fFF", "..F"]],
  ])("%i becomes upright", (orientation, stored) => {
    expect(orientRgba(picture(...stored), orientation)).toEqual(upright);
  });
});
