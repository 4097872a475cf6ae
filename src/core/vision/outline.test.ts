import { expect, it } from "vitest";
import { outlinePath } from "./outline.ts";

const full = 255;

it("draws a single covered pixel as a diamond around its centre", () => {
  const coverage = Uint8Array.of(0, 0, 0, 0, full, 0, 0, 0, 0);
  expect(outlinePath(coverage, 3, 3)).toBe("M1.5 1L2 1.5L1.5 2L1 1.5Z");
});

it("follows the border of a mask that is covered everywhere, in few corners", () => {
  const path = outlinePath(new Uint8Array(100 * 100).fill(full), 100, 100);
  expect(path.startsWith("M0.5 0")).toBe(true);
  expect(path).toContain("L100 99.5");
  expect(path.match(/[ML]/g)).toHaveLength(8);
});

it("moves with the coverage of the border pixels", () => {
  // Half coverage lies 127.5 / 170 of the way from 0 to 170.
  expect(outlinePath(Uint8Array.of(0, 170, 0), 3, 1)).toBe("M1.5 0.25L1.75 0.5L1.5 0.75L1.25 0.5Z");
});

it("gives nothing for an empty mask", () => {
  expect(outlinePath(new Uint8Array(16), 4, 4)).toBe("");
});

it("draws two objects and a hole as three rings", () => {
  const coverage = new Uint8Array(12 * 12);
  const fill = (x0: number, y0: number, x1: number, y1: number, value: number) => {
    for (let y = y0; y < y1; y++) coverage.fill(value, y * 12 + x0, y * 12 + x1);
  };
  fill(0, 0, 7, 7, full);
  fill(2, 2, 5, 5, 0);
  fill(9, 9, 12, 12, full);
  expect(outlinePath(coverage, 12, 12).match(/Z/g)).toHaveLength(3);
});
