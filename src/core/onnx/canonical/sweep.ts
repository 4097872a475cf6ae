// Goes over a graph once and lets rules rewrite its nodes.
import type { Node, OnnxModel, Tensor } from "../model.ts";
import { isStandardDomain } from "../operator-sets.ts";
import { createEmitter, type Emission, type EmitterOfSweep, valueNames } from "./emitter.ts";
import { type GraphView, viewGraph } from "./graph-view.ts";
import { prune } from "./prune.ts";
import { everyOperator, type RewriteTable } from "./rewrite.ts";
import { skipIdentities } from "./skip-identities.ts";

/**
 * The first rule that takes a node wins; nodes that rules wrote are looked at in the next sweep only.
 * @returns the same object where no rule took anything.
 */
export function sweep(model: OnnxModel, table: RewriteTable): OnnxModel {
  const view = viewGraph(model);
  const emitter = createEmitter(valueNames(model.graph));
  const nodes: Node[] = [];
  const tensors: Tensor[] = [...model.graph.initializers];
  let isChanged = false;
  for (const node of view.index.order) {
    const written = rewritten(node, table, view, emitter);
    isChanged ||= written !== null;
    if (written === null) nodes.push(node);
    else {
      nodes.push(...written.nodes);
      tensors.push(...written.tensors);
    }
  }
  if (!isChanged) return model;
  return { ...model, graph: prune(skipIdentities({ ...model.graph, nodes, initializers: tensors })) };
}

function rewritten(
  node: Node,
  table: RewriteTable,
  view: GraphView,
  emitter: EmitterOfSweep,
): Emission | null {
  const { opType, domain } = node;
  const operator = isStandardDomain(domain) ? opType : `${domain}.${opType}`;
  for (const rules of [table[everyOperator], table[operator]]) {
    for (const rule of rules ?? []) {
      emitter.startOver(node);
      if (rule(node, view, emitter) && !emitter.emission().isImpossible) return emitter.emission();
    }
  }
  return null;
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
