import { describe, expect, it } from "vitest";
import { colourMapOf, colourMaps, paintHeatmap } from "./colour-maps.ts";

describe("colourMaps", () => {
  it("are complete tables under different names", () => {
    for (const map of colourMaps) expect(map.table, map.id).toHaveLength(768);
    expect(new Set(colourMaps.map((map) => map.id)).size).toBe(colourMaps.length);
  });

  // End points as published with the maps: matplotlib's viridis and inferno, OpenCV's jet.
  it.each([
    ["viridis", [68, 1, 84], [253, 231, 37]],
    ["inferno", [0, 0, 4], [252, 255, 164]],
    ["grey", [0, 0, 0], [255, 255, 255]],
    ["jet", [0, 0, 128], [128, 0, 0]],
  ] as const)("%s goes from its first to its last colour", (id, first, last) => {
    const { table } = colourMapOf(id);
    expect([...table.subarray(0, 3)]).toEqual(first);
    expect([...table.subarray(765)]).toEqual(last);
  });

  it("turbo is blue where the map is low, green in the middle, red where it is high", () => {
    const { table } = colourMapOf("turbo");
    const brightest = (level: number) => {
      const colour = [...table.subarray(3 * level, 3 * level + 3)];
      return colour.indexOf(Math.max(...colour));
    };
    expect([brightest(40), brightest(128), brightest(220)]).toEqual([2, 1, 0]);
  });
});

describe("paintHeatmap", () => {
  const { table } = colourMapOf("grey");

  it("takes the colour at trunc(255 value) and clamps what lies outside", () => {
    const image = paintHeatmap(Float32Array.of(0, 0.5, 1, -3, 7), 5, 1, table);
    expect([...image.data].filter((_, index) => index % 4 === 0)).toEqual([0, 127, 255, 0, 255]);
    expect([...image.data].filter((_, index) => index % 4 === 3)).toEqual([255, 255, 255, 255, 255]);
  });

  it("writes the opacity as alpha, colours unmultiplied", () => {
    expect([...paintHeatmap(Float32Array.of(1), 1, 1, table, 0.5).data]).toEqual([255, 255, 255, 128]);
  });
});
