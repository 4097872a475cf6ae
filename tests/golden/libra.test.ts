// LibraGrad's gradients against its definition written out by hand, and what they add up to.
import { describe, expect, test } from "vitest";
import { gradient } from "../../src/core/autodiff/gradient.ts";
import { libra } from "../../src/core/autodiff/libra.ts";
import type { RuleTable } from "../../src/core/autodiff/rule.ts";
import { makeNode, makeUntypedValue } from "../../src/core/onnx/build.ts";
import { type GoldenArray, readGolden, relativeError } from "../support/golden.ts";
import { createGradients, goldenPicture, goldenSeed, goldenValues } from "../support/golden-gradients.ts";
import { goldenLayers, goldenSizes } from "../support/golden-sizes.ts";
import { goldenClasses } from "../support/golden-tensors.ts";
import { goldenVit } from "../support/golden-vit.ts";
import { type VitWeights, vitValues } from "../support/golden-vit-parts.ts";
import { missing } from "../support/witnesses.ts";
import { libraByHand } from "./libra-by-hand.ts";

const skipped = missing("golden");
/** The ratio of an activation is act(x) / (x + 1e-10), which shows where x is small; else only rounding is left. */
const shift = 1e-10;
const tolerance = 1e-11;
const classes = goldenClasses();

const weightsOf = () => readGolden<{ weights: VitWeights }>("model_weights.json").weights;
const flat = (rows: readonly (readonly number[])[]) => rows.flat();

describe.skipIf(skipped)(`LibraGrad on the tiny ViT${skipped}`, () => {
  const network = skipped ? undefined : { model: goldenVit({ weights: weightsOf() }), rules: libra };

  test.each(classes.flatMap((klass) => [[klass, 0, 1e-7] as const, [klass, shift, tolerance] as const]))(
    "equals the definition, class %d, arguments of activations shifted by %d",
    (klass, by, tolerated) => {
      const expected = libraByHand(weightsOf(), goldenPicture(), klass, by);
      const [logits] = goldenValues(network!, [vitValues.logits]);
      expect(Math.abs(logits![klass]! - expected.score)).toBeLessThan(1e-12);
      const wanted = [
        vitValues.picture,
        ...goldenLayers.map(vitValues.attention),
        ...goldenLayers.map(vitValues.blockInput),
      ];
      const [picture, ...rest] = createGradients(network!, wanted)(goldenSeed(klass));
      expect(relativeError(picture!, expected.picture)).toBeLessThan(tolerated);
      for (const layer of goldenLayers) {
        expect(relativeError(rest[layer]!, expected.attention[layer]!.flatMap(flat))).toBeLessThan(tolerated);
        expect(
          relativeError(rest[goldenSizes.layers + layer]!, flat(expected.blockInputs[layer]!)),
        ).toBeLessThan(tolerated);
      }
    },
  );

  test("is another gradient than the exact one", () => {
    const at = (rules: RuleTable) =>
      createGradients({ ...network!, rules }, [vitValues.picture])(goldenSeed(1))[0]!;
    expect(relativeError(at(libra), at(gradient))).toBeGreaterThan(0.1);
  });

  test("from a probability, differentiates the last softmax as usual", () => {
    const { graph } = network!.model;
    const nodes = [...graph.nodes, makeNode("Softmax", [vitValues.logits], ["probabilities"], { axis: -1 })];
    const outputs = [makeUntypedValue("probabilities")];
    const model = { ...network!.model, graph: { ...graph, nodes, outputs } };
    const [probabilities] = goldenValues({ model }, ["probabilities"]);
    const slopes = probabilities!.map((each, index) => probabilities![1]! * (Number(index === 1) - each));
    const ours = createGradients({ model, scores: "probabilities", rules: libra }, [vitValues.picture]);
    const byLogits = createGradients(network!, [vitValues.picture])({
      dims: [1, goldenSizes.classes],
      data: slopes,
    });
    expect(relativeError(ours(goldenSeed(1))[0]!, byLogits[0]!)).toBeLessThan(1e-12);
  });
});

describe.skipIf(skipped)(`completeness of LibraGrad${skipped}`, () => {
  const isBias = /(?:\.bias|cls_token|pos_embed)$/;
  const zero = (array: GoldenArray): GoldenArray => ({ ...array, data: array.data.map(() => 0) });

  /** Without biases the network is a product of maps without a constant, so the class score is all there is to share. */
  function withoutBiases() {
    // A token of zeros has no deviation, so the first of the learnt tokens stays: it counts as an input.
    const weights = Object.entries(weightsOf()).map(([name, array]) => {
      return [name, isBias.test(name) && name !== "cls_token" ? zero(array) : array] as const;
    });
    return goldenVit({ weights: Object.fromEntries(weights) });
  }

  test.each(classes)("at every block's input, class %d", (klass) => {
    const network = { model: withoutBiases(), rules: libra };
    const names = goldenLayers.map(vitValues.blockInput);
    const [logits, ...tokens] = goldenValues(network, [vitValues.logits, ...names]);
    const of = (rules: RuleTable) =>
      createGradients(
        { ...network, rules },
        names,
      )(goldenSeed(klass)).map((slopes, layer) =>
        slopes.reduce((sum, slope, index) => sum + slope * tokens[layer]![index]!, 0),
      );
    for (const sum of of(libra)) expect(Math.abs(sum / logits![klass]! - 1)).toBeLessThan(1e-7);
    expect(Math.abs(of(gradient)[0]! / logits![klass]! - 1)).toBeGreaterThan(0.1);
  });
});
