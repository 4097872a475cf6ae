// Gradients at feature maps that PyTorch did not record, against differences of the scores themselves.
import { expect } from "vitest";
import type { ConvolutionalAnatomy } from "../../src/core/anatomy/anatomy.ts";
import { gradCamMap } from "../../src/core/attribution/grad-cam.ts";
import { ElementType } from "../../src/core/onnx/model.ts";
import { openNetwork } from "../support/feature-map-checks.ts";
import { hasHalves } from "../support/zoo.ts";
import { tensorsOf } from "./zoo-comparison.ts";
import type { ZooCase, ZooPass } from "./zoo-pass.ts";

/** Step along the direction, relative to the map's largest number; leaves about 1e-3 of curvature and rounding. */
const step = 1e-3;

/** Along a direction over the whole map the scores change as the gradient says, and the map shows something. */
export async function expectSlopes({ entry, model, feeds }: ZooCase, { dissected, byClass }: ZooPass) {
  const anatomy = dissected.anatomy as ConvolutionalAnatomy;
  const map = anatomy.featureMap;
  const elementType = hasHalves(model) ? ElementType.float16 : ElementType.float32;
  const network = await openNetwork(model, anatomy, elementType, feeds[anatomy.input.name]!);
  for (const [klass, results] of byClass) {
    const { data } = results.gradients[map.tensor]!;
    const size = step * Math.max(...results.values[map.tensor]!.data.map(Math.abs));
    const direction = Float32Array.from(data, (_, index) => size * Math.sin(2.7 * index + 1));
    const ahead = (await network.scores(direction))[klass]!;
    const behind = (await network.scores(direction.map((value) => -value)))[klass]!;
    const products = Array.from(data, (value, index) => value * direction[index]!);
    const slope = products.reduce((sum, value) => sum + value, 0);
    const scale = products.reduce((sum, value) => sum + Math.abs(value), 0);
    expect(Math.abs((ahead - behind) / 2 - slope) / scale, `${entry.file}, class ${klass}`).toBeLessThan(
      2e-2,
    );
    const cam = gradCamMap(tensorsOf(map, results));
    expect(Math.max(...cam.map(Math.abs))).toBeGreaterThan(0);
  }
  await network.close();
}
