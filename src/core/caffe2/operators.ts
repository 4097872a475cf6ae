// The table of conversions: each Caffe2 operator as the ONNX nodes that compute the same in float32.
import { floatArgument, intArgument, malformed, textArgument } from "./arguments.ts";
import { channelsSecond, type GivenTensor, quantisation } from "./given-tensors.ts";
import { type GraphBuilder, type Setting, zeroIndex } from "./graph-builder.ts";
import type { Operator } from "./net-def.ts";

/** What a row of the table works with. */
export interface Conversion {
  readonly graph: GraphBuilder;
  /** The ONNX name of a value computed before. @throws caffe2/malformed */
  readonly value: (blob: string) => string;
  /** A tensor of the init net. @throws caffe2/malformed */
  readonly weight: (blob: string) => GivenTensor;
  /** Says that a Caffe2 value is the same as an ONNX value that exists. */
  readonly alias: (blob: string, name: string) => void;
}

type Convert = (operator: Operator, conversion: Conversion) => void;

/**
 * Activations are `[N, channels, height, width]` floats all along, so changes of layout and of number type vanish.
 * What stays of int8 is that each result saturates at the ends of its 8-bit range: the network was tuned with that.
 */
export const conversions: ReadonlyMap<string, Convert> = new Map<string, Convert>([
  ["NCHW2NHWC", pass],
  ["NHWC2NCHW", pass],
  ["Int8Quantize", pass],
  ["Int8Dequantize", pass],
  ["Int8Conv", (operator, conversion) => convolve(operator, conversion, saturate)],
  ["Int8ConvRelu", (operator, conversion) => convolve(operator, conversion, saturatedRelu)],
  ["Int8ConvTranspose", transposedConvolve],
  ["Int8FC", fullyConnect],
  ["Int8Sum", sum],
  ["Int8Relu", (operator, conversion) => saturatedRelu(operator, conversion, input(operator, conversion, 0))],
  ["Int8AveragePool", averagePool],
  [
    "Int8Softmax",
    (operator, { graph, value }) =>
      graph.addNode("Softmax", [value(operator.inputs[0])], operator.outputs[0], {
        axis: intArgument(operator, "axis", 1),
      }),
  ],
  [
    "Sigmoid",
    (operator, { graph, value }) =>
      graph.addNode("Sigmoid", [value(operator.inputs[0])], operator.outputs[0]),
  ],
  ["RoIAlign", alignRegions],
]);

function pass(operator: Operator, conversion: Conversion): void {
  conversion.alias(operator.outputs[0], input(operator, conversion, 0));
}

type Finish = (operator: Operator, conversion: Conversion, result: string) => void;

function convolve(operator: Operator, conversion: Conversion, finish: Finish): void {
  const inputs = convolutionInputs(operator, conversion);
  const settings = { ...windowOf(operator), group: intArgument(operator, "group", 1) };
  const result = `${operator.outputs[0]}_convolved`;
  conversion.graph.addNode("Conv", inputs, result, settings);
  finish(operator, conversion, result);
}

function transposedConvolve(operator: Operator, conversion: Conversion): void {
  if (intArgument(operator, "adj", 0) !== 0) throw malformed(operator, "output padding is not supported");
  const inputs = convolutionInputs(operator, conversion);
  const result = `${operator.outputs[0]}_convolved`;
  conversion.graph.addNode("ConvTranspose", inputs, result, windowOf(operator));
  saturate(operator, conversion, result);
}

function convolutionInputs(operator: Operator, conversion: Conversion): readonly string[] {
  requireChannelsLast(operator);
  const [, weights, bias] = operator.inputs;
  const tensor = conversion.weight(weights);
  if (tensor.dims.length !== 4) throw malformed(operator, "its weights must have 4 dimensions");
  const { dims, values } = channelsSecond(tensor);
  conversion.graph.addWeight(weights, dims, values);
  return [input(operator, conversion, 0), weights, addBias(bias, conversion)];
}

function fullyConnect(operator: Operator, conversion: Conversion): void {
  requireChannelsLast(operator);
  const [, weights, bias] = operator.inputs;
  const tensor = conversion.weight(weights);
  if (tensor.dims.length !== 2) throw malformed(operator, "its weights must have 2 dimensions");
  conversion.graph.addWeight(weights, tensor.dims, tensor.values);
  const [result] = operator.outputs;
  // Caffe2 flattens with the channels last, and so are the columns of the weights.
  conversion.graph.addNode("Transpose", [input(operator, conversion, 0)], `${result}_last`, {
    perm: [0, 2, 3, 1],
  });
  conversion.graph.addNode("Flatten", [`${result}_last`], `${result}_flat`, { axis: 1 });
  const inputs = [`${result}_flat`, weights, addBias(bias, conversion)];
  conversion.graph.addNode("Gemm", inputs, `${result}_product`, { transB: 1 });
  saturate(operator, conversion, `${result}_product`);
}

function addBias(blob: string, { graph, weight }: Conversion): string {
  const { dims, values } = weight(blob);
  graph.addWeight(blob, dims, values);
  return blob;
}

function sum(operator: Operator, conversion: Conversion): void {
  const terms = operator.inputs.map((_, index) => input(operator, conversion, index));
  const total = terms.reduce((left, right, index) => {
    const result = `${operator.outputs[0]}_sum${index}`;
    conversion.graph.addNode("Add", [left, right], result);
    return result;
  });
  saturate(operator, conversion, total);
}

function averagePool(operator: Operator, conversion: Conversion): void {
  requireChannelsLast(operator);
  conversion.graph.addNode(
    "AveragePool",
    [input(operator, conversion, 0)],
    operator.outputs[0],
    poolWindow(operator),
  );
}

function poolWindow(operator: Operator): Readonly<Record<string, Setting>> {
  const { dilations: _, ...window } = windowOf(operator);
  return window;
}

/** The batch is one picture, so every region belongs to picture 0. */
function alignRegions(operator: Operator, conversion: Conversion): void {
  const { graph } = conversion;
  const [result] = operator.outputs;
  const regions = input(operator, conversion, 1);
  graph.addNode("Shape", [regions], `${result}_count`, { start: 0, end: 1 });
  graph.addNode("ConstantOfShape", [`${result}_count`], `${result}_pictures`, {
    value: { tensor: zeroIndex },
  });
  const aligned = intArgument(operator, "aligned", 0) !== 0;
  graph.addNode("RoiAlign", [input(operator, conversion, 0), regions, `${result}_pictures`], result, {
    mode: "avg",
    output_height: intArgument(operator, "pooled_h"),
    output_width: intArgument(operator, "pooled_w"),
    sampling_ratio: intArgument(operator, "sampling_ratio", 0),
    spatial_scale: { float: floatArgument(operator, "spatial_scale") },
    coordinate_transformation_mode: aligned ? "half_pixel" : "output_half_pixel",
  });
}

function saturatedRelu(operator: Operator, conversion: Conversion, result: string): void {
  const rectified = `${operator.outputs[0]}_rectified`;
  conversion.graph.addNode("Relu", [result], rectified);
  saturate(operator, conversion, rectified);
}

/** Clips to what 8 bits can hold: `(0 - zeroPoint) * scale` to `(255 - zeroPoint) * scale`. */
function saturate(operator: Operator, { graph }: Conversion, result: string): void {
  const { scale, zeroPoint } = quantisation(operator);
  const [output] = operator.outputs;
  graph.addWeight(`${output}_lowest`, [], Float32Array.of((0 - zeroPoint) * scale));
  graph.addWeight(`${output}_highest`, [], Float32Array.of((255 - zeroPoint) * scale));
  graph.addNode("Clip", [result, `${output}_lowest`, `${output}_highest`], output);
}

/** Square windows only: `kernel`, `stride`, `pad`, `dilation`, as Caffe2's mobile networks give them. */
function windowOf(operator: Operator): Readonly<Record<string, Setting>> {
  const given = [...operator.arguments.keys()];
  const other = given.find((name) => /^(kernel|stride|pad|dilation)(s|_.*)$/.test(name));
  if (other !== undefined) throw malformed(operator, `argument "${other}" is not supported`);
  const square = (name: string, fallback?: number) => {
    const side = intArgument(operator, name, fallback);
    return [side, side];
  };
  const pads = square("pad", 0);
  return {
    kernel_shape: square("kernel"),
    strides: square("stride", 1),
    pads: [...pads, ...pads],
    dilations: square("dilation", 1),
  };
}

/** Quantised operators exist for channels last only; a file that says otherwise means something else. */
function requireChannelsLast(operator: Operator): void {
  const order = textArgument(operator, "order") ?? "NHWC";
  if (order !== "NHWC") throw malformed(operator, `order ${order} is not supported`);
}

function input(operator: Operator, { value }: Conversion, index: number): string {
  if (operator.inputs[index] === undefined) throw malformed(operator, `input ${index} is missing`);
  return value(operator.inputs[index]);
}
