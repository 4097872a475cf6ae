// HiResCAM by hand, and where it is exact.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectClose } from "../../../tests/support/expect-close.ts";
import { featureTensors } from "../../../tests/support/feature-tensors.ts";
import { hiresCam, hiresCamMap } from "./hires-cam.ts";

describe("HiResCAM", () => {
  test("multiplies cell by cell", () => {
    const features = featureTensors(
      [
        [1, 3],
        [2, 1],
      ],
      [
        [2, 4],
        [-5, 9],
      ],
    );
    expectClose(hiresCamMap(features), [-8, 21]);
    expectClose(hiresCam.explainer({ features })({ layer: 0 }), [0, 21]);
  });

  test("adds up to the score of a head that is linear in the map", () => {
    const cells = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(cells, cells, (activation, weights) => {
        const score = activation.reduce((sum, value, i) => sum + value * weights[i], 0);
        const map = hiresCamMap(
          featureTensors(
            [activation.slice(0, 3), activation.slice(3)],
            [weights.slice(0, 3), weights.slice(3)],
          ),
        );
        expect(map.reduce((sum, value) => sum + value, 0)).toBeCloseTo(score, 12);
      }),
    );
  });
});
