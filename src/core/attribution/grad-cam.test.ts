// Grad-CAM by hand, and what it asks for.
import { describe, expect, test } from "vitest";
import { expectClose } from "../../../tests/support/expect-close.ts";
import { featureTensors } from "../../../tests/support/feature-tensors.ts";
import { gradCam, gradCamMap } from "./grad-cam.ts";

describe("Grad-CAM", () => {
  // Weights 2 and -1.
  const features = featureTensors(
    [
      [1, 2, 0],
      [5, 0, 1],
    ],
    [
      [6, 0, 0],
      [-1, -1, -1],
    ],
  );

  test("weighs whole channels by their mean gradient", () => {
    expectClose(gradCamMap(features), [-3, 4, -1]);
  });

  test("shows what is positive, anew at every step", () => {
    const step = gradCam.explainer({ features });
    const first = step({ layer: 0 });
    expectClose(first, [0, 4, 0]);
    first.fill(7);
    expectClose(step({ layer: 0 }), [0, 4, 0]);
  });

  test("asks for the chosen feature map", () => {
    expect(gradCam.variant!({ layer: 2 })).toEqual({ featureLayer: 2 });
  });

  test("reads maps of several rows in single precision", () => {
    const square = {
      activation: Float32Array.from([1, 2, 3, 4, 5, 6]),
      gradient: Float32Array.from([1, 1, 1, 1, 1, 7]),
      channels: 1,
      rows: 2,
      columns: 3,
    };
    expectClose(gradCamMap(square), [2, 4, 6, 8, 10, 12]);
  });
});
