// Converts a stretch of a Caffe2 network, from some of its values to others, into one ONNX model.
import { XaiError } from "../errors.ts";
import type { OnnxModel } from "../onnx/model.ts";
import { malformed } from "./arguments.ts";
import type { GivenTensor } from "./given-tensors.ts";
import { createGraphBuilder, type NamedShape } from "./graph-builder.ts";
import type { Operator } from "./net-def.ts";
import { type Conversion, conversions } from "./operators.ts";

/** One end of a part: the Caffe2 value, the name it gets in the ONNX model, and its shape there. */
export interface PartEnd extends NamedShape {
  readonly blob: string;
}

export interface Part {
  readonly name: string;
  readonly inputs: readonly PartEnd[];
  readonly outputs: readonly PartEnd[];
}

/**
 * @param operators in execution order; those that the part's outputs do not depend on are left out.
 * @throws caffe2/malformed, caffe2/unsupported-operator
 */
export function convertPart(
  operators: readonly Operator[],
  tensors: ReadonlyMap<string, GivenTensor>,
  part: Part,
): OnnxModel {
  const graph = createGraphBuilder();
  const names = new Map(part.inputs.map(({ blob, name }) => [blob, name]));
  const conversion: Conversion = {
    graph,
    value: (blob) => names.get(blob) ?? unknownBlob(blob),
    weight: (blob) => tensors.get(blob) ?? unknownBlob(blob),
    alias: (blob, name) => names.set(blob, name),
  };
  for (const operator of operatorsBetween(operators, part)) {
    const convert = conversions.get(operator.type);
    if (convert === undefined) throw new XaiError("caffe2/unsupported-operator", { operator: operator.type });
    const [output] = operator.outputs;
    if (operator.outputs.length !== 1 || names.has(output))
      throw malformed(operator, "it must write one new value");
    convert(operator, conversion);
    if (!names.has(output)) names.set(output, output);
  }
  for (const { blob, name } of part.outputs) graph.addNode("Identity", [conversion.value(blob)], name);
  return graph.build(part.name, part.inputs, part.outputs);
}

/** What the outputs depend on, as far back as the inputs. */
function operatorsBetween(operators: readonly Operator[], { inputs, outputs }: Part): readonly Operator[] {
  const given = new Set(inputs.map(({ blob }) => blob));
  const needed = new Set(outputs.map(({ blob }) => blob));
  const chosen: Operator[] = [];
  for (const operator of [...operators].reverse()) {
    if (!operator.outputs.some((blob) => needed.has(blob) && !given.has(blob))) continue;
    for (const blob of operator.inputs) needed.add(blob);
    chosen.push(operator);
  }
  return chosen.reverse();
}

function unknownBlob(blob: string): never {
  throw new XaiError("caffe2/malformed", { reason: `nothing computes "${blob}" before it is used` });
}
