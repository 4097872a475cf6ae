// LayerCAM by hand.
import { expect, test } from "vitest";
import { expectClose } from "../../../tests/support/expect-close.ts";
import { featureTensors } from "../../../tests/support/feature-tensors.ts";
import { layerCam, layerCamMap } from "./layer-cam.ts";

test("LayerCAM weighs every cell by its own positive gradient", () => {
  const features = featureTensors(
    [
      [1, 3, -2],
      [2, 1, 1],
    ],
    [
      [2, -4, 3],
      [-5, 9, 1],
    ],
  );
  expectClose(layerCamMap(features), [2, 9, -5]);
  expectClose(layerCam.explainer({ features })({ layer: 0 }), [2, 9, 0]);
  expect(layerCam.variant!({ layer: 1 })).toEqual({ featureLayer: 1 });
});
