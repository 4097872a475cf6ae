// Parts of a network that only some have, for code that was told that they are there.
import type { CompleteAnatomy, ResidualStream } from "../../core/anatomy/anatomy.ts";
import type { AttentionStack } from "../../core/attribution/tensors.ts";
import { XaiError } from "../../core/errors.ts";
import type { Network } from "./network.ts";

/** @param layers `[H,N,N]` each. */
export function stackOf(network: Network, layers: readonly Float32Array[]): AttentionStack {
  const { attention, tokens, prefixTokens, outputTokens } = transformerOf(network);
  return { layers, heads: attention[0].heads, tokens, prefixTokens, outputTokens };
}

/** @throws engine/no-result where there is no attention; see `lackOf` */
export function transformerOf({ transformer }: Network): CompleteAnatomy {
  if (transformer === null) throw new XaiError("engine/no-result", { what: "attention" });
  return transformer;
}

/** @throws engine/no-result where there is no stream; see `lackOf` */
export function streamOf(network: Network): ResidualStream {
  const { stream } = transformerOf(network);
  if (stream === null) throw new XaiError("engine/no-result", { what: "residual stream" });
  return stream;
}
