// Answers who writes and who reads each value of a graph, and puts the nodes in execution order.
import type { Graph, Node, Tensor } from "./model.ts";
import { malformed } from "./wire.ts";

export interface GraphIndex {
  readonly graph: Graph;
  /** Every node after those whose results it reads; the order of the file where that is one. */
  readonly order: readonly Node[];
  readonly initializers: ReadonlyMap<string, Tensor>;
  /** The node that writes a value; none for inputs and initializers. */
  readonly producers: ReadonlyMap<string, Node>;
  /** The nodes that read a value, in execution order. */
  readonly consumers: ReadonlyMap<string, readonly Node[]>;
}

/** @throws onnx/not-onnx where nodes wait for each other in a circle. */
export function indexGraph(graph: Graph): GraphIndex {
  const producers = new Map<string, Node>();
  for (const node of graph.nodes) {
    for (const output of node.outputs) if (output !== "") producers.set(output, node);
  }
  const order = executionOrder(graph.nodes, producers);
  const consumers = new Map<string, Node[]>();
  for (const node of order) {
    for (const name of new Set(valuesRead(node))) {
      const readers = consumers.get(name);
      if (readers === undefined) consumers.set(name, [node]);
      else readers.push(node);
    }
  }
  const initializers = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
  return { graph, order, initializers, producers, consumers };
}

/** The values a node reads: its inputs, and what graphs inside it take from outside. */
export function valuesRead(node: Node): readonly string[] {
  const inputs = node.inputs.filter((name) => name !== "");
  const inner = node.attributes.flatMap((attribute) => {
    if (attribute.kind === "graph") return valuesOfSubgraph(attribute.value);
    return attribute.kind === "graphs" ? attribute.value.flatMap(valuesOfSubgraph) : [];
  });
  return inner.length === 0 ? inputs : [...inputs, ...inner];
}

/** All names read in there; those that are written in there too cannot be names of the outer graph. */
function valuesOfSubgraph(graph: Graph): readonly string[] {
  return [...graph.nodes.flatMap(valuesRead), ...graph.outputs.map(({ name }) => name)];
}

/** Depth first without recursion, since graphs are thousands of nodes deep. */
function executionOrder(nodes: readonly Node[], producers: ReadonlyMap<string, Node>): readonly Node[] {
  const order: Node[] = [];
  const state = new Map<Node, "open" | "done">();
  const stack: Node[] = [];
  for (const root of nodes) {
    stack.push(root);
    while (stack.length > 0) {
      const node = stack.at(-1)!;
      const waiting = state.get(node) === undefined ? missingProducers(node, producers, state) : [];
      if (waiting.length > 0) {
        state.set(node, "open");
        stack.push(...waiting);
        continue;
      }
      stack.pop();
      if (state.get(node) !== "done") order.push(node);
      state.set(node, "done");
    }
  }
  return order;
}

function missingProducers(
  node: Node,
  producers: ReadonlyMap<string, Node>,
  state: ReadonlyMap<Node, "open" | "done">,
): readonly Node[] {
  const missing: Node[] = [];
  for (const name of valuesRead(node)) {
    const producer = producers.get(name);
    if (producer === undefined || state.get(producer) === "done") continue;
    if (state.get(producer) === "open" || producer === node)
      throw malformed("nodes that wait for each other");
    missing.push(producer);
  }
  return missing.reverse();
}
