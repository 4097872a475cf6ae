// GELU written with Erf or Tanh, in any order of its steps, becomes Gelu.
import { ElementType, type Node } from "../../model.ts";
import type { GraphView } from "../graph-view.ts";
import type { Rewrite } from "../rewrite.ts";
import { isNear, type Polynomial, polynomialIn } from "./polynomial.ts";
import { bothOrders } from "./statistics.ts";

interface Form {
  readonly operator: "Erf" | "Tanh";
  /** What the operator is applied to, as a polynomial in x. */
  readonly argument: Polynomial;
  readonly approximate: "none" | "tanh";
}

const rootOfTwoOverPi = Math.sqrt(2 / Math.PI);

/** x / 2 * (1 + erf(x / sqrt 2)), and x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))). */
const forms: readonly Form[] = [
  { operator: "Erf", argument: [0, Math.SQRT1_2], approximate: "none" },
  { operator: "Tanh", argument: [0, rootOfTwoOverPi, 0, 0.044715 * rootOfTwoOverPi], approximate: "tanh" },
];

/** The last node is a product, or a division by 2. */
export const gelu: Rewrite = (node, view, emit) => {
  const values = valuesInProduct(node, view);
  for (const gateName of values) {
    const gate = readGate(gateName, view);
    if (gate === null) continue;
    const tolerance = view.facts(gateName).elementType === ElementType.float16 ? 2e-3 : 1e-5;
    for (const input of values) {
      const argument = polynomialIn(input, gate.argument, view);
      const expected = gate.form.argument.map((coefficient) => gate.sign * coefficient);
      if (argument === null || !isNear(argument, expected, tolerance)) continue;
      const factor = factorOf(node, input, gateName, view);
      if (factor === null || !isNear([factor * gate.factor], [0.5], tolerance)) continue;
      const { approximate } = gate.form;
      emit.node("Gelu", [input], approximate === "tanh" ? { approximate } : {}, node.outputs[0]!);
      return true;
    }
  }
  return false;
};

interface Gate {
  /** The gate is `factor * (1 + operator(argument))`. */
  readonly factor: number;
  readonly argument: string;
  /** -1 where the gate is written `factor * (1 - operator(-argument))`, both operators being odd. */
  readonly sign: 1 | -1;
  readonly form: Form;
}

function readGate(name: string, view: GraphView): Gate | null {
  const node = view.producer(name);
  const orders = node?.opType === "Add" ? bothOrders(node) : bothOrders(node).slice(1);
  if (node?.opType !== "Add" && node?.opType !== "Sub") return null;
  for (const [bent, one] of orders) {
    const factor = view.scalar(one);
    const found = factor === null ? null : scaledForm(bent, view);
    if (found !== null && factor === found.factor) return { ...found, sign: node.opType === "Sub" ? -1 : 1 };
  }
  return null;
}

/** erf(u) or tanh(u), or a multiple of it. */
function scaledForm(name: string, view: GraphView): Gate | null {
  const node = view.producer(name);
  const form = forms.find(({ operator }) => operator === node?.opType);
  if (node !== undefined && form !== undefined)
    return { factor: 1, sign: 1, argument: node.inputs[0]!, form };
  if (node?.opType !== "Mul") return null;
  for (const [inner, number] of bothOrders(node)) {
    const factor = view.scalar(number);
    const found = factor === null ? null : scaledForm(inner, view);
    if (found !== null) return { ...found, factor: found.factor * factor! };
  }
  return null;
}

/** Factors nested this deep: one half, x and the gate make two products. */
const mostNesting = 3;

/** All values that are multiplied with each other on the way to a node, products among them included. */
function valuesInProduct(node: Node, view: GraphView, nesting = mostNesting): readonly string[] {
  if (nesting === 0 || !isProduct(node, view)) return [];
  return node.inputs.flatMap((name) => {
    const inner = view.producer(name);
    return [name, ...(inner === undefined ? [] : valuesInProduct(inner, view, nesting - 1))];
  });
}

function isProduct(node: Node, view: GraphView): boolean {
  return node.opType === "Mul" || (node.opType === "Div" && view.scalar(node.inputs[1]) !== null);
}

/** c, where the node computes c * input * gate. */
function factorOf(node: Node, input: string, gate: string, view: GraphView): number | null {
  const counts = countFactors(node.outputs[0]!, input, gate, view);
  return counts?.inputs === 1 && counts.gates === 1 ? counts.factor : null;
}

interface Factors {
  readonly factor: number;
  readonly inputs: number;
  readonly gates: number;
}

function countFactors(
  name: string,
  input: string,
  gate: string,
  view: GraphView,
  nesting = mostNesting,
): Factors | null {
  if (name === input) return { factor: 1, inputs: 1, gates: 0 };
  if (name === gate) return { factor: 1, inputs: 0, gates: 1 };
  const constant = view.scalar(name);
  if (constant !== null) return { factor: constant, inputs: 0, gates: 0 };
  const node = view.producer(name);
  if (node === undefined || nesting === 0 || !isProduct(node, view)) return null;
  const [a, b] = node.inputs.map((each) => countFactors(each, input, gate, view, nesting - 1));
  if (a == null || b == null) return null;
  const factor = node.opType === "Div" ? a.factor / b.factor : a.factor * b.factor;
  return { factor, inputs: a.inputs + b.inputs, gates: a.gates + b.gates };
}
