// AttnLRP against the numbers of the authors' own code: rule by rule, and on the tiny ViT for every pair of gammas.
import { describe, expect, test } from "vitest";
import { attnLrp } from "../../src/core/attribution/attn-lrp.ts";
import { initialOptions } from "../../src/core/attribution/method.ts";
import type { OptionsOf } from "../../src/core/attribution/registry.ts";
import { attnLrpExplicit } from "../../src/core/autodiff/attn-lrp-explicit.ts";
import { makeConstant } from "../../src/core/autodiff/constants.ts";
import { makeGraph, makeNode, makeUntypedValue, makeValue } from "../../src/core/onnx/build.ts";
import { ElementType, type Node, type OnnxModel } from "../../src/core/onnx/model.ts";
import { type GoldenArray, readGolden, relativeError, toNumbers } from "../support/golden.ts";
import { relevanceTensorsOf } from "../support/golden-gradients.ts";
import { goldenClasses } from "../support/golden-tensors.ts";
import { goldenVit } from "../support/golden-vit.ts";
import type { VitWeights } from "../support/golden-vit-parts.ts";
import { noteError } from "../support/measured-errors.ts";
import { propagate } from "../support/relevance.ts";
import { missing } from "../support/witnesses.ts";

const skipped = missing("golden");

type Arrays = Readonly<Record<string, GoldenArray>>;

interface OperatorCase {
  readonly golden: string;
  readonly nodes: readonly Node[];
  /** Names of the golden's arrays that vary, each with that of its relevance. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Names of those that are weights. */
  readonly weights?: readonly string[];
}

const operators: readonly OperatorCase[] = [
  { golden: "softmax", nodes: [makeNode("Softmax", ["x"], ["y"])], inputs: { x: "R_in" } },
  { golden: "matmul", nodes: [makeNode("MatMul", ["a", "b"], ["y"])], inputs: { a: "R_a", b: "R_b" } },
  {
    golden: "linear_epsilon",
    nodes: [makeNode("Gemm", ["x", "w", "b"], ["y"], { transB: 1 })],
    inputs: { x: "R_in" },
    weights: ["w", "b"],
  },
  {
    golden: "linear_epsilon",
    nodes: [
      makeNode("Transpose", ["w"], ["turned"], { perm: [1, 0] }),
      makeNode("MatMul", ["x", "turned"], ["unbiased"]),
      makeNode("Add", ["b", "unbiased"], ["y"]),
    ],
    inputs: { x: "R_in" },
    weights: ["w", "b"],
  },
  { golden: "add2", nodes: [makeNode("Add", ["a", "b"], ["y"])], inputs: { a: "R_a", b: "R_b" } },
  { golden: "mul2", nodes: [makeNode("Mul", ["a", "b"], ["y"])], inputs: { a: "R_a", b: "R_b" } },
  {
    golden: "layer_norm",
    nodes: [makeNode("LayerNormalization", ["x", "weight", "bias"], ["y"], { epsilon: { float: 1e-6 } })],
    inputs: { x: "R_in" },
    weights: ["weight", "bias"],
  },
];

function modelOf({ nodes, inputs, weights = [] }: OperatorCase, arrays: Arrays): OnnxModel {
  const graph = makeGraph({
    nodes,
    initializers: weights.map((name) =>
      makeConstant(name, ElementType.float64, arrays[name]!.shape, Array.from(toNumbers(arrays[name]!))),
    ),
    inputs: Object.keys(inputs).map((name) => makeValue(name, ElementType.float64, arrays[name]!.shape)),
    outputs: [makeUntypedValue("y")],
  });
  const opsets = [{ domain: "", version: 20, rest: [] }];
  return { irVersion: 9, opsets, graph, source: new Uint8Array(0), rest: [] };
}

function numbersOf(array: GoldenArray) {
  return { dims: array.shape, data: toNumbers(array) };
}

describe.skipIf(skipped)(`AttnLRP rule by rule${skipped}`, () => {
  const golden = skipped ? {} : readGolden<Record<string, Arrays>>("attnlrp_ops.json");

  test.each(
    operators.map((each) => [each.golden, each.nodes.map(({ opType }) => opType).join(), each] as const),
  )("%s as %s", (name, _, operator) => {
    const arrays = golden[name]!;
    const names = Object.keys(operator.inputs);
    const arrived = propagate({
      model: modelOf(operator, arrays),
      feeds: Object.fromEntries(names.map((input) => [input, numbersOf(arrays[input]!)])),
      rules: attnLrpExplicit,
      from: "y",
      seed: numbersOf(arrays.R_out!),
      wanted: names,
    });
    for (const [input, relevance] of Object.entries(operator.inputs))
      expect(relativeError(arrived[input]!, toNumbers(arrays[relevance]!))).toBeLessThan(1e-9);
  });

  test("covers every operator of the golden", () => {
    const names = Object.keys(golden).filter((name) => name !== "meta");
    expect(new Set(operators.map((each) => each.golden))).toEqual(new Set(names));
  });
});

interface VitCase {
  readonly conv_gamma: number | null;
  readonly linear_gamma: number | null;
  readonly category: number;
  readonly map: GoldenArray;
}

describe.skipIf(skipped)(`AttnLRP on the tiny ViT${skipped}`, () => {
  const { weights } = skipped ? { weights: {} } : readGolden<{ weights: VitWeights }>("model_weights.json");
  const cases = skipped ? [] : readGolden<{ cases: VitCase[] }>("attnlrp_vit.json").cases;
  const network = skipped ? undefined : { model: goldenVit({ weights }) };

  function mapOf(options: OptionsOf<"attn-lrp">, category: number): Float64Array {
    const { relevance } = attnLrp.variant!(options);
    return attnLrp.explainer(relevanceTensorsOf(network!, category, relevance!))(options);
  }

  test("has cases", () => expect(cases.length).toBeGreaterThan(0));

  test.each(cases.map((each) => [each.conv_gamma, each.linear_gamma, each.category, each] as const))(
    "gamma %s and %s, class %d",
    (gammaConvolution, gammaLinear, category, { map }) => {
      const options = { ...initialOptions(attnLrp.options), rules: "cp-lrp" as const };
      const chosen =
        gammaConvolution === null || gammaLinear === null
          ? { ...options, gamma: "off" as const }
          : { ...options, gamma: "on" as const, gammaConvolution, gammaLinear };
      const error = relativeError(mapOf(chosen, category), toNumbers(map));
      expect(noteError("attn-lrp", "tiny", error)).toBeLessThan(1e-9);
    },
  );

  test("the rules themselves and the modified gradients agree but for their stabilisers", () => {
    const options = { ...initialOptions(attnLrp.options), gamma: "off" as const };
    for (const category of goldenClasses()) {
      const explicit = mapOf({ ...options, rules: "explicit" }, category);
      expect(relativeError(explicit, mapOf({ ...options, rules: "attn-lrp" }, category))).toBeLessThan(1e-2);
    }
  });
});
