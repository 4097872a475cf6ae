// PNG in all its kinds.
import type { PictureHeader } from "../../../src/core/vision/picture-header.ts";
import type { RgbaImage } from "../../../src/core/vision/rgba-image.ts";
import { noise, withoutAlpha } from "./noise.ts";
import { height, opaque, other, type PictureFile, picture, transparent, width } from "./picture-file.ts";
import { type PngOptions, writePng } from "./write-png.ts";

/** Samples of a picture as PNG stores them. */
function samples(image: RgbaImage, ...channels: readonly number[]): number[] {
  const pixels = Array.from({ length: image.width * image.height }, (_, pixel) => pixel);
  return pixels.flatMap((pixel) => channels.map((channel) => image.data[4 * pixel + channel]));
}

export function pngFiles(): PictureFile[] {
  const png = (
    name: string,
    options: Omit<PngOptions, "width" | "height">,
    expected: RgbaImage,
    header: Partial<PictureHeader>,
  ): PictureFile => {
    const bytes = writePng({ width, height, ...options });
    return { name: `${name}.png`, bytes, expected, tolerance: 0, header: { type: "PNG", ...header } };
  };
  const red = samples(opaque, 0);
  const grey = picture((pixel) => [red[pixel], red[pixel], red[pixel]]);
  const palette = Uint8Array.from({ length: 768 }, noise(4));
  const indexed = picture((pixel) => [...palette.subarray(3 * red[pixel], 3 * red[pixel] + 3)]);
  const alphas = Uint8Array.from({ length: 256 }, (_, index) => index);
  const wide = (values: readonly number[]) => values.map((value) => (value << 8) | (255 - value));
  const rgb = { colourType: 2, bitDepth: 8, samples: samples(opaque, 0, 1, 2) } as const;
  const rgba = { colourType: 6, bitDepth: 8, samples: samples(transparent, 0, 1, 2, 3) } as const;
  const darkGamma = ["gAMA", Uint8Array.of(0, 0, 0x75, 0x30)] as const;
  return [
    png("rgb", rgb, opaque, { colour: "rgb", bitDepth: 8, hasAlpha: false, animated: false }),
    png("rgba", rgba, withoutAlpha(transparent), { colour: "rgb", hasAlpha: true }),
    png("grey", { ...rgb, colourType: 0, samples: red }, grey, { colour: "grey", hasAlpha: false }),
    png(
      "grey-alpha",
      { ...rgb, colourType: 4, samples: samples(transparent, 0, 3) },
      picture((pixel) => Array(3).fill(transparent.data[4 * pixel])),
      { colour: "grey", hasAlpha: true },
    ),
    png(
      "black-and-white",
      { colourType: 0, bitDepth: 1, samples: red.map((value) => value & 1) },
      picture((pixel) => Array(3).fill(255 * (red[pixel] & 1))),
      { colour: "grey", bitDepth: 1 },
    ),
    png("palette", { ...rgb, colourType: 3, samples: red, chunks: [["PLTE", palette]] }, indexed, {
      colour: "palette",
      hasAlpha: false,
    }),
    png(
      "palette-transparent",
      { ...rgb, colourType: 3, samples: red, chunks: [["PLTE", palette], ["tRNS", alphas]] }, // biome-ignore format: one line
      indexed,
      { colour: "palette", hasAlpha: true },
    ),
    png(
      "one-transparent-colour",
      { ...rgb, chunks: [["tRNS", Uint8Array.of(0, rgb.samples[0], 0, rgb.samples[1], 0, rgb.samples[2])]] },
      opaque,
      { hasAlpha: true },
    ),
    png("sixteen-bit", { ...rgb, bitDepth: 16, samples: wide(rgb.samples) }, opaque, { bitDepth: 16 }),
    png(
      "sixteen-bit-alpha",
      { ...rgba, bitDepth: 16, samples: wide(rgba.samples) },
      withoutAlpha(transparent),
      { bitDepth: 16, hasAlpha: true },
    ),
    // Pillow clips these to white; the upper eight bits are what everyone else shows.
    png("sixteen-bit-grey", { colourType: 0, bitDepth: 16, samples: wide(red) }, grey, { bitDepth: 16 }),
    png("gamma", { ...rgb, chunks: [darkGamma] }, opaque, {}),
    png("gamma-alpha", { ...rgba, chunks: [darkGamma] }, withoutAlpha(transparent), { hasAlpha: true }),
    png("animated", { ...rgb, secondFrame: samples(other, 0, 1, 2) }, opaque, { animated: true }),
  ];
}
