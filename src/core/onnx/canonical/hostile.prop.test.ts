// Whatever nodes a file holds: canonical form or an onnx/* error, soon, and a graph that can be written and read again.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isXaiError } from "../../errors.ts";
import { makeGraph, makeIntTensor, makeNode, makeUntypedValue, makeValue } from "../build.ts";
import { type Attribute, ElementType, type Node, type OnnxModel, type Tensor } from "../model.ts";
import { readOnnx } from "../read-onnx.ts";
import { writeOnnx } from "../write-onnx.ts";
import { canonicalise } from "./canonicalise.ts";
import { constantTensor } from "./constant-tensor.ts";
import { fusedOperators } from "./fused/fused-operators.ts";
import { noOps } from "./no-ops/skip-no-ops.ts";
import { patterns } from "./patterns/patterns.ts";
import { widenHalves } from "./widen-halves.ts";

const others =
  "Erf Tanh Sigmoid Sqrt Reciprocal ReduceMean MatMul Gemm Conv Softmax IsNaN LayerNormalization Constant Shape " +
  "ConstantOfShape Gather Range Identity Clip Upsample Resize TopK BatchNormalization GridSample Scatter Hardmax";

const operators = [
  ...Object.keys(fusedOperators),
  ...Object.keys(noOps),
  ...Object.keys(patterns),
  ...others.split(" "),
];

const broken = (name: string, dims: readonly number[], elementType: number): Tensor => ({
  ...{ name, dims, elementType, rest: [] },
  data: { kind: "raw", bytes: new Uint8Array(3) },
});

const constants: readonly Tensor[] = [
  ...[-1, 0, 0.5, 1, 2, 3, Number.NaN].map((value, place) => number(`number${place}`, value)),
  makeIntTensor("axes", [1], [-1]),
  makeIntTensor("many", [3], [99, -99, 0]),
  makeIntTensor("none", [0], []),
  constantTensor("flags", ElementType.bool, [2], [1, 0])!,
  constantTensor("half", ElementType.float16, [4], [1, 2, 3, 4])!,
  constantTensor("vector", ElementType.float32, [4], [1, 1, 1, 1])!,
  broken("short", [4, 4], ElementType.float32),
  broken("negative", [-4, 4], ElementType.float32),
  broken("words", [2], ElementType.string),
  broken("unknownType", [2], 77),
];

const inputs = [
  makeValue("x", ElementType.float32, [2, 3, 4]),
  makeValue("heads", ElementType.float32, [1, 2, 3, 4]),
  makeValue("packed", ElementType.float32, [1, 3, 2, 3, 4]),
  makeValue("halves", ElementType.float16, ["n", 4]),
  makeValue("mask", ElementType.int32, [1]),
  makeValue("huge", ElementType.float32, [1, 2 ** 40, 2 ** 40]),
  makeValue("odd", ElementType.float32, [-3, 0, 7]),
  makeUntypedValue("untyped"),
];

const known = [...inputs.map(({ name }) => name), ...constants.map(({ name }) => name), "", "missing"];

const attributeNames =
  "axis axes keepdims num_heads q_num_heads kv_num_heads scale perm to alpha epsilon activation activation_params " +
  "unidirectional is_causal softcap qkv_hidden_sizes transA transB split num_outputs min max pads mode scales k " +
  "value value_ints value_float interleaved rotary_embedding_dim spatial noop_with_empty_axes";

const attributes: fc.Arbitrary<Attribute> = fc
  .tuple(
    fc.constantFrom(...attributeNames.split(" ")),
    fc.oneof(
      fc
        .constantFrom(-(2n ** 63n), -1n, 0n, 1n, 2n, 3n, 2n ** 63n - 1n)
        .map((value) => ({ kind: "int", value }) as const),
      fc.float().map((value) => ({ kind: "float", value }) as const),
      fc.array(fc.bigInt(-4n, 9n), { maxLength: 4 }).map((value) => ({ kind: "ints", value }) as const),
      fc.array(fc.float(), { maxLength: 3 }).map((value) => ({ kind: "floats", value }) as const),
      fc.uint8Array({ maxLength: 4 }).map((value) => ({ kind: "string", value }) as const),
      fc.constantFrom(...constants).map((value) => ({ kind: "tensor", value }) as const),
    ),
  )
  .map(([name, value]) => ({ ...value, name, rest: [] }));

const nodes: fc.Arbitrary<Node> = fc
  .record({
    operator: fc.constantFrom(...operators),
    reads: fc.array(fc.nat(), { maxLength: 7 }),
    results: fc.integer({ min: 0, max: 4 }),
    attributes: fc.array(attributes, { maxLength: 4 }),
  })
  .map(({ operator, reads, results, attributes }) => {
    const domain = operator.startsWith("com.microsoft.") ? "com.microsoft" : "";
    const names = Array.from({ length: results }, (_, place) => `result${place}`);
    const opType = operator.slice(domain === "" ? 0 : domain.length + 1);
    return { ...makeNode(opType, reads.map(String), names, {}, domain), attributes };
  });

/** Each node reads inputs, constants, nothing, or what nodes before it wrote; the last results are outputs. */
const models: fc.Arbitrary<OnnxModel> = fc
  .tuple(fc.array(nodes, { minLength: 1, maxLength: 6 }), fc.integer({ min: 7, max: 25 }))
  .map(([drawn, version]) => {
    const values = [...known];
    const written = drawn.map((node, place) => {
      const read = node.inputs.map((choice) => values[(Number(choice) * 31) % values.length]!);
      const results = node.outputs.map((name) => `${place}.${name}`);
      values.push(...results, ...results, ...results);
      return { ...node, inputs: read, outputs: results };
    });
    const outputs = values.slice(known.length).slice(-6).map(makeUntypedValue);
    const opsets = ["", "com.microsoft"].map((domain) => ({ domain, version, rest: [] }));
    const graph = makeGraph({ nodes: written, initializers: constants, inputs, outputs });
    return { irVersion: 8, opsets, graph, source: new Uint8Array(0), rest: [] };
  });

describe("canonical form of any nodes", () => {
  it("is a graph or an error of the reader", () => {
    let changed = 0;
    fc.assert(
      fc.property(models, fc.boolean(), (model, isWidened) => {
        const begin = performance.now();
        try {
          const shapes = new Map([["halves", [1, 4]]]);
          const canonical = canonicalise(isWidened ? widenHalves(model) : model, { inputShapes: shapes });
          changed += canonical.graph.nodes.length === model.graph.nodes.length ? 0 : 1;
          readOnnx(writeOnnx(canonical).bytes);
        } catch (error) {
          if (!isXaiError(error)) throw error;
          expect(error.code).toMatch(/^onnx\//);
        }
        expect(performance.now() - begin).toBeLessThan(1500);
      }),
      { numRuns: 6000 },
    );
    // Rules must get hold of some of them, or the property says little.
    expect(changed).toBeGreaterThan(1000);
  });
});

function number(name: string, value: number): Tensor {
  return constantTensor(name, ElementType.float32, [], [value])!;
}
