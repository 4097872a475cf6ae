// Maps as they are shown: alone, or as differences on one scale; what is zero everywhere is no map.
import { describe, expect, it } from "vitest";
import { isXaiError } from "../core/errors.ts";
import { describeColours, describeMap, formatOnScale } from "./describe-map.ts";
import { paintMap, paintPositions, positionOnScale, scaleOf } from "./heatmap-scale.ts";
import { explainRequest } from "./method-options.ts";
import { toShownMap } from "./shown-map.ts";
import { heatmap, shownMap } from "./testing/results.ts";

const look = { colourMap: "turbo", divergingMap: "red-blue", interpolation: "nearest" } as const;
const request = explainRequest("gradient-rollout", {});
const classes = { kind: "classes", first: "dog", second: "cat" } as const;

describe("a contrast of two classes", () => {
  const wish = { subject: classes, requests: [request, request] } as const;

  it("divides both maps by the higher of their peaks, so that neither is blown up", () => {
    const map = toShownMap(wish, [heatmap(1, [4, 0, 2, 0]), heatmap(1, [0, 1, 2, 0])]);
    expect([...map.values]).toEqual([1, -0.25, 0, 0]);
    expect(map.signed).toBe(true);
    expect(map.milliseconds).toBeCloseTo(0.8);
  });

  it("is a map as long as one of the two is", () => {
    expect([...toShownMap(wish, [heatmap(1, [0, 0, 0, 0]), heatmap(1, [0, 2, 0, 0])]).values]).toEqual([
      0, -1, 0, 0,
    ]);
  });

  it("of two equal maps says that there is nothing between them", () => {
    const map = toShownMap(wish, [heatmap(1, [1, 2, 3, 4]), heatmap(1, [1, 2, 3, 4])]);
    expect(describeColours(map, look)).toContain("no difference");
    expect(positionOnScale(scaleOf(map, "lowest"), 0)).toBe(0.5);
  });
});

describe("what the settings change", () => {
  it("is told in multiples of each map's average, whatever their scales are", () => {
    const wish = { subject: { kind: "settings" }, requests: [request, request] } as const;
    const map = toShownMap(wish, [heatmap(1, [400, 0, 0, 0]), heatmap(1, [1, 1, 1, 1])]);
    expect([...map.values]).toEqual([3, -1, -1, -1]);
  });
});

describe("a single map", () => {
  const wish = { subject: { kind: "class", label: "dog" }, requests: [request] } as const;

  it("that is zero everywhere is refused as undefined", () => {
    let code = "";
    try {
      toShownMap(wish, [heatmap(1, [0, 0, 0, 0])]);
    } catch (error) {
      if (isXaiError(error)) code = error.code;
    }
    expect(code).toBe("attribution/empty-map");
  });

  it("of a method with signs diverges only where something is below zero", () => {
    const signed = { ...wish, requests: [explainRequest("attcat", {})] } as const;
    expect(toShownMap(signed, [heatmap(1, [1, -1, 0, 0])]).signed).toBe(true);
    expect(toShownMap(signed, [heatmap(1, [1, 2, 0, 0])]).signed).toBe(false);
  });
});

describe("the scale of a map with signs", () => {
  const map = shownMap([3, -1, 0, 0], { signed: true, subject: { kind: "class", label: "dog" } });

  it("has zero in the middle and the same length on both sides", () => {
    const scale = scaleOf(map, "lowest");
    expect([scale.low, scale.high, scale.diverges]).toEqual([-3, 3, true]);
    expect(positionOnScale(scale, 0)).toBe(0.5);
    expect(formatOnScale(map, scale, -1)).toBe("−1");
  });

  it("is painted in two hues that fade out towards zero", () => {
    const image = paintMap(map.values, map.grid, scaleOf(map, "lowest"), look);
    const pixel = (x: number, y: number) => [
      ...image.data.subarray(4 * (y * image.width + x), 4 * (y * image.width + x) + 4),
    ];
    const [red, , blue, opaque] = pixel(0, 0);
    expect(red).toBeGreaterThan(blue);
    expect(opaque).toBe(255);
    const [redBelow, , blueBelow, half] = pixel(223, 0);
    expect(blueBelow).toBeGreaterThan(redBelow);
    expect(half).toBeGreaterThan(100);
    expect(half).toBeLessThan(255);
    expect(pixel(0, 223)[3]).toBe(0);
  });

  it("leaves maps without signs opaque", () => {
    const { data } = paintPositions(Float32Array.of(0, 0.5, 1), 3, 1, { diverges: false }, look);
    expect([data[3], data[7], data[11]]).toEqual([255, 255, 255]);
  });

  it("says what both ends mean, in colours and in words", () => {
    expect(describeColours(map, look)).toBe("Red speaks for dog, blue against it; clear is neither.");
    expect(describeMap("x.png", map)).toBe(
      "Attention rollout for dog over x.png. Highest in the upper left, +3; lowest in the upper centre, −1.",
    );
    expect(describeColours({ ...map, subject: classes }, { divergingMap: "orange-purple" })).toContain(
      "Orange is more for dog, purple more for cat",
    );
  });
});

describe("a map of pixels", () => {
  const values = Array.from({ length: 1000 }, (_, index) => (index < 5 ? 1000 : index / 1000));
  const map = shownMap(values, { method: "saliency", resolution: "pixels", grid: { rows: 25, columns: 40 } });

  it("is clipped at its most extreme hundredth, which would leave all others in one colour", () => {
    const scale = scaleOf(map, "lowest");
    expect(scale.high).toBeLessThan(1);
    expect(scale.high).toBeGreaterThan(0.98);
    expect(scale.clipped).toBe(true);
    expect(describeColours(map, look)).toContain("most extreme 1 %");
  });

  it("is not clipped where a hundredth is all there is", () => {
    const sparse = map.values.map((value) => (value === 1000 ? 1 : 0));
    expect(scaleOf({ ...map, values: sparse }, "lowest")).toMatchObject({ high: 1, clipped: false });
  });

  it("of patches keeps its highest value", () => {
    expect(scaleOf({ ...map, resolution: "patches" }, "lowest")).toMatchObject({
      high: 1000,
      clipped: false,
    });
  });
});
