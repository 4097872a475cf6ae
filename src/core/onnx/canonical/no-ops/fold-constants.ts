// Small results that no input changes become initializers: sizes, axes, indices, scales computed at run time.
import { tensorAttribute } from "../../attributes.ts";
import { ElementType, type Node } from "../../model.ts";
import { constantTensor } from "../constant-tensor.ts";
import type { GraphView } from "../graph-view.ts";
import type { Rewrite } from "../rewrite.ts";

/** Results that leave the graph keep their node, since an output should be computed. */
export const foldConstants: Rewrite = (node, view, emit) => {
  if (node.opType === "Constant") return false;
  const names = node.outputs.filter((name) => name !== "");
  if (names.some((name) => view.outputs.has(name)) || randomOperators.has(node.opType)) return false;
  const tensors = names.map((name) => foldedTensor(name, view));
  if (tensors.length === 0 || tensors.includes(null)) return false;
  for (const tensor of tensors) emit.tensor(tensor!);
  return true;
};

function foldedTensor(name: string, view: GraphView) {
  const { elementType, shape } = view.facts(name);
  const values = view.numbers(name);
  if (elementType === null || values === null || shape === null || shape.includes(null)) return null;
  if (values.some(Number.isNaN)) return null;
  return constantTensor(name, elementType, shape as readonly number[], values);
}

const randomOperators: ReadonlySet<string> = new Set([
  "RandomNormal",
  "RandomUniform",
  "Bernoulli",
  "Multinomial",
]);

/** Constant nodes become initializers; the bytes of tensors stay where they are. */
export const liftConstant: Rewrite = (node, view, emit) => {
  const [name] = node.outputs;
  if (name === undefined || view.outputs.has(name)) return false;
  const tensor = tensorAttribute(node, "value") ?? plainTensor(node, name);
  if (tensor == null) return false;
  emit.tensor({ ...tensor, name });
  return true;
};

/** Newer files may write plain numbers instead of a tensor. */
function plainTensor(node: Node, name: string) {
  const [attribute] = node.attributes;
  switch (attribute?.kind) {
    case "int":
      return constantTensor(name, ElementType.int64, [], [Number(attribute.value)]);
    case "ints":
      return constantTensor(name, ElementType.int64, [attribute.value.length], attribute.value.map(Number));
    case "float":
      return constantTensor(name, ElementType.float32, [], [attribute.value]);
    case "floats":
      return constantTensor(name, ElementType.float32, [attribute.value.length], attribute.value);
    default:
      return null;
  }
}
