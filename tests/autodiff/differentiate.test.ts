// The backward pass as a whole, on a small transformer: seeds, several passes, errors, and the pass by itself.
import { describe, expect, it, test } from "vitest";
import { exposeOutputs } from "../../src/core/anatomy/expose.ts";
import { differentiate, differentiateEach } from "../../src/core/autodiff/differentiate.ts";
import { gradient } from "../../src/core/autodiff/gradient.ts";
import { splitBackward } from "../../src/core/autodiff/split-backward.ts";
import { isXaiError } from "../../src/core/errors.ts";
import {
  makeFloatTensor,
  makeGraph,
  makeIntTensor,
  makeNode,
  makeUntypedValue,
  makeValue,
} from "../../src/core/onnx/build.ts";
import { ElementType, type Node, type OnnxModel } from "../../src/core/onnx/model.ts";
import { readOnnx } from "../../src/core/onnx/read-onnx.ts";
import { writeOnnx } from "../../src/core/onnx/write-onnx.ts";
import { largestDifference, type RunOutput, runModel } from "../support/ort.ts";
import { tinyVit } from "../support/tiny-vit.ts";

const pixels = Float32Array.from({ length: 192 }, (_, index) => Math.sin(0.7 * index));
const picture = { data: pixels, shape: [1, 3, 8, 8] };
const wanted = ["attention", "scaled", "x"];
const rules = gradient;
const byInput = (name: string) => [{ tensor: "scores", upstream: { input: name } }];

function row(...values: readonly number[]) {
  return { data: Float32Array.from(values), shape: [1, values.length] };
}

async function run(
  model: OnnxModel,
  feeds: Readonly<Record<string, { data: Float32Array; shape: readonly number[] }>>,
) {
  const { bytes, externalData } = writeOnnx(model);
  return runModel(bytes, feeds, { externalData });
}

/** Gradients of the tiny transformer for one seed, by wanted value. */
async function gradients(...seed: readonly number[]): Promise<ReadonlyMap<string, RunOutput>> {
  const made = differentiate(tinyVit(), { seeds: byInput("seed"), wanted, rules });
  const outputs = await run(made.model, { picture, seed: row(...seed) });
  return new Map(wanted.map((name) => [name, outputs[made.gradients.get(name)!]!]));
}

describe("seeds", () => {
  it("any vector on the output: a difference of classes is the difference of their gradients", async () => {
    const [first, third, both] = [
      await gradients(1, 0, 0),
      await gradients(0, 0, 1),
      await gradients(1, 0, -1),
    ];
    for (const name of wanted) {
      const difference = first.get(name)!.data.map((value, place) => value - third.get(name)!.data[place]!);
      expect(largestDifference(both.get(name)!.data, difference), name).toBeLessThan(1e-6);
      expect(Math.max(...both.get(name)!.data.map(Math.abs)), name).toBeGreaterThan(1e-3);
    }
  });

  it("may be fixed numbers, with no input", async () => {
    const made = differentiate(tinyVit(), {
      seeds: [{ tensor: "scores", upstream: { values: [0, 1, 0] } }],
      ...{ wanted, rules },
    });
    expect(made.seeds).toEqual([]);
    const outputs = await run(made.model, { picture });
    const expected = await gradients(0, 1, 0);
    for (const name of wanted) {
      expect(outputs[made.gradients.get(name)!]!.data).toEqual(expected.get(name)!.data);
    }
  });

  it("may start at an inner value", async () => {
    const made = differentiate(tinyVit(), {
      seeds: [{ tensor: "attention", upstream: { input: "inner" } }],
      ...{ wanted: ["scaled"], rules },
    });
    const inner = {
      data: Float32Array.from({ length: 50 }, (_, index) => Math.cos(index)),
      shape: [1, 2, 5, 5],
    };
    const outputs = await run(exposeOutputs(made.model, ["attention"]), { picture, inner });
    const [attention, result] = [outputs.attention!.data, outputs[made.gradients.get("scaled")!]!.data];
    for (let start = 0; start < 50; start += 5) {
      const places = [0, 1, 2, 3, 4].map((key) => start + key);
      const mean = places.reduce((sum, place) => sum + attention[place]! * inner.data[place]!, 0);
      for (const place of places)
        expect(result[place]).toBeCloseTo(attention[place]! * (inner.data[place]! - mean), 6);
    }
  });

  it("take another name where the model has theirs", () => {
    const made = differentiate(tinyVit(), { seeds: byInput("picture"), wanted, rules });
    expect(made.seeds).not.toEqual(["picture"]);
    expect(made.model.graph.inputs.map(({ name }) => name)).toEqual(["picture", ...made.seeds]);
  });
});

describe("the model", () => {
  it("keeps its own nodes, weights and results", async () => {
    const model = tinyVit();
    const made = differentiate(model, { seeds: byInput("seed"), wanted, rules });
    expect(made.model.graph.nodes.slice(0, model.graph.nodes.length)).toEqual(model.graph.nodes);
    expect(made.model.graph.initializers.slice(0, model.graph.initializers.length)).toEqual(
      model.graph.initializers,
    );
    const plain = await run(model, { picture });
    const outputs = await run(made.model, { picture, seed: row(1, 0, 0) });
    expect(outputs.scores!.data).toEqual(plain.scores!.data);
  });

  it("gets no copy of a weight: what is added has a hundred numbers at most", () => {
    const made = differentiate(tinyVit(), { seeds: byInput("seed"), wanted: ["picture"], rules });
    const added = made.model.graph.initializers.slice(tinyVit().graph.initializers.length);
    for (const { dims } of added) expect(dims.reduce((product, size) => product * size, 1)).toBeLessThan(100);
    const transposed = made.model.graph.nodes.filter(({ opType }) => opType === "Transpose");
    const weights = new Set(tinyVit().graph.initializers.map(({ name }) => name));
    expect(transposed.filter(({ inputs }) => weights.has(inputs[0]!))).toEqual([]);
  });

  it("can be differentiated twice, with names that do not meet", async () => {
    const once = differentiate(tinyVit(), { seeds: byInput("seed"), wanted, rules });
    const twice = differentiate(once.model, { seeds: byInput("seed"), wanted, rules });
    const outputs = await run(twice.model, { picture, seed: row(1, 0, 0), [twice.seeds[0]!]: row(0, 0, 1) });
    const [first, third] = [await gradients(1, 0, 0), await gradients(0, 0, 1)];
    for (const name of wanted) {
      expect(outputs[once.gradients.get(name)!]!.data).toEqual(first.get(name)!.data);
      expect(
        largestDifference(outputs[twice.gradients.get(name)!]!.data, third.get(name)!.data),
      ).toBeLessThan(1e-6);
    }
  });
});

test("several passes at once share what does not depend on the seed", async () => {
  const activated = withActivation(tinyVit());
  const pass = (input: string) => ({ seeds: byInput(input), wanted: ["attention"], rules });
  const one = differentiateEach(activated, [pass("a")]);
  const two = differentiateEach(activated, [pass("a"), pass("b")]);
  const exponentials = ({ graph }: OnnxModel) => graph.nodes.filter(({ opType }) => opType === "Exp").length;
  expect(exponentials(one.model)).toBeGreaterThan(0);
  expect(exponentials(two.model)).toBe(exponentials(one.model));
  const outputs = await run(two.model, { picture, a: row(1, 0, 0), b: row(1, 0, 0) });
  const [first, second] = two.passes.map(({ gradients: named }) => outputs[named.get("attention")!]!.data);
  expect(first).toEqual(second);
});

/** The transformer with a GELU behind its block. */
function withActivation(model: OnnxModel): OnnxModel {
  const nodes = model.graph.nodes.flatMap((node): Node[] =>
    node.outputs[0] === "y" ? [{ ...node, outputs: ["sum"] }, makeNode("Gelu", ["sum"], ["y"])] : [node],
  );
  return { ...model, opsets: [{ domain: "", version: 20, rest: [] }], graph: { ...model.graph, nodes } };
}

test("q, k and v cut out of one product come back as one Concat", () => {
  const parts = ["q", "k", "v"].map((name, index) =>
    makeNode("Gather", ["qkv", `${index}`], [name], { axis: 0 }),
  );
  const model = small({
    nodes: [...parts, makeNode("Mul", ["q", "k"], ["qk"]), makeNode("Mul", ["qk", "v"], ["y"])],
    initializers: ["0", "1", "2"].map((name) => makeIntTensor(name, [], [Number(name)])),
    inputs: [makeValue("qkv", ElementType.float32, [3, 2, 4])],
  });
  const made = differentiate(model, {
    seeds: [{ tensor: "y", upstream: { input: "seed" } }],
    wanted: ["qkv"],
    rules,
  });
  const added = made.model.graph.nodes.slice(model.graph.nodes.length).map(({ opType }) => opType);
  expect(added.filter((operator) => operator === "Concat")).toHaveLength(1);
  expect(added).not.toContain("Pad");
});

test("behind a class token only its row goes back", async () => {
  const model = withActivation(tinyVit());
  const made = differentiate(model, { seeds: byInput("seed"), wanted: ["y", "attention"], rules });
  const added = made.model.graph.nodes.slice(model.graph.nodes.length);
  const exponential = added.find(({ opType }) => opType === "Exp")!;
  const shown = await run(exposeOutputs(made.model, [exponential.outputs[0]!]), {
    picture,
    seed: row(0, 1, 0),
  });
  expect(shown[exponential.outputs[0]!]!.shape).toEqual([1, 1, 8]);
  const byTokens = shown[made.gradients.get("attention")!]!;
  expect(byTokens.shape).toEqual([1, 2, 5, 5]);
  // Queries of other tokens do not reach the scores.
  for (const [place, value] of byTokens.data.entries()) if (place % 25 >= 5) expect(value).toBe(0);
  expect(Math.max(...byTokens.data.map(Math.abs))).toBeGreaterThan(1e-4);
});

describe("a backward pass by itself", () => {
  const model = readOnnx(writeOnnx(tinyVit()).bytes);
  const split = splitBackward(model, [{ seeds: byInput("seed"), wanted, rules }]);
  const named = split.passes[0]!.gradients;

  it("gives the same gradients from what the forward pass kept, for one class after the other", async () => {
    const forward = await run(split.forward, { picture });
    const kept = Object.fromEntries(
      split.kept.map((name) => [
        name,
        { data: forward[name]!.data as Float32Array, shape: forward[name]!.shape },
      ]),
    );
    for (const seed of [
      [1, 0, 0],
      [0, 1, 0],
    ]) {
      const outputs = await run(split.backward, { ...kept, seed: row(...seed) });
      const expected = await gradients(...seed);
      for (const name of wanted) {
        expect(largestDifference(outputs[named.get(name)!]!.data, expected.get(name)!.data)).toBeLessThan(
          1e-6,
        );
      }
    }
  });

  it("takes no weights, and of keys, values, queries and attention one form and the rows that count", async () => {
    const weights = new Set(model.graph.initializers.map(({ name }) => name));
    expect(split.kept.filter((name) => weights.has(name))).toEqual([]);
    const forward = await run(split.forward, { picture });
    const sizes = split.kept.map((name) => forward[name]!.data.length);
    // Keys and values of two heads, five tokens and width 4; the class token's two rows of attention; its query.
    expect(sizes.sort((a, b) => a - b)).toEqual([8, 10, 10, 40, 40]);
  });

  it("leaves to the forward pass what no seed changes", () => {
    const activated = splitBackward(withActivation(tinyVit()), [{ seeds: byInput("seed"), wanted, rules }]);
    const operators = ({ graph }: OnnxModel) => graph.nodes.map(({ opType }) => opType);
    expect(operators(activated.forward)).toContain("Exp");
    expect(operators(activated.backward)).not.toContain("Exp");
  });

  it("refers to the weights in the original file", () => {
    const location = "original";
    const { externalData, bytes } = writeOnnx(split.backward, {
      externalise: { path: location, minimumBytes: 64 },
    });
    expect(externalData.map(({ path, data }) => [path, data])).toEqual([[location, model.source]]);
    expect(bytes.length).toBeLessThan(writeOnnx(split.backward).bytes.length);
  });
});

describe("errors", () => {
  it("name the operator without a rule, and its node", () => {
    const node = { ...makeNode("Det", ["x"], ["y"]), name: "/head/Det" };
    expect(errorOf(small({ nodes: [node], inputs: [makeValue("x", ElementType.float32, [3, 3])] }))).toEqual([
      "autodiff/no-rule",
      { operator: "Det", node: "/head/Det" },
    ]);
  });

  it("are not raised for operators beside the path", async () => {
    const nodes = [makeNode("Hardmax", ["w"], ["d"]), makeNode("Mul", ["x", "d"], ["y"])];
    const model = small({
      nodes,
      initializers: [makeFloatTensor("w", [3], [1, 2, 3])],
      inputs: [makeValue("x", ElementType.float32, [3])],
    });
    expect(errorOf(model)).toBe("none");
  });

  it("say which form of an operator is not covered", () => {
    const nodes = [makeNode("Conv", ["w", "x"], ["y"])];
    const model = small({
      nodes,
      initializers: [makeFloatTensor("w", [1, 1, 3, 3], Array(9).fill(1))],
      inputs: [makeValue("x", ElementType.float32, [1, 1, 2, 2])],
    });
    expect(errorOf(model)).toEqual([
      "autodiff/unsupported",
      { operator: "Conv", node: "y", reason: "its weights depend on the picture" },
    ]);
  });

  it("say that a used second result is not covered", () => {
    const nodes = [
      makeNode("LayerNormalization", ["x", "w"], ["n", "mean"]),
      makeNode("Add", ["n", "mean"], ["y"]),
    ];
    const model = small({
      nodes,
      initializers: [makeFloatTensor("w", [4], [1, 1, 1, 1])],
      inputs: [makeValue("x", ElementType.float32, [2, 4])],
    });
    const typed = {
      ...model,
      graph: { ...model.graph, valueInfo: [makeValue("mean", ElementType.float32, [2, 1])] },
    };
    expect(errorOf(typed)).toEqual([
      "autodiff/unsupported",
      { operator: "LayerNormalization", node: "n, mean", reason: "its result mean is used" },
    ]);
  });

  it("say what the seed does not depend on", () => {
    const model = small({
      nodes: [makeNode("Neg", ["x"], ["y"])],
      inputs: [makeValue("x", ElementType.float32, [2])],
    });
    expect(errorOf(model, ["z"])).toEqual(["autodiff/unreachable", { tensor: "z" }]);
  });

  it("name the value whose size only a run tells", () => {
    const nodes = [makeNode("Relu", ["x"], ["r"]), makeNode("ReduceSum", ["r"], ["y"], { keepdims: 0 })];
    const model = small({ nodes, inputs: [makeValue("x", ElementType.float32, [1, "n"])] });
    expect(errorOf(model)).toEqual(["autodiff/unknown-shape", { tensor: "r" }]);
    const inputShapes = new Map([["x", [1, 7]]]);
    const made = differentiate(model, {
      seeds: [{ tensor: "y", upstream: { input: "seed" } }],
      wanted: ["x"],
      rules,
      inputShapes,
    });
    expect(made.gradients.get("x")).toBe("gradient of x");
  });
});

test("no path but a flat one gives zeros", async () => {
  const model = small({
    nodes: [makeNode("Floor", ["x"], ["y"])],
    inputs: [makeValue("x", ElementType.float32, [3])],
  });
  const made = differentiate(model, {
    seeds: [{ tensor: "y", upstream: { values: [1, 2, 3] } }],
    wanted: ["x"],
    rules,
  });
  const outputs = await run(made.model, { x: { data: Float32Array.of(0.5, 1.5, 2.5), shape: [3] } });
  expect([...outputs[made.gradients.get("x")!]!.data]).toEqual([0, 0, 0]);
});

function small(parts: Parameters<typeof makeGraph>[0]): OnnxModel {
  const graph = makeGraph({ outputs: [makeUntypedValue("y")], ...parts });
  return {
    irVersion: 8,
    opsets: [{ domain: "", version: 17, rest: [] }],
    graph,
    source: new Uint8Array(0),
    rest: [],
  };
}

/** Code and facts of what differentiating by `x` throws. */
function errorOf(model: OnnxModel, names: readonly string[] = ["x"]): unknown {
  const output = model.graph.outputs[0]!.name;
  try {
    differentiate(model, { seeds: [{ tensor: output, upstream: { input: "seed" } }], wanted: names, rules });
  } catch (error) {
    return isXaiError(error) ? [error.code, error.details] : error;
  }
  return "none";
}
