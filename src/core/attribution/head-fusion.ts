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
  return attention.layers.map((_, layer) => fuseLayer(attention, layer, fusion, headsOff));
}

/** The same of one layer, `[N,N]`. */
export function fuseLayer(
  { layers, heads, tokens }: AttentionStack,
  layer: number,
  fusion: HeadFusion,
  headsOff: readonly number[],
): FusedLayer {
  const size = tokens * tokens;
  const starts = Array.from({ length: heads }, (_, head) => head)
    .filter((head) => !headsOff.includes(layer * heads + head))
    .map((head) => head * size);
  const attention = layers[layer];
  const fused = attention instanceof Float64Array ? new Float64Array(size) : new Float32Array(size);
  if (starts.length > 0) fuseInto[fusion](fused, attention, starts);
  return fused;
}

type Fuse = (fused: FusedLayer, layer: FusedLayer, starts: readonly number[]) => void;

const fuseInto: Readonly<Record<HeadFusion, Fuse>> = {
  mean(fused, layer, starts) {
    if (starts.length === 3) {
      meanOfThree(fused, layer, starts[0], starts[1], starts[2]);
      return;
    }
    for (let i = 0; i < fused.length; i++) {
      let sum = 0;
      for (let h = 0; h < starts.length; h++) sum += layer[starts[h] + i];
      fused[i] = sum / starts.length;
    }
  },
  max(fused, layer, starts) {
    for (let i = 0; i < fused.length; i++) {
      let largest = layer[starts[0] + i];
      for (let h = 1; h < starts.length; h++) largest = Math.max(largest, layer[starts[h] + i]);
      fused[i] = largest;
    }
  },
  min(fused, layer, starts) {
    for (let i = 0; i < fused.length; i++) {
      let smallest = layer[starts[0] + i];
      for (let h = 1; h < starts.length; h++) smallest = Math.min(smallest, layer[starts[h] + i]);
      fused[i] = smallest;
    }
  },
};

/** DeiT-Tiny has three heads; without the inner loop this takes half the time. */
function meanOfThree(fused: FusedLayer, layer: FusedLayer, a: number, b: number, c: number): void {
  for (let i = 0; i < fused.length; i++) fused[i] = (layer[a + i] + layer[b + i] + layer[c + i]) / 3;
}
