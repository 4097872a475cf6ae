// The model's input against Pillow's: the very crops, and the first rows of the normalised tensor.
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { Preprocessing } from "../../src/core/models/descriptor.ts";
import { prepareInput } from "../../src/core/vision/normalise.ts";
import { cropOf, type GoldenReal, readGoldenReal } from "../support/golden-real.ts";
import { readPicture } from "../support/pictures.ts";
import { missing, witnesses } from "../support/witnesses.ts";

interface InputRows {
  readonly input_rows_0_1_fp32: readonly number[];
  /** `[C, rows, columns]`: the upper rows of each channel. */
  readonly input_rows_shape: readonly [number, number, number];
}

const absent = missing("goldenReal", "images");

describe.skipIf(absent !== "")(`preprocessing against Pillow${absent}`, () => {
  it.each(readGoldenReal().map((golden) => [golden.file, golden] as const))("%s", async (_, golden) => {
    const photograph = photographOf(golden);
    const crop = await readPicture(cropOf(golden));
    const { pixels, tensor } = prepareInput(
      await readPicture(photograph),
      preprocessingOf(golden, crop.width),
    );
    expect([pixels.width, pixels.height]).toEqual([crop.width, crop.height]);
    // A JPEG may decode one level apart in another decoder; a PNG may not.
    const tolerance = photograph.endsWith(".png") ? 0 : 1;
    expect(largestDifference(pixels.data, crop.data)).toBeLessThanOrEqual(tolerance);

    const { input_rows_0_1_fp32: rows, input_rows_shape: shape } = inputRowsOf(golden);
    const [channels, rowCount, columns] = shape;
    const plane = tensor.length / channels;
    const ours = Array.from({ length: channels }, (_, channel) => [
      ...tensor.subarray(channel * plane, channel * plane + rowCount * columns),
    ]).flat();
    const step = tolerance / 255 / Math.min(...golden.std);
    expect(largestDifference(ours, rows)).toBeLessThanOrEqual(step + 1e-6);
  });
});

function photographOf(golden: GoldenReal): string {
  const [, path] = golden.image.split("images/");
  const photograph = resolve(witnesses.images, path ?? golden.image);
  if (!existsSync(photograph)) throw new Error(`${golden.file} is about ${photograph}, which is not there`);
  return photograph;
}

/** The name says how: `deit_eval248` crops after resizing the shorter side to 248, `..._squash_...` does not crop. */
function preprocessingOf(golden: GoldenReal, size: number): Preprocessing {
  const shorterSide = /eval(\d+)/.exec(golden.preprocessing)?.[1];
  const framing = golden.preprocessing.includes("squash") ? "squash" : "crop";
  if (framing === "crop" && shorterSide === undefined)
    throw new Error(`unknown preprocessing ${golden.preprocessing}`);
  return { framing, shorterSide: Number(shorterSide ?? size), size, mean: golden.mean, std: golden.std };
}

function inputRowsOf(golden: GoldenReal): InputRows {
  return JSON.parse(readFileSync(resolve(witnesses.goldenReal, golden.file), "utf8")) as InputRows;
}

function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  let largest = 0;
  for (let index = 0; index < expected.length; index++) {
    largest = Math.max(largest, Math.abs(actual[index] - expected[index]));
  }
  return largest;
}
