// One matrix a layer out of H attention heads.
import type { AttentionStack } from "./method.ts";

export type HeadFusion = "mean" | "max" | "min";

/** A layer's heads as one matrix `[N,N]`, in the number type of the attention itself. */
export type FusedLayer = Float32Array | Float64Array;

/**
 * Element-wise mean, maximum or minimum over the heads of every layer.
 * @param headsOff heads to leave out, as `layer * H + head`. A layer without any head left is all zero, so that
 * only its residual path remains.
 * @returns L matrices `[N,N]`, entries 0..1.
 * @see vit-explain, `head_fusion`
 */
export function fuseHeads(
  attention: AttentionStack,
  fusion: HeadFusion,
  headsOff: readonly number[],
): readonly FusedLayer[] {
  const off = new Set(headsOff);
  return attention.layers.map((layer, index) => {
    const size = attention.tokens * attention.tokens;
    const heads = Array.from({ length: attention.heads }, (_, head) => head)
      .filter((head) => !off.has(index * attention.heads + head))
      .map((head) => layer.subarray(head * size, (head + 1) * size));
    const fused = layer instanceof Float64Array ? new Float64Array(size) : new Float32Array(size);
    if (heads.length > 0) fuseInto(fused, heads, fusion);
    return fused;
  });
}

function fuseInto(fused: FusedLayer, heads: readonly FusedLayer[], fusion: HeadFusion): void {
  fused.set(heads[0]);
  for (const head of heads.slice(1)) accumulate(fused, head, fusion);
  if (fusion === "mean" && heads.length > 1) {
    for (let i = 0; i < fused.length; i++) fused[i] /= heads.length;
  }
}

function accumulate(fused: FusedLayer, head: FusedLayer, fusion: HeadFusion): void {
  if (fusion === "mean") for (let i = 0; i < fused.length; i++) fused[i] += head[i];
  else if (fusion === "max") for (let i = 0; i < fused.length; i++) fused[i] = Math.max(fused[i], head[i]);
  else for (let i = 0; i < fused.length; i++) fused[i] = Math.min(fused[i], head[i]);
}
