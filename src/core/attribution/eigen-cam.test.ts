// EigenCAM by hand: one pattern, whatever the gradients.
import { test } from "vitest";
import { expectClose } from "../../../tests/support/expect-close.ts";
import { featureTensors } from "../../../tests/support/feature-tensors.ts";
import { eigenCam, eigenCamMap } from "./eigen-cam.ts";

test("EigenCAM shows the pattern that channels share, and takes no gradient into account", () => {
  const activations = [
    [5 - 9, 5 + 3, 5 + 6],
    [-12, 4, 8],
  ];
  for (const gradients of [
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
    [
      [0, 0, 0],
      [0, 0, -1],
    ],
  ]) {
    const features = featureTensors(activations, gradients);
    expectClose(eigenCamMap(features), [-15, 5, 10]);
    expectClose(eigenCam.explainer({ features })({ layer: 0 }), [0, 5, 10]);
  }
});
