// Finds the class scores among the outputs of a graph, and steps back over a softmax at its end.
import { XaiError } from "../errors.ts";
import { ElementType } from "../onnx/model.ts";
import type { LogitsOutput } from "./anatomy.ts";
import type { FlowContext } from "./flow-context.ts";

/**
 * The first output `[B,C]` that depends on the picture: exporters put the scores before hidden states.
 * @throws anatomy/unsupported-input where no output is a row of numbers for each picture.
 */
export function findLogits(context: FlowContext): LogitsOutput {
  const outputs = context.index.graph.outputs.filter(({ name }) => {
    const facts = context.facts.get(name);
    const isFloat = facts?.elementType == null || floats.has(facts.elementType);
    return context.fromImage.has(name) && isFloat && (facts?.shape?.length ?? 2) === 2;
  });
  const [output] = outputs;
  if (output === undefined) {
    const reason =
      "no output gives a row of class scores for a picture, so the model has no classification head";
    throw new XaiError("anatomy/unsupported-input", { reason });
  }
  const name = beforeSoftmax(context, output.name);
  return { name, classes: context.facts.get(name)?.shape?.at(-1) ?? null };
}

const floats: ReadonlySet<number> = new Set([
  ElementType.float32,
  ElementType.float16,
  ElementType.float64,
  ElementType.bfloat16,
]);

function beforeSoftmax(context: FlowContext, name: string): string {
  const node = context.index.producers.get(name);
  const isSoftmax = node?.opType === "Softmax" || node?.opType === "LogSoftmax";
  return isSoftmax && node.inputs[0] ? node.inputs[0] : name;
}
