// What the goldens' tiny ViT gives for a class, as methods ask for it, in double precision.
import type { AttentionStack, Tensors } from "../../src/core/attribution/tensors.ts";
import { goldenAttention } from "./attention.ts";
import { type GoldenArray, readGolden, toNumbers } from "./golden.ts";

type Forward = Readonly<Record<string, GoldenArray>>;

export type GoldenTensors = Pick<
  Tensors,
  "attention" | "scores" | "attentionGradient" | "tokens" | "tokenGradient"
>;

/** The classes that `forward_f64.json` has gradients of. */
export function goldenClasses(): readonly number[] {
  return readGolden<{ classes: readonly number[] }>("forward_f64.json").classes;
}

/** @param patches the number of patches, from the caller's golden. */
export function goldenTensors(klass: number, patches: number): GoldenTensors {
  const forward = readGolden<Forward & { readonly per_class: Readonly<Record<number, Forward>> }>(
    "forward_f64.json",
  );
  const backward = forward.per_class[klass];
  const attention = goldenAttention(patches);
  const stack = (arrays: Forward, prefix: string): AttentionStack => ({
    ...attention,
    layers: attention.layers.map((_, layer) => toNumbers(arrays[`${prefix}_${layer}`])),
  });
  return {
    attention,
    scores: stack(forward, "scores"),
    attentionGradient: stack(backward, "grad_attn"),
    tokens: attention.layers.map((_, layer) => ({
      input: toNumbers(forward[`block_in_${layer}`]),
      get mid(): Float64Array {
        throw new Error("the golden has no tokens between attention and MLP");
      },
      output: toNumbers(forward[`block_out_${layer}`]),
    })),
    tokenGradient: attention.layers.map((_, layer) => toNumbers(backward[`grad_block_in_${layer}`])),
  };
}
