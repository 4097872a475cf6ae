// Goes over a graph once and lets rules rewrite its nodes.
import type { Node, OnnxModel, Tensor } from "../model.ts";
import { isStandardDomain } from "../operator-sets.ts";
import { createEmitter, valueNames } from "./emitter.ts";
import { type GraphView, viewGraph } from "./graph-view.ts";
import { prune } from "./prune.ts";
import { everyOperator, type Rewrite, type RewriteTable } from "./rewrite.ts";
import { skipIdentities } from "./skip-identities.ts";

/**
 * The first rule that takes a node wins; nodes that rules wrote are looked at in the next sweep only.
 * @returns the same object where no rule took anything.
 */
export function sweep(model: OnnxModel, table: RewriteTable): OnnxModel {
  const view = viewGraph(model);
  const taken = valueNames(model.graph);
  const nodes: Node[] = [];
  const tensors: Tensor[] = [...model.graph.initializers];
  for (const node of view.index.order) {
    const written = rewritten(node, rulesFor(node, table), view, taken);
    nodes.push(...(written?.nodes ?? [node]));
    tensors.push(...(written?.tensors ?? []));
  }
  const isChanged =
    nodes.length !== view.index.order.length || nodes.some((node, place) => node !== view.index.order[place]);
  if (!isChanged) return model;
  return { ...model, graph: prune(skipIdentities({ ...model.graph, nodes, initializers: tensors })) };
}

function rewritten(node: Node, rules: readonly Rewrite[], view: GraphView, taken: Set<string>) {
  for (const rule of rules) {
    const emitter = createEmitter(node, taken);
    if (rule(node, view, emitter)) return emitter.emission;
  }
  return undefined;
}

function rulesFor({ opType, domain }: Node, table: RewriteTable): readonly Rewrite[] {
  const operator = isStandardDomain(domain) ? opType : `${domain}.${opType}`;
  return [...(table[everyOperator] ?? []), ...(table[operator] ?? [])];
}

/** More than any chain of rules that build on each other's results; real models need five or six. */
const mostSweeps = 32;

/** Sweeps until no rule takes anything. */
export function sweepUntilStable(model: OnnxModel, table: RewriteTable): OnnxModel {
  let current = model;
  for (let count = 0; count < mostSweeps; count++) {
    const next = sweep(current, table);
    if (next === current) break;
    current = next;
  }
  return current;
}
