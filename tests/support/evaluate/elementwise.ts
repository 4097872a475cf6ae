// Operators that work place by place.
import { floatAttribute, intAttribute, textAttribute } from "../../../src/core/onnx/attributes.ts";
import type { Node } from "../../../src/core/onnx/model.ts";
import { erf } from "./erf.ts";
import {
  broadcastDims,
  countOf,
  expanded,
  type Kernel,
  type KernelTable,
  makeValues,
  required,
  type Values,
  wholeTypes,
} from "./kernel.ts";

function unary(of: (x: number, node: Node) => number): Kernel {
  return (at) => {
    const x = required(at, 0);
    return [{ ...x, data: x.data.map((each) => of(each, at.node)) }];
  };
}

function several(of: (values: readonly number[], isWhole: boolean) => number, isWhole?: boolean): Kernel {
  return ({ inputs }) => {
    const given = inputs.filter((input): input is Values => input !== undefined);
    const dims = broadcastDims(given.map((input) => input.dims));
    const whole = given.at(-1)!.isWhole;
    const columns = given.map((input) => expanded(input, dims).data);
    const data = new Float64Array(countOf(dims));
    const values = columns.map(() => 0);
    for (let index = 0; index < data.length; index++) {
      for (let place = 0; place < values.length; place++) values[place] = columns[place]![index]!;
      data[index] = of(values, whole);
    }
    return [makeValues(dims, data, isWhole ?? whole)];
  };
}

const binary = (of: (x: number, y: number, isWhole: boolean) => number, isWhole?: boolean): Kernel =>
  several(([x, y], whole) => of(x!, y!, whole), isWhole);

const test = (of: (x: number, y: number) => boolean): Kernel => binary((x, y) => Number(of(x, y)), true);

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

function gelu(x: number, node: Node): number {
  if (textAttribute(node, "approximate") !== "tanh") return (x / 2) * (1 + erf(x / Math.SQRT2));
  return (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

const clip: Kernel = (at) => {
  const x = required(at, 0);
  const low = at.inputs[1]?.data[0] ?? floatAttribute(at.node, "min") ?? Number.NEGATIVE_INFINITY;
  const high = at.inputs[2]?.data[0] ?? floatAttribute(at.node, "max") ?? Number.POSITIVE_INFINITY;
  return [{ ...x, data: x.data.map((each) => Math.min(Math.max(each, low), high)) }];
};

const cast: Kernel = (at) => {
  const x = required(at, 0);
  const to = intAttribute(at.node, "to") ?? 0;
  if (!wholeTypes.has(to)) return [{ ...x, isWhole: false }];
  const isBoolean = to === 9;
  return [
    { ...x, data: x.data.map((each) => (isBoolean ? Number(each !== 0) : Math.trunc(each))), isWhole: true },
  ];
};

export const elementwiseKernels: KernelTable = {
  Add: binary((x, y) => x + y),
  Sub: binary((x, y) => x - y),
  Mul: binary((x, y) => x * y),
  Div: binary((x, y, isWhole) => (isWhole ? Math.trunc(x / y) : x / y)),
  Pow: (at) => [{ ...binary((x, y) => x ** y)(at)[0]!, isWhole: required(at, 0).isWhole }],
  Mod: binary((x, y) => x - y * Math.floor(x / y)),
  Sum: several((values) => values.reduce((sum, each) => sum + each)),
  Max: several((values) => Math.max(...values)),
  Min: several((values) => Math.min(...values)),
  Where: several(([condition, x, y]) => (condition !== 0 ? x! : y!)),
  Equal: test((x, y) => x === y),
  Greater: test((x, y) => x > y),
  GreaterOrEqual: test((x, y) => x >= y),
  Less: test((x, y) => x < y),
  LessOrEqual: test((x, y) => x <= y),
  And: test((x, y) => x !== 0 && y !== 0),
  Or: test((x, y) => x !== 0 || y !== 0),
  Not: unary((x) => Number(x === 0)),
  Neg: unary((x) => -x),
  Abs: unary(Math.abs),
  Sign: unary(Math.sign),
  Sqrt: unary(Math.sqrt),
  Exp: unary(Math.exp),
  Log: unary(Math.log),
  Sin: unary(Math.sin),
  Cos: unary(Math.cos),
  Reciprocal: unary((x) => 1 / x),
  Floor: unary(Math.floor),
  Ceil: unary(Math.ceil),
  Erf: unary(erf),
  Tanh: unary(Math.tanh),
  Sigmoid: unary(sigmoid),
  Softplus: unary((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  Relu: unary((x) => Math.max(x, 0)),
  LeakyRelu: unary((x, node) => (x < 0 ? (floatAttribute(node, "alpha") ?? 0.01) * x : x)),
  HardSigmoid: unary((x, node) => {
    const slope = floatAttribute(node, "alpha") ?? 0.2;
    return Math.min(Math.max(slope * x + (floatAttribute(node, "beta") ?? 0.5), 0), 1);
  }),
  HardSwish: unary((x) => x * Math.min(Math.max(x / 6 + 0.5, 0), 1)),
  Gelu: unary(gelu),
  "com.microsoft.Gelu": unary(gelu),
  "com.microsoft.QuickGelu": unary((x, node) => x * sigmoid((floatAttribute(node, "alpha") ?? 1.702) * x)),
  IsNaN: (at) => [{ ...unary((x) => Number(Number.isNaN(x)))(at)[0]!, isWhole: true }],
  Identity: unary((x) => x),
  Dropout: unary((x) => x),
  Clip: clip,
  Cast: cast,
  CastLike: (at) => [{ ...required(at, 0), isWhole: required(at, 1).isWhole }],
};
