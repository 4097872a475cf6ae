// A map in one sentence, for those who do not see it; and what its colours and numbers mean.
import { divergingMapOf } from "../core/vision/diverging-maps.ts";
import { fill } from "./fill.ts";
import { formatRatio, formatSigned } from "./format.ts";
import { type HeatmapScale, isUniform, type MapLook, scaleOf, timesAverage } from "./heatmap-scale.ts";
import { methodById } from "./method-options.ts";
import type { ShownMap } from "./shown-map.ts";
import { strings } from "./strings.ts";

/** What the map is: its method, and the class or classes that it is about. */
export function nameMap({ method, subject }: Pick<ShownMap, "method" | "subject">): string {
  const { label } = methodById(method);
  const { names } = strings.map;
  switch (subject.kind) {
    case "any-class":
      return label;
    case "settings":
      return fill(names.settings, { method: label });
    case "class":
      return fill(names.class, { method: label, label: subject.label });
    case "vector":
      return fill(names.class, { method: label, label: subject.name });
    case "classes":
      return fill(names.classes, { method: label, first: subject.first, second: subject.second });
  }
}

export function describeMap(title: string, map: ShownMap | null): string {
  if (map === null) return fill(strings.map.pictureOnly, { title });
  const scale = scaleOf(map, "lowest");
  const facts = { map: nameMap(map), title };
  if (isUniform(scale)) return fill(strings.map.uniform, facts);
  const lowest = map.values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const highest = map.values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const place = placeOf(map, highest);
  const peak = formatOnScale(map, scale, highest);
  const low = formatOnScale(map, scale, lowest);
  const cell = strings.map.cells[map.resolution];
  if (!map.signed) return fill(strings.map.summary, { ...facts, place, peak, low, cell });
  return fill(strings.map.signedSummary, { ...facts, place, peak, low, opposite: placeOf(map, lowest) });
}

/** What a colour stands for, in one sentence. */
export function describeColours(map: ShownMap, look: Pick<MapLook, "divergingMap">): string {
  const { legends, cells } = strings.map;
  const { subject, resolution } = map;
  const cell = cells[resolution];
  const { above, below } = divergingMapOf(look.divergingMap);
  const hues = { above, below };
  const clip = resolution === "pixels" ? ` ${legends.clipped}` : "";
  if (map.signed && map.values.every((value) => value === 0)) return legends.equal;
  if (subject.kind === "classes")
    return fill(legends.classes, { ...hues, first: subject.first, second: subject.second }) + clip;
  if (subject.kind === "settings") return fill(legends.settings, { ...hues, cell });
  if (!map.signed)
    return methodById(map.method).family === "rollout"
      ? legends.rollout
      : fill(legends.share, { cell }) + clip;
  if (subject.kind === "any-class") return fill(legends.signed, hues) + clip;
  const label = subject.kind === "class" ? subject.label : subject.name;
  return fill(legends.class, { ...hues, label }) + clip;
}

/** A value in the unit of its map: multiples of the average cell, shares of a peak, or as the method gives it. */
export function formatOnScale(
  { signed, subject }: Pick<ShownMap, "signed" | "subject">,
  scale: HeatmapScale,
  value: number,
): string {
  if (!signed) return formatRatio(timesAverage(scale, value));
  return subject.kind === "settings" ? `${formatSigned(value)}×` : formatSigned(value);
}

/** Where a value stands, in words. */
function placeOf({ values, grid: { rows, columns } }: ShownMap, value: number): string {
  const cell = values.indexOf(value);
  return describePlace(Math.floor(cell / columns) / rows, (cell % columns) / columns);
}

/** `upper left`, `middle right`, `centre`, for a point given in shares of the height and the width. */
function describePlace(down: number, across: number): string {
  const row = Math.min(2, Math.floor(3 * down));
  const column = Math.min(2, Math.floor(3 * across));
  const { rows, columns, join, centre } = strings.places;
  return row === 1 && column === 1 ? centre : fill(join, { row: rows[row], column: columns[column] });
}
