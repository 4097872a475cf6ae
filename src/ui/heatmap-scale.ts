// From raw map values to colours: where the scale begins and ends, and what its numbers mean.
import { type ColourMapId, colourMapOf, paintHeatmap } from "../core/vision/colour-maps.ts";
import type { RgbaImage } from "../core/vision/rgba-image.ts";
import { upsample } from "../core/vision/upsample.ts";
import type { Interpolation, ScaleStart } from "./state/app-state.ts";

/** The range of one map, in its own unit. */
export interface HeatmapScale {
  readonly low: number;
  readonly high: number;
  /** The mean over all patches: 1× on the colour bar. */
  readonly mean: number;
}

/** Pixels along the longer side of a painted map: enough for smooth edges, few enough for a slider step. */
const paintedSide = 224;

export function heatmapScale(values: Float32Array, start: ScaleStart): HeatmapScale {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
    sum += value;
  }
  return { low: start === "zero" ? Math.min(0, low) : low, high, mean: sum / values.length };
}

/** Whether there is nothing to tell apart. */
export function isUniform({ low, high }: HeatmapScale): boolean {
  return !(high > low);
}

/** Where `value` lies on the scale, 0..1; 0 on a scale without length. */
export function positionOnScale(scale: HeatmapScale, value: number): number {
  return isUniform(scale) ? 0 : (value - scale.low) / (scale.high - scale.low);
}

/** `value` as a multiple of the average patch. */
export function timesAverage(scale: HeatmapScale, value: number): number {
  return scale.mean === 0 ? 0 : value / scale.mean;
}

/** Paints a `[rows, columns]` map, the longer side at most `paintedSide` pixels long. */
export function paintMap(
  values: Float32Array,
  grid: { readonly rows: number; readonly columns: number },
  scale: HeatmapScale,
  look: { readonly colourMap: ColourMapId; readonly interpolation: Interpolation },
): RgbaImage {
  const shares = Float32Array.from(values, (value) => positionOnScale(scale, value));
  const factor = Math.max(1, Math.floor(paintedSide / Math.max(grid.rows, grid.columns)));
  const width = grid.columns * factor;
  const height = grid.rows * factor;
  const mode = look.interpolation === "smooth" ? "bilinear" : "nearest";
  const fine = upsample(shares, grid.columns, grid.rows, width, height, mode);
  return paintHeatmap(fine, width, height, colourMapOf(look.colourMap).table);
}
