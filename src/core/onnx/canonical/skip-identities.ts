// Lets readers of an Identity read what it passes on.
import type { Graph, Node } from "../model.ts";
import { isStandardDomain } from "../operator-sets.ts";

/** Identities of values that must keep two names, such as an input that is an output too, stay. */
export function skipIdentities(graph: Graph): Graph {
  if (hasSubgraphs(graph)) return graph;
  const renamed = new Map<string, string>();
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const produced = new Set(graph.nodes.flatMap((node) => node.outputs));
  const resolve = (name: string) => {
    let at = name;
    for (let next = renamed.get(at); next !== undefined; next = renamed.get(at)) at = next;
    return at;
  };
  const nodes = graph.nodes.filter((node) => {
    const [from, to] = [resolve(node.inputs[0] ?? ""), node.outputs[0] ?? ""];
    if (!isIdentity(node) || from === "" || to === "") return true;
    if (!outputs.has(to)) renamed.set(to, from);
    else if (!outputs.has(from) && produced.has(from)) renamed.set(from, to);
    else return true;
    return false;
  });
  if (renamed.size === 0) return graph;
  const rename = (names: readonly string[]) => names.map(resolve);
  return {
    ...graph,
    nodes: nodes.map((node) => ({ ...node, inputs: rename(node.inputs), outputs: rename(node.outputs) })),
    valueInfo: graph.valueInfo.filter(({ name }) => !renamed.has(name)),
  };
}

/** Whether a node holds a graph, which may read any value of the outer one: names must not change then. */
export function hasSubgraphs(graph: Graph): boolean {
  return graph.nodes.some(({ attributes }) =>
    attributes.some(({ kind }) => kind === "graph" || kind === "graphs"),
  );
}

function isIdentity({ opType, domain }: Node): boolean {
  return opType === "Identity" && isStandardDomain(domain);
}
