// XGrad-CAM by hand.
import { describe, expect, test } from "vitest";
import { featureTensors } from "../../../tests/support/feature-tensors.ts";
import { xGradCam, xGradCamMap } from "./x-grad-cam.ts";

describe("XGrad-CAM", () => {
  const features = featureTensors(
    [
      [1, 3],
      [2, 0],
    ],
    [
      [2, 4],
      [-5, 9],
    ],
  );

  test("averages gradients by activation", () => {
    // Weights (2 + 12) / 4 and -10 / 2.
    const map = xGradCamMap(features);
    expect(map[0]).toBeCloseTo(3.5 - 10, 5);
    expect(map[1]).toBeCloseTo(10.5, 5);
  });

  test("shows what is positive", () => {
    expect(xGradCam.explainer({ features })({ layer: 0 })[0]).toBe(0);
  });

  test("adds nothing for a channel without activation", () => {
    expect(Array.from(xGradCamMap(featureTensors([[0, 0]], [[3, 4]])))).toEqual([0, 0]);
  });
});
