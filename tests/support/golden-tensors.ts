// What the goldens recorded of the tiny ViT itself, as methods ask for it, in double precision.
import type { AttentionStack, Tensors } from "../../src/core/attribution/tensors.ts";
import { type GoldenArray, readGolden, toNumbers } from "./golden.ts";
import { missing } from "./witnesses.ts";

type Forward = Readonly<Record<string, GoldenArray>>;

export type GoldenTensors = Pick<Tensors, "attention" | "scores" | "attentionGradient">;

/** The classes that there are gradients of; none without goldens. */
export function goldenClasses(): readonly number[] {
  return missing("golden") ? [] : readGolden<{ classes: readonly number[] }>("forward_f64.json").classes;
}

/** @param patches the number of patches, from the caller's golden; all other sizes come from the file. */
export function goldenAttention(patches: number): AttentionStack {
  const forward = readGolden<Forward>("forward_f64.json");
  const layers: Float64Array[] = [];
  while (forward[`attn_${layers.length}`]) layers.push(toNumbers(forward[`attn_${layers.length}`]!));
  const [heads, tokens] = forward.attn_0!.shape.slice(-3) as [number, number];
  return { layers, heads, tokens, prefixTokens: tokens - patches, outputTokens: [0] };
}

/** @param patches the number of patches, from the caller's golden. */
export function goldenTensors(klass: number, patches: number): GoldenTensors {
  const forward = readGolden<Forward & { readonly per_class: Readonly<Record<number, Forward>> }>(
    "forward_f64.json",
  );
  const backward = forward.per_class[klass]!;
  const attention = goldenAttention(patches);
  const stack = (arrays: Forward, prefix: string): AttentionStack => ({
    ...attention,
    layers: attention.layers.map((_, layer) => toNumbers(arrays[`${prefix}_${layer}`]!)),
  });
  return {
    attention,
    scores: stack(forward, "scores"),
    attentionGradient: stack(backward, "grad_attn"),
  };
}
