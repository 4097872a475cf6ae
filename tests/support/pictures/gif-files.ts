// GIF: still, animated, transparent, with frames smaller than the screen.
import { noise } from "./noise.ts";
import { height, type PictureFile, picture, width } from "./picture-file.ts";
import { type GifFrame, writeGif } from "./write-gif.ts";

export function gifFiles(): PictureFile[] {
  const next = noise(5);
  const palette = Array.from({ length: 24 }, next);
  const own = Array.from({ length: 24 }, next);
  const indices = Array.from({ length: width * height }, () => next() & 7);
  const whole: GifFrame = { left: 0, top: 0, width, height, indices };
  const colour = (table: readonly number[], index: number) => table.slice(3 * index, 3 * index + 3);
  const gif = (
    name: string,
    frames: readonly GifFrame[],
    hasAlpha: boolean,
    animated = false,
  ): PictureFile => {
    const [{ left, top, width: across, height: down, transparentIndex = 0, palette: table = palette }] =
      frames;
    // What the first frame does not cover has the transparent colour's place in the palette, or the first.
    const expected = picture((pixel) => {
      const x = (pixel % width) - left;
      const y = Math.floor(pixel / width) - top;
      const covered = x >= 0 && y >= 0 && x < across && y < down;
      return colour(table, covered ? frames[0].indices[y * across + x] : transparentIndex);
    });
    const bytes = writeGif(width, height, palette, frames);
    const header = { type: "GIF", hasAlpha, animated, colour: "palette", bitDepth: 3 } as const;
    return { name: `${name}.gif`, bytes, expected, tolerance: 0, header };
  };
  const part = { ...whole, left: 4, top: 3, width: 20, height: 15 };
  return [
    gif("still", [whole], false),
    gif("transparent", [{ ...whole, transparentIndex: 3 }], true),
    gif("transparent-own-palette", [{ ...whole, transparentIndex: 6, palette: own }], true),
    gif("small-frame", [part], true),
    gif("small-frame-transparent", [{ ...part, transparentIndex: 2, palette: own }], true),
    gif("animated", [whole, { ...whole, indices: indices.map((index) => 7 - index) }], false, true),
  ];
}
