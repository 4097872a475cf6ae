// Batch normalisation by the statistics of its own input, as exporters write the standardising of weights.
import { floatAttribute, intAttribute } from "../attributes.ts";
import type { Node, OnnxModel } from "../model.ts";
import { isStandardDomain } from "../operator-sets.ts";
import type { Rewrite } from "./rewrite.ts";
import { sweep } from "./sweep.ts";

/**
 * For a single row, the statistics of the batch are those of each channel of the row, so that InstanceNormalization
 * is the same; it has no running statistics that a runtime would ask for.
 * @returns the model itself where no node takes statistics of its own.
 */
export function ownStatistics(model: OnnxModel): OnnxModel {
  return model.graph.nodes.some(isTraining) ? sweep(model, { BatchNormalization: [instance] }) : model;
}

function isTraining(node: Node): boolean {
  const isOne = node.opType === "BatchNormalization" && isStandardDomain(node.domain);
  return isOne && intAttribute(node, "training_mode") === 1;
}

const instance: Rewrite = (node, view, emit) => {
  const [x, scale, bias] = node.inputs as readonly [string, string, string];
  const shape = view.shape(x);
  const isSingle = shape !== null && shape.length > 2 && shape[0] === 1;
  if (!isTraining(node) || !isSingle || node.outputs.slice(1).some(view.isRead)) return false;
  const epsilon = { float: floatAttribute(node, "epsilon") ?? 1e-5 };
  emit.node("InstanceNormalization", [x, scale, bias], { epsilon }, node.outputs[0]!);
  return true;
};
