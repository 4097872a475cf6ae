// Grad-CAM++ by hand.
import { describe, expect, test } from "vitest";
import { featureTensors } from "../../../tests/support/feature-tensors.ts";
import { gradCamPlusPlus, gradCamPlusPlusMap } from "./grad-cam-plus-plus.ts";

describe("Grad-CAM++", () => {
  test("weighs positive gradients by their shares", () => {
    const features = featureTensors([[1, 3, 0]], [[2, -1, 0]]);
    // alpha = 4 / (8 + 4 * 8 + 1e-6), times 2; where gradients are 0 or negative nothing is added.
    const weight = (2 * 4) / (8 + 32 + 1e-6);
    for (const [i, value] of [weight, 3 * weight, 0].entries())
      expect(gradCamPlusPlusMap(features)[i]).toBeCloseTo(value, 14);
  });

  test("gives as much to one active cell as to many", () => {
    const one = gradCamPlusPlusMap(featureTensors([[1, 0, 0, 0]], [[100, 0, 0, 0]]));
    const many = gradCamPlusPlusMap(featureTensors([[1, 1, 1, 1]], [[100, 100, 100, 100]]));
    expect(many[0] / one[0]).toBeCloseTo(1, 1);
  });

  test("shows what is positive", () => {
    // The sum of activations is -1: alpha = 1 / (2 - 1 + 1e-6).
    const features = featureTensors([[2, -3]], [[1, 0]]);
    const map = gradCamPlusPlus.explainer({ features })({ layer: 0 });
    expect(map[0]).toBeCloseTo(2, 5);
    expect(map[1]).toBe(0);
  });
});
