// Every spelling of layer normalisation that exporters use becomes one node with the same numbers.
import { describe, expect, it } from "vitest";
import {
  compareCanonical,
  numberTensor,
  smallModel,
  waveFeeds,
  waveTensor,
} from "../../../../../tests/support/small-models.ts";
import { makeIntTensor, makeNode } from "../../build.ts";
import type { Node, Tensor } from "../../model.ts";

interface Spelling {
  readonly square?: "power" | "product";
  /** A second difference for the variance, as TorchScript writes. */
  readonly repeatsDifference?: boolean;
  readonly ending?: "division" | "reciprocal" | "quotient" | "power" | "scaled inverse";
  readonly epsilonFirst?: boolean;
  readonly swapsScale?: boolean;
  readonly swapsShift?: boolean;
  /** Variance as mean(x^2) - mean(x)^2. */
  readonly fastVariance?: "plain" | "clamped";
  readonly axes?: readonly number[];
  readonly opset?: number;
}

const shape = [2, 3, 4];

const constants: readonly Tensor[] = [
  waveTensor("scale", [4]),
  waveTensor("shift", [1, 1, 4]),
  numberTensor("epsilon", 1e-3),
  numberTensor("zero", 0),
  numberTensor("one", 1),
  numberTensor("two", 2),
  numberTensor("minusHalf", -0.5),
];

function ordered(a: string, b: string, isSwapped = false): readonly string[] {
  return isSwapped ? [b, a] : [a, b];
}

function spelled(spelling: Spelling): readonly Node[] {
  const isOld = (spelling.opset ?? 20) < 18;
  const mean = (from: string, to: string) =>
    isOld
      ? makeNode("ReduceMean", [from], [to], { axes: spelling.axes ?? [-1] })
      : makeNode("ReduceMean", [from, "axes"], [to]);
  const square = (from: string, to: string) =>
    spelling.square === "product"
      ? makeNode("Mul", [from, from], [to])
      : makeNode("Pow", [from, "two"], [to]);
  const difference = spelling.repeatsDifference ? "difference2" : "difference";
  return [
    mean("x", "mean"),
    makeNode("Sub", ["x", "mean"], ["difference"]),
    makeNode("Sub", ["x", "mean"], ["difference2"]),
    ...(spelling.fastVariance
      ? [square("x", "squares"), mean("squares", "meanSquare"), square("mean", "squaredMean")]
      : [square(difference, "squares"), mean("squares", "variance")]),
    ...fastVariance(spelling),
    makeNode("Add", ordered("variance", "epsilon", spelling.epsilonFirst), ["biased"]),
    ...endings[spelling.ending ?? "division"],
    ...(spelling.ending === "scaled inverse"
      ? []
      : [makeNode("Mul", ordered("normalised", "scale", spelling.swapsScale), ["scaled"])]),
    makeNode("Add", ordered("scaled", "shift", spelling.swapsShift), ["y"]),
  ];
}

function fastVariance({ fastVariance: kind }: Spelling): readonly Node[] {
  if (kind === undefined) return [];
  if (kind === "plain") return [makeNode("Sub", ["meanSquare", "squaredMean"], ["variance"])];
  return [
    makeNode("Sub", ["meanSquare", "squaredMean"], ["raw"]),
    makeNode("Max", ["zero", "raw"], ["variance"]),
  ];
}

const root = makeNode("Sqrt", ["biased"], ["deviation"]);
const endings: Readonly<Record<NonNullable<Spelling["ending"]>, readonly Node[]>> = {
  division: [root, makeNode("Div", ["difference", "deviation"], ["normalised"])],
  reciprocal: [
    root,
    makeNode("Reciprocal", ["deviation"], ["inverse"]),
    makeNode("Mul", ["inverse", "difference"], ["normalised"]),
  ],
  quotient: [
    root,
    makeNode("Div", ["one", "deviation"], ["inverse"]),
    makeNode("Mul", ["difference", "inverse"], ["normalised"]),
  ],
  power: [
    makeNode("Pow", ["biased", "minusHalf"], ["inverse"]),
    makeNode("Mul", ["difference", "inverse"], ["normalised"]),
  ],
  "scaled inverse": [
    makeNode("Pow", ["biased", "minusHalf"], ["inverse"]),
    makeNode("Mul", ["inverse", "scale"], ["factor"]),
    makeNode("Mul", ["difference", "factor"], ["scaled"]),
  ],
};

function modelOf(spelling: Spelling) {
  const axes = makeIntTensor("axes", [spelling.axes?.length ?? 1], spelling.axes ?? [-1]);
  return smallModel({
    nodes: spelled(spelling),
    constants: [...constants, axes],
    opset: spelling.opset ?? 20,
  });
}

describe("layer normalisation in steps", () => {
  it.each<Spelling>([
    {},
    { square: "product" },
    { repeatsDifference: true },
    { epsilonFirst: true, swapsScale: true, swapsShift: true },
    { ending: "reciprocal" },
    { ending: "quotient", swapsScale: true },
    { ending: "power" },
    { ending: "scaled inverse", swapsShift: true },
    { fastVariance: "plain", square: "product" },
    { fastVariance: "clamped" },
    { axes: [2] },
    { opset: 13 },
    { opset: 11, axes: [2], square: "product" },
    { opset: 17, repeatsDifference: true, swapsShift: true },
  ])("is one node: %o", async (spelling) => {
    const { operators, difference } = await compareCanonical(modelOf(spelling), waveFeeds({ x: shape }));
    expect(operators.filter((operator) => operator !== "Reshape")).toEqual(["LayerNormalization"]);
    expect(difference).toBeLessThan(2e-5);
  });

  it("is one node where the factor is folded into the deviation", async () => {
    const nodes = [
      ...spelled({ ending: "power" }).slice(0, 6),
      makeNode("Pow", ["biased", "minusHalf"], ["inverse"]),
      makeNode("Mul", ["inverse", "scale"], ["factor"]),
      makeNode("Mul", ["x", "factor"], ["scaled"]),
      makeNode("Mul", ["factor", "mean"], ["scaledMean"]),
      makeNode("Sub", ["shift", "scaledMean"], ["rest"]),
      makeNode("Add", ["rest", "scaled"], ["y"]),
    ];
    const model = smallModel({ nodes, constants: [...constants, makeIntTensor("axes", [1], [-1])] });
    const { operators, difference } = await compareCanonical(model, waveFeeds({ x: shape }));
    expect(operators.filter((operator) => operator !== "Reshape")).toEqual(["LayerNormalization"]);
    expect(difference).toBeLessThan(2e-5);
  });

  it("is one node over two axes, and without scale and shift", async () => {
    const nodes = [...spelled({ axes: [1, 2] }).slice(0, -2), makeNode("Identity", ["normalised"], ["y"])];
    const model = smallModel({ nodes, constants: [...constants, makeIntTensor("axes", [2], [2, 1])] });
    const { operators, difference } = await compareCanonical(model, waveFeeds({ x: shape }));
    expect(operators).toEqual(["LayerNormalization"]);
    expect(difference).toBeLessThan(2e-5);
  });
});

describe("what only resembles layer normalisation stays", () => {
  it.each<[string, (nodes: readonly Node[]) => readonly Node[], readonly number[]]>([
    ["a mean over an inner axis", (nodes) => nodes, [1]],
    ["a mean that loses its axis", (nodes) => withAttribute(nodes, "variance", { keepdims: 0 }), [-1]],
    ["the deviation of another value", (nodes) => withInput(nodes, "squares", "other"), [-1]],
    ["the mean of another value", (nodes) => withInput(nodes, "mean", "other"), [-1]],
  ])("%s", async (_, change, axes) => {
    const nodes = [makeNode("Mul", ["x", "x"], ["other"]), ...change(spelled({}))];
    const inputs = { x: [4, 4, 4] };
    const axesTensor = makeIntTensor("axes", [1], axes);
    const model = smallModel({ nodes, constants: [...constants, axesTensor], inputs });
    const { operators, difference } = await compareCanonical(model, waveFeeds(inputs));
    expect(operators).not.toContain("LayerNormalization");
    expect(difference).toBeLessThan(1e-5);
  });
});

function withInput(nodes: readonly Node[], output: string, input: string): readonly Node[] {
  return nodes.map((node) =>
    node.outputs[0] === output ? { ...node, inputs: [input, ...node.inputs.slice(1)] } : node,
  );
}

function withAttribute(
  nodes: readonly Node[],
  output: string,
  attributes: Record<string, number>,
): readonly Node[] {
  return nodes.map((node) =>
    node.outputs[0] === output ? makeNode(node.opType, node.inputs, node.outputs, attributes) : node,
  );
}
