// After a softmax some exporters replace NaN by 0, for rows that a mask hides as a whole; without such it is a detour.
import { intAttribute } from "../../attributes.ts";
import { ElementType } from "../../model.ts";
import type { GraphView } from "../graph-view.ts";
import type { Rewrite } from "../rewrite.ts";

/** Where(IsNaN(softmax), anything, softmax), if no constant on the way to the softmax is infinite. */
export const softmaxGuard: Rewrite = (node, view, emit) => {
  const [condition, , guarded] = node.inputs;
  const tested = view.producer(condition, "IsNaN")?.inputs[0];
  const softmax = view.producer(guarded, "Softmax");
  if (softmax === undefined || tested !== guarded || !isFiniteValue(softmax.inputs[0]!, view)) return false;
  emit.node("Identity", [guarded!], {}, node.outputs[0]!);
  return true;
};

const combining: ReadonlySet<string> = new Set(
  "Add Sub Mul Div Where Max Min Cast Reshape Transpose Expand Squeeze Unsqueeze Concat Slice".split(" "),
);

/** Steps looked back from a softmax. */
const mostSteps = 12;

/** What the network computes counts as finite: it would not be trained else. Constants are looked at. */
function isFiniteValue(name: string, view: GraphView, steps = mostSteps): boolean {
  const numbers = view.initializerNumbers(name) ?? view.numbers(name);
  if (numbers !== null) return numbers.every(Number.isFinite);
  const node = view.producer(name);
  if (node === undefined || !combining.has(node.opType)) return !view.isConstant(name);
  if (steps === 0 || intAttribute(node, "to") === ElementType.float16) return false;
  const values = node.opType === "Where" ? node.inputs.slice(1) : node.inputs;
  return values.every((input) => input === "" || isFiniteValue(input, view, steps - 1));
}
