// Colours for heatmaps: tables of 256 colours, and the painting of a map with one of them.
import { interpolateInferno, interpolateTurbo, interpolateViridis } from "d3-scale-chromatic";
import { roundHalfToEven } from "./frame.ts";
import type { RgbaImage } from "./rgba-image.ts";

/** A table of colours, and what people need to know to choose it. */
export interface ColourMap<Id extends string = string> {
  readonly id: Id;
  readonly label: string;
  /** What to know before choosing it, in one sentence. */
  readonly note: string;
  /** 256 colours from low to high, interleaved R G B. */
  readonly table: Uint8Array<ArrayBuffer>;
}

/** All colour maps, the default first. */
export const colourMaps = [
  colourMap("turbo", "Turbo", "A rainbow with smooth lightness: small differences show.", (share) =>
    parseColour(interpolateTurbo(share)),
  ),
  colourMap("viridis", "Viridis", "Evenly spaced to the eye, and readable with colour blindness.", (share) =>
    parseColour(interpolateViridis(share)),
  ),
  colourMap(
    "inferno",
    "Inferno",
    "Evenly spaced, from black to light: quiet where the map is low.",
    (share) => parseColour(interpolateInferno(share)),
  ),
  colourMap("grey", "Grey", "Lightness only: what prints.", (share) => [
    255 * share,
    255 * share,
    255 * share,
  ]),
  colourMap(
    "jet",
    "Jet",
    "As in most papers; its uneven lightness draws edges that are not there.",
    jetColour,
  ),
] as const;

/** Names one of them. */
export type ColourMapId = (typeof colourMaps)[number]["id"];

/** The colour map of that id. */
export function colourMapOf(id: ColourMapId): ColourMap<ColourMapId> {
  return colourMaps.find((map) => map.id === id)!;
}

/**
 * Paints a map. The colour is number `trunc(255 * value)` of the table, in float32, as the authors' scripts choose it.
 * @param values `[height, width]`, 0..1; what lies outside is clamped.
 * @param table 256 colours, interleaved R G B.
 * @param alpha opacity of the result, 0..1.
 */
export function paintHeatmap(
  values: Float32Array,
  width: number,
  height: number,
  table: Uint8Array,
  alpha = 1,
): RgbaImage {
  const palette = packedPalette(table, Math.round(255 * Math.min(1, Math.max(0, alpha))));
  const pixels = new Uint32Array(width * height);
  for (let index = 0; index < pixels.length; index++) {
    const level = Math.fround(255 * values[index]);
    pixels[index] = palette[level >= 255 ? 255 : level > 0 ? level | 0 : 0];
  }
  return { width, height, data: new Uint8ClampedArray(pixels.buffer) };
}

/** One 32-bit word a colour, in the byte order of this machine: one store paints a pixel. */
function packedPalette(table: Uint8Array, alpha: number): Uint32Array {
  const bytes = new Uint8Array(256 * 4);
  for (let level = 0; level < 256; level++) {
    bytes.set(table.subarray(3 * level, 3 * level + 3), 4 * level);
    bytes[4 * level + 3] = alpha;
  }
  return new Uint32Array(bytes.buffer);
}

/**
 * A colour map from a function.
 * @param colour what stands at a share of the range, 0..1: red, green and blue, 0..255.
 */
export function colourMap<const Id extends string>(
  id: Id,
  label: string,
  note: string,
  colour: (share: number) => readonly [number, number, number],
): ColourMap<Id> {
  const table = new Uint8Array(256 * 3);
  for (let level = 0; level < 256; level++) table.set(colour(level / 255), 3 * level);
  return { id, label, note, table };
}

/** Reads `rgb(1, 2, 3)` and `#010203`: d3 writes both. */
export function parseColour(text: string): readonly [number, number, number] {
  const parts = text.startsWith("#")
    ? [1, 3, 5].map((start) => Number.parseInt(text.slice(start, start + 2), 16))
    : [...text.matchAll(/\d+/g)].map(Number);
  return [parts[0], parts[1], parts[2]];
}

/**
 * OpenCV's COLORMAP_JET: three trapezoids, 1.5 - |4 t - centre|, halves rounded to even; but its table is written in
 * decimals, and those of one blue fall just short of the half.
 */
function jetColour(share: number): readonly [number, number, number] {
  const level = Math.round(255 * share);
  const channel = (centre: number) =>
    roundHalfToEven(Math.min(255, Math.max(0, 382.5 - Math.abs(4 * level - 255 * centre))));
  return [channel(3), channel(2), level === 159 ? 1 : channel(1)];
}
