// Diverging colours: light in the middle, two hues that dark and colour-blind eyes tell apart at the ends.
import { describe, expect, it } from "vitest";
import { divergingMapOf, divergingMaps } from "./diverging-maps.ts";

const colourAt = (table: Uint8Array, level: number) => [...table.subarray(3 * level, 3 * level + 3)];
const lightness = ([red, green, blue]: readonly number[]) => 0.2126 * red + 0.7152 * green + 0.0722 * blue;

describe.each(divergingMaps)("$id", ({ id, table }) => {
  it("is lightest in the middle and gets darker towards both ends", () => {
    const middle = lightness(colourAt(table, 127));
    expect(middle).toBeGreaterThan(235);
    for (const [from, to] of [
      [127, 0],
      [128, 255],
    ]) {
      const step = Math.sign(to - from) * 16;
      for (let level = from; step > 0 ? level + step <= to : level + step >= to; level += step)
        expect(lightness(colourAt(table, level + step))).toBeLessThan(lightness(colourAt(table, level)) + 1);
    }
  });

  it("has hardly any colour in the middle, and is found by its id", () => {
    const [red, green, blue] = colourAt(table, 127);
    expect(Math.max(red, green, blue) - Math.min(red, green, blue)).toBeLessThan(16);
    expect(divergingMapOf(id).table).toBe(table);
  });
});

describe("red and blue", () => {
  it("is red above zero and blue below", () => {
    const { table } = divergingMapOf("red-blue");
    const [red, , blue] = colourAt(table, 230);
    expect(red).toBeGreaterThan(blue + 60);
    const [redBelow, , blueBelow] = colourAt(table, 25);
    expect(blueBelow).toBeGreaterThan(redBelow + 60);
  });
});
