// Whatever model is written: it is read back as it was, unknown fields included.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type {
  Attribute,
  Dimension,
  Graph,
  Node,
  OnnxModel,
  RawFields,
  Tensor,
  ValueInfo,
  ValueType,
} from "./model.ts";
import { readOnnx } from "./read-onnx.ts";
import { writeOnnx } from "./write-onnx.ts";

const text = fc.string({ maxLength: 8 });
/** An unknown field: number 99, a varint. */
const rest: fc.Arbitrary<RawFields> = fc.array(
  fc.nat(127).map((value) => Uint8Array.of(0x98, 0x06, value)),
  {
    maxLength: 2,
  },
);
const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

const tensor: fc.Arbitrary<Tensor> = fc
  .record({ name: text, dims: fc.array(fc.nat(3), { maxLength: 3 }), isPacked: fc.boolean(), rest })
  .chain(({ name, dims, isPacked, rest: kept }) => {
    const count = dims.reduce((product, size) => product * size, 1);
    return bytesOf(4 * count).map((bytes): Tensor => {
      const data = isPacked
        ? ({ kind: "packed", field: "float", bytes } as const)
        : ({ kind: "raw", bytes } as const);
      return { name, elementType: 1, dims, data, rest: kept };
    });
  });

const size: fc.Arbitrary<Dimension["size"]> = fc.oneof(fc.nat(), text, fc.constant(null));
const shape: fc.Arbitrary<readonly Dimension[] | null> = fc.option(
  fc.array(fc.record({ size, rest }), { maxLength: 3 }),
  { nil: null },
);
const tensorType: fc.Arbitrary<ValueType> = fc.record({
  kind: fc.constant("tensor" as const),
  elementType: fc.nat(20),
  shape,
  rest,
});
const valueInfo: fc.Arbitrary<ValueInfo> = fc.record({ name: text, type: fc.option(tensorType), rest });

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const float = fc.float({ noNaN: true });

const { graph } = fc.letrec<{ graph: Graph; node: Node; attribute: Attribute }>((tie) => ({
  graph: fc.record({
    name: text,
    nodes: fc.array(tie("node"), { maxLength: 3 }),
    initializers: fc.array(tensor, { maxLength: 2 }),
    inputs: fc.array(valueInfo, { maxLength: 2 }),
    outputs: fc.array(valueInfo, { maxLength: 2 }),
    valueInfo: fc.array(valueInfo, { maxLength: 2 }),
    rest,
  }),
  node: fc.record({
    name: text,
    opType: text,
    domain: fc.constantFrom("", "ai.onnx", "com.microsoft"),
    inputs: fc.array(text, { maxLength: 3 }),
    outputs: fc.array(text, { maxLength: 3 }),
    attributes: fc.array(tie("attribute"), { maxLength: 2 }),
    rest,
  }),
  attribute: fc.oneof(
    { depthSize: "small" },
    fc.record({ name: text, kind: fc.constant("float" as const), value: float, rest }),
    fc.record({ name: text, kind: fc.constant("int" as const), value: int64, rest }),
    fc.record({
      name: text,
      kind: fc.constant("string" as const),
      value: fc.uint8Array({ maxLength: 5 }),
      rest,
    }),
    fc.record({ name: text, kind: fc.constant("floats" as const), value: fc.array(float), rest }),
    fc.record({ name: text, kind: fc.constant("ints" as const), value: fc.array(int64), rest }),
    fc.record({ name: text, kind: fc.constant("tensor" as const), value: tensor, rest }),
    fc.record({ name: text, kind: fc.constant("graph" as const), value: tie("graph"), rest }),
    fc.record({
      name: text,
      kind: fc.constant("graphs" as const),
      value: fc.array(tie("graph"), { maxLength: 2 }),
      rest,
    }),
  ),
}));

describe("any model", () => {
  it("is read as it was written", () => {
    const model = fc.record<OnnxModel>({
      irVersion: fc.integer({ min: 1, max: 13 }),
      opsets: fc.tuple(
        fc.record({ domain: fc.constant(""), version: fc.integer({ min: 7, max: 26 }), rest }),
      ),
      graph,
      source: fc.constant(new Uint8Array(0)),
      rest,
    });
    fc.assert(
      fc.property(model, (written) => {
        const read = readOnnx(writeOnnx(written).bytes);
        expect({ ...read, source: written.source }).toEqual(written);
      }),
      { numRuns: 500 },
    );
  });
});
