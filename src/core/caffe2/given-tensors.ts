// The weights: what the operators of an init net fill in, dequantised to float32.
import { XaiError } from "../errors.ts";
import {
  bytesArgument,
  floatArgument,
  floatsArgument,
  intArgument,
  intsArgument,
  malformed,
} from "./arguments.ts";
import type { NetDef, Operator } from "./net-def.ts";

export interface GivenTensor {
  readonly dims: readonly number[];
  /** Row-major, in the order of the file: convolution weights are `[out, height, width, in]`. */
  readonly values: Float32Array;
}

/**
 * Every tensor of an init net by name. Quantised numbers become `(q - zero point) * scale`; biases are 32-bit with
 * `scale = input scale * weight scale` and zero point 0, so the same formula holds.
 * @throws caffe2/malformed, caffe2/unsupported-operator
 */
export function givenTensors(net: NetDef): ReadonlyMap<string, GivenTensor> {
  const tensors = new Map<string, GivenTensor>();
  for (const operator of net.operators) {
    const fill = fills.get(operator.type);
    if (fill === undefined) throw new XaiError("caffe2/unsupported-operator", { operator: operator.type });
    if (operator.outputs.length !== 1) throw malformed(operator, "it must have one output");
    const dims = intsArgument(operator, "shape");
    const values = fill(operator);
    const count = dims.reduce((product, dim) => product * dim, 1);
    if (dims.some((dim) => dim < 0) || count !== values.length)
      throw malformed(operator, `${values.length} values do not fill the shape ${dims.join(" x ")}`);
    tensors.set(operator.outputs[0], { dims, values });
  }
  return tensors;
}

const fills: ReadonlyMap<string, (operator: Operator) => Float32Array> = new Map([
  ["GivenTensorFill", (operator: Operator) => Float32Array.from(floatsArgument(operator, "values"))],
  ["Int8GivenTensorFill", (operator: Operator) => dequantise(operator, bytesArgument(operator, "values"))],
  ["Int8GivenIntTensorFill", (operator: Operator) => dequantise(operator, intsArgument(operator, "values"))],
]);

function dequantise(operator: Operator, quantised: Uint8Array | readonly number[]): Float32Array {
  const { scale, zeroPoint } = quantisation(operator);
  const values = new Float32Array(quantised.length);
  for (let index = 0; index < values.length; index++) values[index] = (quantised[index] - zeroPoint) * scale;
  return values;
}

/**
 * How an operator's output is quantised: real = `(q - zeroPoint) * scale`, q from 0 to 255 for activations.
 * @throws caffe2/malformed
 */
export function quantisation(operator: Operator): { readonly scale: number; readonly zeroPoint: number } {
  const scale = floatArgument(operator, "Y_scale");
  const zeroPoint = intArgument(operator, "Y_zero_point", 0);
  if (!(scale > 0 && Number.isFinite(scale))) throw malformed(operator, `its scale is ${scale}`);
  if (zeroPoint < 0 || zeroPoint > 255) throw malformed(operator, `its zero point is ${zeroPoint}`);
  return { scale, zeroPoint };
}

/** From Caffe2's `[out, height, width, in]` to ONNX's `[out, in, height, width]`. */
export function channelsSecond({ dims, values }: GivenTensor): GivenTensor {
  const [outputs, height, width, inputs] = dims;
  if (height === 1 && width === 1) return { dims: [outputs, inputs, 1, 1], values };
  const cells = height * width;
  const moved = new Float32Array(values.length);
  for (let output = 0; output < outputs; output++) {
    const start = output * cells * inputs;
    for (let cell = 0; cell < cells; cell++) {
      for (let input = 0; input < inputs; input++)
        moved[start + input * cells + cell] = values[start + cell * inputs + input];
    }
  }
  return { dims: [outputs, inputs, height, width], values: moved };
}
