// Puts the branch that is taken in the place of an If whose condition is known once sizes are fixed.
import { graphAttribute } from "../attributes.ts";
import { makeNode } from "../build.ts";
import { indexGraph } from "../graph-index.ts";
import type { Graph, Node, OnnxModel, Tensor } from "../model.ts";
import { isStandardDomain } from "../operator-sets.ts";
import { inferFacts } from "../shapes/infer-facts.ts";
import { valueNames } from "./emitter.ts";

/** Branches within branches of real models are two or three deep. */
const mostRounds = 16;

/**
 * PyTorch's TorchScript exporter writes an If for `squeeze` of an open axis, `repeat_interleave` and the like, which
 * sizes alone decide.
 * @returns the model itself where no condition is known.
 * @throws onnx/not-onnx where nodes wait for each other.
 */
export function inlineBranches(model: OnnxModel): OnnxModel {
  let current = model;
  for (let round = 0; round < mostRounds && current.graph.nodes.some(isBranching); round++) {
    const next = inlinedOnce(current);
    if (next === current) break;
    current = next;
  }
  return current;
}

function isBranching({ opType, domain }: Node): boolean {
  return opType === "If" && isStandardDomain(domain);
}

function inlinedOnce(model: OnnxModel): OnnxModel {
  const { graph } = model;
  const facts = inferFacts(model, indexGraph(graph), new Map());
  const taken = valueNames(graph);
  const tensors: Tensor[] = [];
  const nodes = graph.nodes.flatMap((node) => {
    const chosen = isBranching(node) ? chosenBranch(node, facts.get(node.inputs[0] ?? "")?.values) : null;
    if (chosen === null) return [node];
    const inlined = renamedBranch(chosen, node, taken);
    tensors.push(...inlined.tensors);
    return inlined.nodes;
  });
  if (nodes.length === graph.nodes.length && nodes.every((node, place) => node === graph.nodes[place]))
    return model;
  return { ...model, graph: { ...graph, nodes, initializers: [...graph.initializers, ...tensors] } };
}

function chosenBranch(node: Node, condition: readonly (number | null)[] | null | undefined): Graph | null {
  const value = condition?.length === 1 ? condition[0] : null;
  if (value == null) return null;
  const branch = graphAttribute(node, value ? "then_branch" : "else_branch");
  return branch?.outputs.length === node.outputs.length ? branch : null;
}

/** The nodes of a branch under names that are new outside, ended by copies to the results of the If. */
function renamedBranch(
  branch: Graph,
  { outputs }: Node,
  taken: Set<string>,
): { readonly nodes: readonly Node[]; readonly tensors: readonly Tensor[] } {
  const names = new Map<string, string>();
  const own = [
    ...branch.initializers.map(({ name }) => name),
    ...branch.nodes.flatMap((node) => node.outputs),
  ];
  for (const name of own) if (name !== "") names.set(name, unused(name, taken));
  const results = branch.outputs.map(({ name }, place) =>
    makeNode("Identity", [names.get(name) ?? name], [outputs[place]!]),
  );
  return {
    nodes: [
      ...branch.nodes.map((node) => renamedNode(node, names)),
      ...results.filter(({ outputs: [to] }) => to),
    ],
    tensors: branch.initializers.map((tensor) => ({ ...tensor, name: names.get(tensor.name)! })),
  };
}

/** Graphs inside may read the values too, unless they have their own by that name. */
function renamedNode(node: Node, names: ReadonlyMap<string, string>): Node {
  const rename = (name: string) => names.get(name) ?? name;
  const attributes = node.attributes.map((attribute) =>
    attribute.kind === "graph" ? { ...attribute, value: renamedGraph(attribute.value, names) } : attribute,
  );
  return { ...node, attributes, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename) };
}

function renamedGraph(graph: Graph, names: ReadonlyMap<string, string>): Graph {
  const own = [...graph.inputs, ...graph.initializers].map(({ name }) => name);
  const hidden = new Set([...own, ...graph.nodes.flatMap(({ outputs }) => outputs)]);
  const seen = new Map([...names].filter(([name]) => !hidden.has(name)));
  return {
    ...graph,
    nodes: graph.nodes.map((node) => renamedNode(node, seen)),
    outputs: graph.outputs.map((value) => ({ ...value, name: seen.get(value.name) ?? value.name })),
  };
}

function unused(base: string, taken: Set<string>): string {
  let name = base;
  for (let round = 2; taken.has(name); round++) name = `${base}/${round}`;
  taken.add(name);
  return name;
}
