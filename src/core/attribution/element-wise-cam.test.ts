// Element-wise CAM by hand.
import { test } from "vitest";
import { expectClose } from "../../../tests/support/expect-close.ts";
import { featureTensors } from "../../../tests/support/feature-tensors.ts";
import { elementWiseCam } from "./element-wise-cam.ts";

test("element-wise CAM adds up positive products, of two negative values too", () => {
  const features = featureTensors(
    [
      [1, 3, -2],
      [2, 1, 1],
    ],
    [
      [2, -4, -3],
      [-5, 9, 1],
    ],
  );
  expectClose(elementWiseCam.explainer({ features })({ layer: 0 }), [2, 9, 7]);
});
