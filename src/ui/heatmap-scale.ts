// From raw map values to colours: where the scale begins and ends, and what its numbers mean.
import { type ColourMapId, colourMapOf, paintHeatmap } from "../core/vision/colour-maps.ts";
import { type DivergingMapId, divergingMapOf } from "../core/vision/diverging-maps.ts";
import type { RgbaImage } from "../core/vision/rgba-image.ts";
import { upsample } from "../core/vision/upsample.ts";
import type { ShownMap } from "./shown-map.ts";
import type { Interpolation, ScaleStart } from "./state/app-state.ts";

/** The range of one map, in its own unit. */
export interface HeatmapScale {
  readonly low: number;
  readonly high: number;
  /** The mean over all cells: 1× on the colour bar. */
  readonly mean: number;
  /** Whether zero lies in the middle and both ends mean the same size. */
  readonly diverges: boolean;
  /** Whether values lie beyond the ends, and have their colours. */
  readonly clipped: boolean;
}

/** Pixels along the longer side of a painted map: enough for smooth edges, few enough for a slider step. */
const paintedSide = 224;
/** Share of a pixel map's values beyond the scale: a few extreme pixels would leave all others in one colour. */
const pixelClip = 0.01;

/** The scale of a shown map: from zero to both sides if it has a sign, clipped if its cells are pixels. */
export function scaleOf(
  map: Pick<ShownMap, "values" | "signed" | "resolution">,
  start: ScaleStart,
): HeatmapScale {
  const scale = heatmapScale(map.values, start);
  const end = map.resolution === "pixels" ? clippedEnd(map.values) : null;
  const high = Math.min(scale.high, end ?? Number.POSITIVE_INFINITY);
  const clipped = end !== null && end < Math.max(scale.high, -scale.low);
  if (!map.signed) return { ...scale, high, clipped };
  const size = end ?? Math.max(scale.high, -scale.low);
  return { ...scale, low: -size, high: size, diverges: true, clipped };
}

export function heatmapScale(values: Float32Array, start: ScaleStart): HeatmapScale {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
    sum += value;
  }
  if (start === "zero") low = Math.min(0, low);
  return { low, high, mean: sum / values.length, diverges: false, clipped: false };
}

/** The magnitude that only a share of `pixelClip` exceeds; `null` where that is zero, and clips nothing. */
function clippedEnd(values: Float32Array): number | null {
  const sizes = values.map(Math.abs).sort();
  return sizes[Math.ceil((1 - pixelClip) * sizes.length) - 1] || null;
}

/** Whether there is nothing to tell apart. */
export function isUniform({ low, high }: HeatmapScale): boolean {
  return !(high > low);
}

/** Where `value` lies on the scale, 0..1; on a scale without length at its foot, or at zero if it diverges. */
export function positionOnScale(scale: HeatmapScale, value: number): number {
  if (isUniform(scale)) return scale.diverges ? 0.5 : 0;
  return (value - scale.low) / (scale.high - scale.low);
}

/** `value` as a multiple of the average patch. */
export function timesAverage(scale: HeatmapScale, value: number): number {
  return scale.mean === 0 ? 0 : value / scale.mean;
}

/** How a map is painted; which colours depends on whether its scale diverges. */
export interface MapLook {
  readonly colourMap: ColourMapId;
  readonly divergingMap: DivergingMapId;
  readonly interpolation: Interpolation;
}

/**
 * Paints positions on a scale, 0..1. Where it diverges, colours fade out towards zero, so that the picture is seen
 * where there is nothing to say: they are opaque from half way to each end.
 */
export function paintPositions(
  positions: Float32Array,
  width: number,
  height: number,
  { diverges }: Pick<HeatmapScale, "diverges">,
  look: Pick<MapLook, "colourMap" | "divergingMap">,
): RgbaImage {
  if (!diverges) return paintHeatmap(positions, width, height, colourMapOf(look.colourMap).table);
  const image = paintHeatmap(positions, width, height, divergingMapOf(look.divergingMap).table);
  for (let index = 0; index < positions.length; index++)
    image.data[4 * index + 3] = 255 * Math.min(1, 4 * Math.abs(positions[index] - 0.5));
  return image;
}

/** Paints a `[rows, columns]` map, the longer side at most `paintedSide` pixels long. */
export function paintMap(
  values: Float32Array,
  grid: { readonly rows: number; readonly columns: number },
  scale: HeatmapScale,
  look: MapLook,
): RgbaImage {
  const shares = Float32Array.from(values, (value) => positionOnScale(scale, value));
  const factor = Math.max(1, Math.floor(paintedSide / Math.max(grid.rows, grid.columns)));
  const width = grid.columns * factor;
  const height = grid.rows * factor;
  const mode = look.interpolation === "smooth" ? "bilinear" : "nearest";
  const fine = upsample(shares, grid.columns, grid.rows, width, height, mode);
  return paintPositions(fine, width, height, scale, look);
}
