// The attention of the goldens' tiny ViT, in double precision.
import type { AttentionStack } from "../../src/core/attribution/method.ts";
import { type GoldenArray, readGolden, toNumbers } from "./golden.ts";

/** Reads `forward_f64.json`; sizes come from the file, the number of patches from the caller's golden. */
export function goldenAttention(patches: number): AttentionStack {
  const forward = readGolden<Record<string, GoldenArray>>("forward_f64.json");
  const layers: Float64Array[] = [];
  while (forward[`attn_${layers.length}`]) layers.push(toNumbers(forward[`attn_${layers.length}`]));
  const [heads, tokens] = forward.attn_0.shape.slice(-3);
  return { layers, heads, tokens, prefixTokens: tokens - patches, outputTokens: [0] };
}
