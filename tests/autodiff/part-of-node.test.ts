// Where only some rows of a result are read, only these go back through the operator, and the gradients stay the same.
import { expect, it } from "vitest";
import { differentiate } from "../../src/core/autodiff/differentiate.ts";
import { gradient } from "../../src/core/autodiff/gradient.ts";
import { makeIntTensor, makeNode, makeUntypedValue } from "../../src/core/onnx/build.ts";
import { indexGraph } from "../../src/core/onnx/graph-index.ts";
import type { OnnxModel } from "../../src/core/onnx/model.ts";
import { inferFacts } from "../../src/core/onnx/shapes/infer-facts.ts";
import { writeOnnx } from "../../src/core/onnx/write-onnx.ts";
import { runModel } from "../support/ort.ts";
import { activationCases } from "./cases/activations.ts";
import { createRandom, type GradientCase } from "./cases/case.ts";
import { elementwiseCases } from "./cases/elementwise.ts";
import { layoutCases } from "./cases/layout.ts";
import { linearCases } from "./cases/linear.ts";
import { normalisationCases } from "./cases/normalisation.ts";
import { feedsOf, modelOf, openCase } from "./run-case.ts";

/** Slices of older operator sets leave no rows that can be told. */
const cases = [
  ...elementwiseCases,
  ...activationCases,
  ...linearCases,
  ...layoutCases,
  ...normalisationCases,
].filter(({ opset = 20, results = 1 }) => opset >= 11 && results === 1);

it.each(cases)("$rule, $form", async (row) => {
  const model = modelOf(row);
  const shape = resultShape(model);
  const open = await openCase(row);
  const random = createRandom(17);
  for (const [axis, length] of shape.entries()) {
    if (length < 2) continue;
    const part = shape.map((size, place) => (place === axis ? length - 1 : size));
    const upstream = Float64Array.from({ length: product(part) }, () => 2 * random() - 1);
    const expected = await open.gradients([behindZeros(upstream, shape, axis)]);
    const byPart = await gradientsOfRows(row, model, axis, { data: upstream, shape: part });
    for (const [index, each] of expected.entries()) {
      const scale = 1 + Math.max(0, ...each.map(Math.abs));
      const errors = Array.from(each, (value, place) => Math.abs(value - byPart[index]![place]!) / scale);
      expect(byPart[index]).toHaveLength(each.length);
      expect(Math.max(0, ...errors), `axis ${axis}`).toBeLessThan(row.single ? 2e-5 : 1e-10);
    }
  }
  await open.release();
});

/** All rows but the first of the result are read; by every input that varies. */
async function gradientsOfRows(
  row: GradientCase,
  model: OnnxModel,
  axis: number,
  upstream: { readonly data: Float64Array; readonly shape: readonly number[] },
) {
  const { graph } = model;
  const lists = { from: 1, to: 2 ** 31, along: axis };
  const sliced: OnnxModel = {
    ...model,
    graph: {
      ...graph,
      nodes: [...graph.nodes, makeNode("Slice", ["y0", "from", "to", "along"], ["rows"])],
      initializers: [
        ...graph.initializers,
        ...Object.entries(lists).map(([name, value]) => makeIntTensor(name, [1], [value])),
      ],
      outputs: [makeUntypedValue("rows")],
    },
  };
  const feeds = feedsOf(row);
  const wanted = Object.keys(feeds).filter((name) => name.startsWith("x"));
  const made = differentiate(sliced, {
    seeds: [{ tensor: "rows", upstream: { input: "seed" } }],
    ...{ wanted, rules: gradient },
  });
  const outputs = await runModel(writeOnnx(made.model).bytes, { ...feeds, seed: upstream });
  return wanted.map((name) => outputs[made.gradients.get(name)!]!.data);
}

function resultShape(model: OnnxModel): readonly number[] {
  const shape = inferFacts(model, indexGraph(model.graph), new Map()).get("y0")?.shape;
  if (!shape || shape.includes(null)) throw new Error("the shape of the result cannot be told");
  return shape as readonly number[];
}

/** The same numbers with a row of zeros before them along an axis. */
function behindZeros(part: Float64Array, shape: readonly number[], axis: number): Float64Array {
  const inner = product(shape.slice(axis + 1));
  const length = shape[axis]!;
  return Float64Array.from({ length: product(shape) }, (_, at) => {
    const [block, place] = [Math.floor(at / (inner * length)), Math.floor(at / inner) % length];
    return place === 0 ? 0 : part[(block * (length - 1) + place - 1) * inner + (at % inner)]!;
  });
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}
