import { describe, expect, it } from "vitest";
import type { Preprocessing } from "../models/descriptor.ts";
import { planFrame, roundHalfToEven, sourceRegion } from "./frame.ts";

const deit: Preprocessing = {
  framing: "crop",
  shorterSide: 248,
  size: 224,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
};

describe("planFrame", () => {
  it.each([
    // 248 * 1280 / 720 = 440.9; (440 - 224) / 2 = 108
    [1280, 720, { resizedWidth: 440, resizedHeight: 248, left: 108, top: 12, size: 224 }],
    [720, 1280, { resizedWidth: 248, resizedHeight: 440, left: 12, top: 108, size: 224 }],
    [224, 224, { resizedWidth: 248, resizedHeight: 248, left: 12, top: 12, size: 224 }],
    // (249 - 224) / 2 = 12.5 and (251 - 224) / 2 = 13.5: halves go to the even neighbour
    [249, 248, { resizedWidth: 249, resizedHeight: 248, left: 12, top: 12, size: 224 }],
    [251, 248, { resizedWidth: 251, resizedHeight: 248, left: 14, top: 12, size: 224 }],
    [1, 10_000, { resizedWidth: 248, resizedHeight: 2_480_000, left: 12, top: 1_239_888, size: 224 }],
  ])("crops %i x %i from the centre", (width, height, expected) => {
    expect(planFrame(width, height, deit)).toEqual(expected);
  });

  it("squashes straight to the size", () => {
    const frame = planFrame(1280, 720, { ...deit, framing: "squash" });
    expect(frame).toEqual({ resizedWidth: 224, resizedHeight: 224, left: 0, top: 0, size: 224 });
  });

  it("never leaves the picture, even when the model names a shorter side below its size", () => {
    const frame = planFrame(300, 200, { ...deit, shorterSide: 200 });
    expect(frame).toEqual({ resizedWidth: 336, resizedHeight: 224, left: 56, top: 0, size: 224 });
  });
});

describe("sourceRegion", () => {
  it("is the cut-out in the picture's own pixels", () => {
    const region = sourceRegion(planFrame(496, 496, deit), 496, 496);
    expect(region).toEqual({ x: 24, y: 24, width: 448, height: 448 });
  });

  it("is the whole picture when it is squashed", () => {
    const frame = planFrame(1280, 720, { ...deit, framing: "squash" });
    expect(sourceRegion(frame, 1280, 720)).toEqual({ x: 0, y: 0, width: 1280, height: 720 });
  });
});

describe("roundHalfToEven", () => {
  it.each([
    [0.5, 0],
    [1.5, 2],
    [2.5, 2],
    [-0.5, 0],
    [-1.5, -2],
    [2.4, 2],
    [2.6, 3],
    [-2.6, -3],
  ])("%f becomes %i", (value, expected) => {
    expect(roundHalfToEven(value) + 0).toBe(expected);
  });
});
