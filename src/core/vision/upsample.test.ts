import { expect, it } from "vitest";
import { upsample } from "./upsample.ts";

const map = Float32Array.of(0, 1, 2, 3);

it("nearest shows each cell as a block", () => {
  expect([...upsample(map, 2, 2, 4, 2, "nearest")]).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
});

it("bilinear has half-pixel centres and repeats the border", () => {
  expect([...upsample(Float32Array.of(0, 1), 2, 1, 4, 1, "bilinear")]).toEqual([0, 0.25, 0.75, 1]);
});

it("bilinear does not average when it shrinks", () => {
  expect([...upsample(Float32Array.of(0, 9, 9, 9, 9, 4), 6, 1, 2, 1, "bilinear")]).toEqual([9, 9]);
});

it("keeps the map at its own size", () => {
  expect([...upsample(map, 2, 2, 2, 2, "bilinear")]).toEqual([...map]);
  expect([...upsample(map, 2, 2, 2, 2, "nearest")]).toEqual([...map]);
});
