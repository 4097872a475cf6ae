// Brings graphs as exporters write them into one form: fixed sizes, one operator set, whole operators, no detours.
import { indexGraph } from "../graph-index.ts";
import type { Node, OnnxModel } from "../model.ts";
import { isStandardDomain, standardOpset } from "../operator-sets.ts";
import type { Shape } from "../shapes/facts.ts";
import { bindSizes } from "./bind-sizes.ts";
import { fusedOperators } from "./fused/fused-operators.ts";
import { inlineBranches } from "./inline-branches.ts";
import { foldConstants, liftConstant } from "./no-ops/fold-constants.ts";
import { ownPadding } from "./no-ops/own-padding.ts";
import { noOps } from "./no-ops/skip-no-ops.ts";
import { ownStatistics } from "./own-statistics.ts";
import { patterns } from "./patterns/patterns.ts";
import { prune } from "./prune.ts";
import { everyOperator, joinedTables, type RewriteTable } from "./rewrite.ts";
import { skipIdentities } from "./skip-identities.ts";
import { sweepUntilStable } from "./sweep.ts";
import { canonicalOpset, downgradeOpset, upgradeOpset } from "./upgrades/upgrade-opset.ts";

export interface CanonicalOptions {
  /** Sizes to fix by input: batch 1 and the picture's side; null leaves a size open. */
  readonly inputShapes: ReadonlyMap<string, Shape>;
}

/**
 * The same function of the same inputs, as a graph of standard operators of set 20 (see `canonicalOpset`) without
 * size arithmetic, constant nodes, no-ops or fused operators; LayerNormalization and Gelu are single nodes. Names of
 * inputs and outputs stay. Weights are views as before; nothing large is computed, so nodes that hang on constants
 * only may remain: see `constantValues`.
 *
 * A graph that needs another operator set than 20, or whose nodes hold graphs, is only cleaned: check
 * `standardOpset` where it matters. Quantised operators stay as they are. Applying it twice changes nothing.
 * @throws onnx/not-onnx where nodes wait for each other.
 */
export function canonicalise(model: OnnxModel, { inputShapes }: CanonicalOptions): OnnxModel {
  const bound = inlineBranches(bindSizes(withPlainDomains(model), inputShapes));
  const nodes = indexGraph(bound.graph).order;
  const pruned = ownStatistics({ ...bound, graph: prune(skipIdentities({ ...bound.graph, nodes })) });
  const upgraded = upgradeOpset(pruned, cleaning);
  const isCurrent = (standardOpset(upgraded) ?? 0) >= canonicalOpset;
  const rewritten = sweepUntilStable(upgraded, isCurrent ? everything : cleaning);
  return withUsedDomains(downgradeOpset(rewritten));
}

const cleaning: RewriteTable = {
  ...noOps,
  Constant: [liftConstant],
  [everyOperator]: [foldConstants],
};

const everything: RewriteTable = joinedTables([cleaning, ownPadding, fusedOperators, patterns]);

/** The standard domain has two names; the short one is used from here on. */
function withPlainDomains(model: OnnxModel): OnnxModel {
  const plain = (node: Node) =>
    node.domain !== "" && isStandardDomain(node.domain) ? { ...node, domain: "" } : node;
  const opsets = model.opsets.map((opset) =>
    isStandardDomain(opset.domain) ? { ...opset, domain: "" } : opset,
  );
  return { ...model, opsets, graph: { ...model.graph, nodes: model.graph.nodes.map(plain) } };
}

/** Optimizers import every domain they know. */
function withUsedDomains(model: OnnxModel): OnnxModel {
  const used = new Set(["", ...model.graph.nodes.map(({ domain }) => domain)]);
  return { ...model, opsets: model.opsets.filter(({ domain }) => used.has(domain)) };
}
