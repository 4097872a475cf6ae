// The layouts in which com.microsoft.MultiHeadAttention takes queries, keys and values, brought to one.
import type { Node } from "../../model.ts";
import type { GraphView } from "../graph-view.ts";
import type { Emitter } from "../rewrite.ts";
import { splitHeads } from "./attention-steps.ts";

export interface HeadParts {
  /** `[B,H,N,d]` */
  readonly queries: string;
  /** `[B,H,d,M]` */
  readonly transposedKeys: string;
  /** `[B,H,M,d]` */
  readonly values: string;
  /** d */
  readonly size: number;
  /** N and M; null where only a run tells. */
  readonly queryCount: number | null;
  readonly keyCount: number | null;
}

/** @returns null for layouts that are not known, and where sizes are missing. */
export function headParts(node: Node, heads: number, view: GraphView, emit: Emitter): HeadParts | null {
  const [query, key, value, bias] = node.inputs;
  const rank = view.shape(query)?.length;
  const keyRank = view.shape(key)?.length;
  if (rank === 3 && keyRank === 3 && query && key && value)
    return separate([query, key, value], bias, heads, view, emit);
  if (bias) return null;
  if (rank === 5 && query) return packed(query, view, emit);
  const width = view.shape(query)?.at(-1);
  if (rank !== 3 || width == null || !query || !key) return null;
  const queries = splitHeads(query, heads, emit);
  const counted = { queries, size: width / heads, queryCount: view.shape(query)![1] ?? null };
  if (keyRank === 5) return { ...counted, ...packedKeys(key, view, emit) };
  if (keyRank !== 4 || !value) return null;
  const transposedKeys = emit.node("Transpose", [key], { perm: [0, 1, 3, 2] });
  return { ...counted, transposedKeys, values: value, keyCount: view.shape(key)![2] ?? null };
}

/** `[B,N,D]`, `[B,M,D]`, `[B,M,Dv]`, and a bias `[D+D+Dv]` to add. */
function separate(
  rows: readonly [string, string, string],
  bias: string | undefined,
  heads: number,
  view: GraphView,
  emit: Emitter,
): HeadParts | null {
  const widths = rows.map((name) => view.shape(name)?.at(-1) ?? null);
  const [width] = widths;
  if (width == null || widths.includes(null)) return null;
  const biases = ["queryBias", "keyBias", "valueBias"].map(emit.freshName);
  if (bias) emit.split(bias, widths as readonly number[], 0, biases);
  const [query, key, value] = rows.map((name, place) =>
    bias ? emit.node("Add", [name, biases[place]!]) : name,
  );
  return {
    queries: splitHeads(query!, heads, emit),
    transposedKeys: splitHeads(key!, heads, emit, true),
    values: splitHeads(value!, heads, emit),
    size: width / heads,
    queryCount: view.shape(rows[0])![1] ?? null,
    keyCount: view.shape(rows[1])![1] ?? null,
  };
}

/** `[B,N,H,3,d]` */
function packed(name: string, view: GraphView, emit: Emitter): HeadParts | null {
  const [, count, , , size] = view.shape(name)!;
  if (size == null) return null;
  const [queries, keys, values] = [0, 1, 2].map((place) => partAt(name, place, emit));
  return {
    queries: emit.node("Transpose", [queries!], { perm: [0, 2, 1, 3] }),
    transposedKeys: emit.node("Transpose", [keys!], { perm: [0, 2, 3, 1] }),
    values: emit.node("Transpose", [values!], { perm: [0, 2, 1, 3] }),
    size,
    queryCount: count ?? null,
    keyCount: count ?? null,
  };
}

/** `[B,M,H,2,d]` */
function packedKeys(name: string, view: GraphView, emit: Emitter) {
  const [keys, values] = [0, 1].map((place) => partAt(name, place, emit));
  return {
    transposedKeys: emit.node("Transpose", [keys!], { perm: [0, 2, 3, 1] }),
    values: emit.node("Transpose", [values!], { perm: [0, 2, 1, 3] }),
    keyCount: view.shape(name)![1] ?? null,
  };
}

function partAt(name: string, place: number, emit: Emitter): string {
  return emit.node("Gather", [name, emit.index(place)], { axis: 3 });
}
