// Runs one operator and its gradient through onnxruntime.

import { makeConstant } from "../../src/core/autodiff/constants.ts";
import { differentiate } from "../../src/core/autodiff/differentiate.ts";
import { gradient } from "../../src/core/autodiff/gradient.ts";
import { makeGraph, makeNode, makeUntypedValue, makeValue } from "../../src/core/onnx/build.ts";
import { ElementType, type OnnxModel } from "../../src/core/onnx/model.ts";
import { writeOnnx } from "../../src/core/onnx/write-onnx.ts";
import { type Feed, openModel } from "../support/ort.ts";
import { type CaseInput, type GradientCase, isFixed, type Sample } from "./cases/case.ts";

export type Vectors = readonly Float64Array[];

export interface OpenCase {
  /** The inputs that vary. */
  readonly samples: readonly Sample[];
  /** Sizes of the results. */
  readonly sizes: readonly number[];
  /** The operator itself, at other numbers than the row's if they are given. */
  forward(at?: Vectors): Promise<Vectors>;
  /** By every input that varies, for what arrives at every result. */
  gradients(upstream: Vectors): Promise<Vectors>;
  release(): Promise<void>;
}

export type Row = Pick<
  GradientCase,
  "rule" | "inputs" | "attributes" | "opset" | "results" | "others" | "single"
>;

export async function openCase(row: Row): Promise<OpenCase> {
  const samples = row.inputs.filter((input): input is Sample => input !== null && !isFixed(input));
  const names = samples.map((_, index) => `x${index}`);
  const model = modelOf(row);
  const forward = await openModel(writeOnnx(model).bytes);
  const results = model.graph.outputs.map(({ name }) => name);
  const feeds = (at: Vectors) => feedsOf(row, at);
  const point = samples.map(({ values }) => values);
  const shown = await forward.run(feeds(point));
  const differentiated = differentiate(model, {
    seeds: results.map((tensor) => ({ tensor, upstream: { input: `upstream of ${tensor}` } })),
    wanted: names,
    rules: gradient,
  });
  const backward = await openModel(writeOnnx(differentiated.model).bytes);
  return {
    samples,
    sizes: results.map((name) => shown[name]!.data.length),
    async forward(at = point) {
      const outputs = await forward.run(feeds(at));
      return results.map((name) => Float64Array.from(outputs[name]!.data));
    },
    async gradients(upstream) {
      const seeds = results.map((name, index) => [
        `upstream of ${name}`,
        { data: upstream[index]!, shape: shown[name]!.shape },
      ]);
      const outputs = await backward.run({ ...feeds(point), ...Object.fromEntries(seeds) });
      return names.map((name) => Float64Array.from(outputs[differentiated.gradients.get(name)!]!.data));
    },
    async release() {
      await forward.release();
      await backward.release();
    },
  };
}

/** What a row's model reads; `at` are other numbers than the row's for the inputs that vary. */
export function feedsOf(row: Row, at?: Vectors): Readonly<Record<string, Feed>> {
  let count = 0;
  const fed = row.inputs.flatMap((input, place): (readonly [string, Feed])[] => {
    if (input === null) return [];
    if (!isFixed(input)) {
      const index = count++;
      return [[`x${index}`, { data: at?.[index] ?? input.values, shape: input.dims }]];
    }
    if (!input.fed) return [];
    return [[`fixed${place}`, { data: BigInt64Array.from(input.values, BigInt), shape: input.dims }]];
  });
  return Object.fromEntries(fed);
}

/** A graph of the one operator; what does not vary are initializers. */
export function modelOf({
  rule,
  inputs,
  attributes = {},
  opset = 20,
  results = 1,
  others = 0,
  single = false,
}: Row): OnnxModel {
  const realType = single ? ElementType.float32 : ElementType.float64;
  const types = { int64: ElementType.int64, bool: ElementType.bool, real: realType };
  let count = 0;
  const named = inputs.map((input: CaseInput, place) => {
    if (input === null) return { name: "", input };
    return { name: isFixed(input) ? `fixed${place}` : `x${count++}`, input };
  });
  const [operator, domain] = [rule.split(".").at(-1)!, rule.split(".").slice(0, -1).join(".")];
  const outputs = Array.from({ length: results }, (_, index) => `y${index}`);
  const hidden = Array.from({ length: others }, (_, index) => `hidden${index}`);
  const graph = makeGraph({
    nodes: [
      makeNode(
        operator,
        named.map(({ name }) => name),
        [...outputs, ...hidden],
        attributes,
        domain,
      ),
    ],
    initializers: named.flatMap(({ name, input }) =>
      isFixed(input) && !input.fed ? [makeConstant(name, types[input.type], input.dims, input.values)] : [],
    ),
    inputs: named.flatMap(({ name, input }) =>
      input === null || (isFixed(input) && !input.fed)
        ? []
        : [makeValue(name, isFixed(input) ? types[input.type] : realType, input.dims)],
    ),
    outputs: outputs.map(makeUntypedValue),
  });
  const opsets = [{ domain: "", version: opset, rest: [] }];
  const all = domain === "" ? opsets : [...opsets, { domain, version: 1, rest: [] }];
  return { irVersion: opset > 20 ? 10 : 8, opsets: all, graph, source: new Uint8Array(0), rest: [] };
}
