// EigenGradCAM by hand: the pattern of contributions.
import { test } from "vitest";
import { expectClose } from "../../../tests/support/expect-close.ts";
import { featureTensors } from "../../../tests/support/feature-tensors.ts";
import { eigenGradCam, eigenGradCamMap } from "./eigen-grad-cam.ts";

test("EigenGradCAM shows the pattern that activation times gradient shares", () => {
  // Products [-9, 3, 6] + 5 and [-12, 4, 8].
  const features = featureTensors(
    [
      [2, 4, -11],
      [3, 2, 8],
    ],
    [
      [-2, 2, -1],
      [-4, 2, 1],
    ],
  );
  expectClose(eigenGradCamMap(features), [-15, 5, 10]);
  expectClose(eigenGradCam.explainer({ features })({ layer: 0 }), [0, 5, 10]);
});
