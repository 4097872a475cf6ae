// An If whose condition sizes decide becomes the branch that is taken; every other If stays.
import { describe, expect, it } from "vitest";
import {
  compareCanonical,
  operatorsOf,
  smallModel,
  waveFeeds,
  waveTensor,
} from "../../../../tests/support/small-models.ts";
import { makeGraph, makeIntTensor, makeNode, makeUntypedValue, makeValue } from "../build.ts";
import { ElementType, type Node, type Tensor } from "../model.ts";
import { canonicalise } from "./canonicalise.ts";

function branch(nodes: readonly Node[], output: string, initializers: readonly Tensor[] = []) {
  return makeGraph({ name: "branch", nodes, initializers, outputs: [makeUntypedValue(output)] });
}

function choice(
  condition: string,
  taken: ReturnType<typeof branch>,
  other: ReturnType<typeof branch>,
  to = "y",
) {
  const attribute = (name: string, value: ReturnType<typeof branch>) =>
    ({ name, kind: "graph", value, rest: [] }) as const;
  return {
    ...makeNode("If", [condition], [to]),
    attributes: [attribute("then_branch", taken), attribute("else_branch", other)],
  };
}

/** What TorchScript writes for `x.squeeze(1)` where the size is open: squeeze where it is 1. */
const isSingle: readonly Node[] = [
  makeNode("Shape", ["x"], ["sizes"]),
  makeNode("Gather", ["sizes", "one"], ["size"], { axis: 0 }),
  makeNode("Equal", ["size", "one"], ["isSingle"]),
];
const one = makeIntTensor("one", [], [1]);
const squeezed = branch([makeNode("Squeeze", ["x", "axis"], ["inner"])], "inner", [
  makeIntTensor("axis", [1], [1]),
]);
const unchanged = branch([makeNode("Identity", ["x"], ["inner"])], "inner");

describe("a condition that sizes decide", () => {
  const nodes = [...isSingle, choice("isSingle", squeezed, unchanged, "z"), makeNode("Relu", ["z"], ["y"])];
  const model = smallModel({ nodes, constants: [one], inputs: { x: [2, "n", 4] } });

  it("takes the first branch where it holds", async () => {
    const { operators, difference } = await compareCanonical(model, waveFeeds({ x: [2, 1, 4] }));
    expect(operators).toEqual(["Squeeze", "Relu"]);
    expect(difference).toBe(0);
  });

  it("takes the second where it does not", async () => {
    const { operators, difference } = await compareCanonical(model, waveFeeds({ x: [2, 3, 4] }));
    expect(operators).toEqual(["Relu"]);
    expect(difference).toBe(0);
  });

  it("leaves the If where nobody says the size", () => {
    expect(operatorsOf(canonicalise(model, { inputShapes: new Map() }))).toContain("If");
  });
});

it("branches within branches are found, and equal names inside stay apart", async () => {
  const weight = waveTensor("inner", [4]);
  const scaled = branch([makeNode("Mul", ["x", "inner"], ["product"])], "product", [weight]);
  const nested = branch([choice("isSingle", squeezed, scaled, "chosen")], "chosen");
  const nodes = [
    ...isSingle,
    choice("isSingle", unchanged, nested, "a"),
    choice("isSingle", unchanged, scaled, "b"),
    makeNode("Add", ["a", "b"], ["y"]),
  ];
  const model = smallModel({ nodes, constants: [one], inputs: { x: [2, "n", 4] } });
  const { operators, difference } = await compareCanonical(model, waveFeeds({ x: [2, 3, 4] }));
  expect(operators).toEqual(["Mul", "Mul", "Add"]);
  expect(difference).toBe(0);
});

it("a branch whose result is a value from outside passes it on", async () => {
  const outer = branch([], "x");
  const nodes = [...isSingle, choice("isSingle", squeezed, outer, "z"), makeNode("Neg", ["z"], ["y"])];
  const model = smallModel({ nodes, constants: [one], inputs: { x: [2, "n", 4] } });
  const canonical = canonicalise(model, { inputShapes: new Map([["x", [2, 3, 4]]]) });
  expect(operatorsOf(canonical)).toEqual(["Neg"]);
  expect(canonical.graph.nodes[0]!.inputs).toEqual(["x"]);
});

it("a condition that is an input stays one", () => {
  const graph = {
    ...smallModel({ nodes: [choice("condition", unchanged, unchanged)] }).graph,
    inputs: [makeValue("x", ElementType.float32, [2, 3, 4]), makeValue("condition", ElementType.bool, [])],
  };
  const model = { ...smallModel({ nodes: [] }), graph };
  expect(operatorsOf(canonicalise(model, { inputShapes: new Map() }))).toEqual(["If"]);
});
