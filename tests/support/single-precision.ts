// The goldens' networks in the precision that the runtime has all operators for.
import { makeConstant } from "../../src/core/autodiff/constants.ts";
import { ElementType, type OnnxModel, type ValueInfo } from "../../src/core/onnx/model.ts";

/** The same model with all double-precision weights and inputs in single precision. */
export function inSinglePrecision(model: OnnxModel): OnnxModel {
  const { graph } = model;
  const initializers = graph.initializers.map((tensor) => {
    if (tensor.elementType !== ElementType.float64 || tensor.data.kind !== "raw") return tensor;
    const numbers = new Float64Array(tensor.data.bytes.slice().buffer);
    return makeConstant(tensor.name, ElementType.float32, tensor.dims, Array.from(numbers));
  });
  return { ...model, graph: { ...graph, initializers, inputs: graph.inputs.map(narrowed) } };
}

function narrowed(value: ValueInfo): ValueInfo {
  if (value.type?.kind !== "tensor" || value.type.elementType !== ElementType.float64) return value;
  return { ...value, type: { ...value.type, elementType: ElementType.float32 } };
}
