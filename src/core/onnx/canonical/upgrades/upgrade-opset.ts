// Brings the standard operators of a graph to the one version that everything downstream is written for.
import { intAttribute } from "../../attributes.ts";
import type { Node, OnnxModel } from "../../model.ts";
import { isStandardDomain, standardOpset } from "../../operator-sets.ts";
import { joinedTables, type RewriteTable } from "../rewrite.ts";
import { hasSubgraphs } from "../skip-identities.ts";
import { sweep } from "../sweep.ts";
import { axes, clip, dropout, pad, slice, split, topK } from "./attributes-to-inputs.ts";
import { batchNormalization, gridSample, scatter } from "./renamed.ts";
import { resize } from "./resize.ts";
import { softmax } from "./softmax.ts";

/**
 * The oldest version that has LayerNormalization and Gelu as single operators, and what PyTorch writes by default.
 * Later versions bring classifiers nothing but cost speed: each numbers Reshape, Transpose and the like or Conv and
 * HardSwish anew for element types that nobody here uses, and a backend must know every number. With
 * onnxruntime-web 1.30, WebGPU takes all nodes of canonical graphs at 20; at 22 it leaves HardSwish, HardSigmoid and
 * pooling to the CPU, at 25 every change of layout too. WASM takes all of them at any version.
 */
export const canonicalOpset = 20;

/** The format version that goes with it. */
const formatVersion = 9;

/**
 * @param alongside rules to apply on the way, which come before the upgrade of the same node.
 * @returns the model itself where a node has no equal in that version, or where nodes hold graphs.
 */
export function upgradeOpset(model: OnnxModel, alongside: RewriteTable = {}): OnnxModel {
  const version = standardOpset(model);
  if (version === null || version >= canonicalOpset || !model.graph.nodes.every(isConvertible)) return model;
  if (hasSubgraphs(model.graph)) return model;
  return withOpset(sweep(model, joinedTables([alongside, upgrades])));
}

/**
 * For files of newer versions, once their new operators are expanded.
 * @returns the model itself where a node needs the newer version.
 */
export function downgradeOpset(model: OnnxModel): OnnxModel {
  const version = standardOpset(model);
  if (version === null || version <= canonicalOpset || model.graph.nodes.some(needsNewer)) return model;
  return hasSubgraphs(model.graph) ? model : withOpset(model);
}

function withOpset(model: OnnxModel): OnnxModel {
  const opsets = model.opsets.map((opset) =>
    isStandardDomain(opset.domain) ? { ...opset, version: canonicalOpset } : opset,
  );
  return { ...model, opsets, irVersion: Math.max(model.irVersion, formatVersion) };
}

const reductions = "Max Mean Min Prod Sum SumSquare L1 L2 LogSum LogSumExp".split(" ");

/** How operators of versions 7 to 19 are written in version 20, where that differs. */
const upgrades: RewriteTable = {
  ...Object.fromEntries(reductions.map((name) => [`Reduce${name}`, [axes]])),
  Squeeze: [axes],
  Unsqueeze: [axes],
  Split: [split],
  Clip: [clip],
  Dropout: [dropout],
  Pad: [pad],
  Slice: [slice],
  TopK: [topK],
  Softmax: [softmax],
  LogSoftmax: [softmax],
  Hardmax: [softmax],
  Upsample: [resize],
  Resize: [resize],
  Scatter: [scatter],
  BatchNormalization: [batchNormalization],
  GridSample: [gridSample],
};

function isConvertible(node: Node): boolean {
  if (!isStandardDomain(node.domain)) return true;
  if (node.opType === "BatchNormalization")
    return intAttribute(node, "spatial") !== 0 && intAttribute(node, "training_mode") !== 1;
  return node.opType !== "DFT";
}

/** Operators that version 20 does not have, or not with this meaning. */
const newer: ReadonlySet<string> = new Set(
  (
    "Attention RMSNormalization RotaryEmbedding Swish SwiGLU TensorScatter CumProd BitCast LinearAttention " +
    "CausalConvWithState GroupNormalization QuantizeLinear DequantizeLinear QLinearMatMul"
  ).split(" "),
);

function needsNewer({ opType, domain }: Node): boolean {
  return isStandardDomain(domain) && newer.has(opType);
}
