// Reads the shape of an attention softmax: whole-picture attention, a pooling head, or a kind that gives no N x N map.
import type { Shape } from "../onnx/shapes/facts.ts";

export type AttentionShape =
  | { readonly kind: "self"; readonly heads: number; readonly tokens: number }
  /** One query, or learnt queries. */
  | { readonly kind: "pooling"; readonly heads: number; readonly tokens: number }
  /** A shape that says why there is no map over the whole picture, as the end of a sentence. */
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "unknown" };

/**
 * @param shape of the softmax for a single picture: `[1,H,N,N]`, or `[H,N,N]` with heads folded into the batch.
 * @param queriesFromImage whether the queries are made from the picture.
 */
export function readAttentionShape(shape: Shape | null, queriesFromImage: boolean): AttentionShape {
  if (shape === null || shape.length < 2) return { kind: "unknown" };
  if (shape.length === 5 && !shape.includes(null)) {
    const sizes = shape.join(" x ");
    return {
      kind: "refused",
      reason: `attention stays inside windows of ${shape[4]} tokens each (${sizes})`,
    };
  }
  if (shape.length === 2 || shape.length > 4) {
    return {
      kind: "refused",
      reason: `attention has ${shape.length} axes instead of [1, heads, tokens, tokens]`,
    };
  }
  const [batch, heads, queries, keys] = shape.length === 4 ? shape : [1, ...shape];
  if (batch == null || heads == null || queries == null || keys == null) return { kind: "unknown" };
  const isPooling = queries !== keys && (queries === 1 || !queriesFromImage);
  if (batch === 1 && isPooling) return { kind: "pooling", heads, tokens: keys };
  if (batch !== 1) {
    return { kind: "refused", reason: `attention stays inside ${batch} windows of ${keys} tokens each` };
  }
  if (queries !== keys) {
    return { kind: "refused", reason: `${queries} queries look at ${keys} pooled keys` };
  }
  return { kind: "self", heads, tokens: keys };
}
