// A heatmap in one sentence, for those who do not see it.
import type { Heatmap } from "../bridge/contract.ts";
import { fill } from "./fill.ts";
import { formatRatio } from "./format.ts";
import { heatmapScale, isUniform, timesAverage } from "./heatmap-scale.ts";
import { strings } from "./strings.ts";

export function describeMap(title: string, heatmap: Pick<Heatmap, "values" | "grid"> | null): string {
  if (heatmap === null) return fill(strings.stage.pictureOnly, { title });
  const scale = heatmapScale(heatmap.values, "lowest");
  if (isUniform(scale)) return fill(strings.stage.uniform, { title });
  const peak = heatmap.values.indexOf(scale.high);
  const { rows, columns } = heatmap.grid;
  return fill(strings.stage.summary, {
    title,
    place: describePlace(Math.floor(peak / columns) / rows, (peak % columns) / columns),
    peak: formatRatio(timesAverage(scale, scale.high)),
    low: formatRatio(timesAverage(scale, scale.low)),
  });
}

/** `upper left`, `middle right`, `centre`, for a point given in shares of the height and the width. */
function describePlace(down: number, across: number): string {
  const row = Math.min(2, Math.floor(3 * down));
  const column = Math.min(2, Math.floor(3 * across));
  const { rows, columns, join, centre } = strings.places;
  return row === 1 && column === 1 ? centre : fill(join, { row: rows[row], column: columns[column] });
}
