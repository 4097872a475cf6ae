// Transition attention maps and Beyond Intuition against their authors' numbers on the tiny ViT, in double precision.
import { describe, expect, test } from "vitest";
import { beyondIntuition } from "../../src/core/attribution/beyond-intuition.ts";
import { initialOptions } from "../../src/core/attribution/method.ts";
import { evenSteps } from "../../src/core/attribution/picture-paths.ts";
import { tam } from "../../src/core/attribution/tam.ts";
import { finish } from "../support/finish.ts";
import { type GoldenArray, readGolden, relativeError, toNumbers } from "../support/golden.ts";
import { goldenAttentionPath, goldenSeed, goldenValues, tensorsOf } from "../support/golden-gradients.ts";
import { goldenLayers, goldenSizes } from "../support/golden-sizes.ts";
import { goldenVit } from "../support/golden-vit.ts";
import { type VitWeights, vitValues } from "../support/golden-vit-parts.ts";
import { noteError } from "../support/measured-errors.ts";
import { missing } from "../support/witnesses.ts";

const skipped = missing("golden");
const tolerance = 1e-10;

interface PathCase {
  readonly category: number;
  readonly start_layer: number;
  readonly steps: number;
  readonly map: GoldenArray;
}

interface TamCase extends PathCase {
  /** Without, the authors take the gradient at the picture alone. */
  readonly with_integral?: boolean;
}

interface BthCase extends PathCase {
  readonly entry: "generate_ours" | "generate_ours_c" | "generate_genattr";
}

describe.skipIf(skipped)(`gradients of attention along a path${skipped}`, () => {
  const golden = skipped
    ? { tam: [], bth: [] }
    : readGolden<{ tam: TamCase[]; bth: BthCase[] }>("other_methods_f64.json");
  const weights = skipped ? {} : readGolden<{ weights: VitWeights }>("model_weights.json").weights;
  const network = skipped ? undefined : { model: goldenVit({ weights }) };
  const paths = new Map<string, Float64Array>();

  /** Paths are followed once for each class. */
  function attentionPath(category: number, steps: number): Float64Array {
    const key = `${category} ${steps}`;
    const known = paths.get(key) ?? goldenAttentionPath(network!, goldenSeed(category), evenSteps(steps));
    paths.set(key, known);
    return known;
  }

  const bth = golden.bth.filter(({ entry }) => entry !== "generate_genattr");

  test("has cases", () => {
    expect(golden.tam.length).toBeGreaterThan(0);
    expect(new Set(bth.map(({ entry }) => entry)).size).toBe(2);
  });

  test.each(golden.tam.map((each) => [each.category, each.start_layer, each.steps, each] as const))(
    "TAM, class %d, start layer %d, %d steps",
    (category, startLayer, steps, { with_integral, map }) => {
      const options = { startLayer, steps: with_integral === false ? 1 : steps };
      const { path } = tam.variant!(options);
      expect(path).toEqual(evenSteps(options.steps));
      const { attention } = tensorsOf(network!, goldenSeed(category));
      const tensors = { attention, attentionPath: attentionPath(category, options.steps) };
      const error = relativeError(tam.explainer(tensors)(options), toNumbers(map));
      expect(noteError("tam", "tiny", error)).toBeLessThan(tolerance);
    },
  );

  test.each(bth.map((each) => [each.entry, each.category, each.start_layer, each] as const))(
    "%s, class %d, start layer %d",
    (entry, category, start, { steps, map }) => {
      const options = {
        ...initialOptions(beyondIntuition.options),
        steps,
        // The authors count layers from 1.
        startLayer: start - 1,
        perception: entry === "generate_ours" ? "heads" : "tokens",
      } as const;
      expect(beyondIntuition.variant!(options).path).toEqual(evenSteps(steps));
      const tensors = {
        ...tensorsOf(network!, goldenSeed(category)),
        attentionPath: attentionPath(category, steps),
        projectedValues: goldenLayers.map(projectedValues),
      };
      const result = finish(beyondIntuition.explainer(tensors)(options));
      const error = relativeError(result, toNumbers(map));
      expect(noteError("beyond-intuition", "tiny", error)).toBeLessThan(tolerance);
    },
  );

  /** `merge(v) W_o^T`, `[N,D]`. */
  function projectedValues(layer: number): Float64Array {
    const [values] = goldenValues(network!, [vitValues.values(layer)]);
    const output = toNumbers(weights[`blocks.${layer}.attn.proj.weight`]!);
    const { tokens, width, headWidth } = goldenSizes;
    const merged = (token: number, at: number) => {
      const head = Math.floor(at / headWidth);
      return values![(head * tokens + token) * headWidth + (at % headWidth)]!;
    };
    return Float64Array.from({ length: tokens * width }, (_, index) => {
      const [token, to] = [Math.floor(index / width), index % width];
      let sum = 0;
      for (let at = 0; at < width; at++) sum += merged(token, at) * output[to * width + at]!;
      return sum;
    });
  }
});
