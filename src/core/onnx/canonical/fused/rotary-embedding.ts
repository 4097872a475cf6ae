// RotaryEmbedding of operator set 23 in steps: pairs of elements are turned by angles that depend on the token.
import { intAttribute } from "../../attributes.ts";
import type { Node } from "../../model.ts";
import type { Emitter, Rewrite } from "../rewrite.ts";

/** Pairs are halves apart, or neighbours where the node says `interleaved`; elements beyond the pairs stay. */
export const rotaryEmbedding: Rewrite = (node, view, emit) => {
  const [input, cosines, sines, places] = node.inputs;
  const shape = view.shape(input);
  const heads = shape?.length === 4 ? shape[1] : intAttribute(node, "num_heads");
  const width = shape?.at(-1);
  if (!shape || !heads || width == null || !input) return false;
  const isSplit = shape.length === 4;
  const size = isSplit ? width : width / heads;
  const turned = intAttribute(node, "rotary_embedding_dim") || size;
  // Heads come before tokens or after them; the angles are the same for all heads.
  const rows = isSplit ? input : emit.node("Reshape", [input, emit.ints([0, 0, heads, size])]);
  const headAxis = isSplit ? 1 : 2;
  const angles = [cosines!, sines!].map((table) => {
    const picked = places ? emit.node("Gather", [table, places], { axis: 0 }) : table;
    return emit.node("Unsqueeze", [picked, emit.ints([headAxis])]);
  });
  const isInterleaved = intAttribute(node, "interleaved") === 1;
  const [first, second] = isInterleaved
    ? [
        [0, turned, 2],
        [1, turned, 2],
      ]
    : [
        [0, turned / 2, 1],
        [turned / 2, turned, 1],
      ];
  const x = cut(rows, first!, emit);
  const y = cut(rows, second!, emit);
  const real = emit.node("Sub", [emit.node("Mul", [x, angles[0]!]), emit.node("Mul", [y, angles[1]!])]);
  const imaginary = emit.node("Add", [emit.node("Mul", [x, angles[1]!]), emit.node("Mul", [y, angles[0]!])]);
  const pairs = isInterleaved ? interleaved(real, imaginary, turned, emit) : [real, imaginary];
  const rest = turned < size ? [cut(rows, [turned, size, 1], emit)] : [];
  return joined([...pairs, ...rest], { isSplit, node, width }, emit);
};

function cut(rows: string, [start, end, step]: readonly number[], emit: Emitter): string {
  const bounds = [start!, end!, -1, step!].map((bound) => emit.ints([bound]));
  return emit.node("Slice", [rows, ...bounds]);
}

/** Neighbours again: `[..., d/2]` twice becomes `[..., d]`. */
function interleaved(real: string, imaginary: string, size: number, emit: Emitter): readonly string[] {
  const apart = [real, imaginary].map((part) => emit.node("Unsqueeze", [part, emit.ints([-1])]));
  const pairs = emit.node("Concat", apart, { axis: -1 });
  return [emit.node("Reshape", [pairs, emit.ints([0, 0, 0, size])])];
}

function joined(
  parts: readonly string[],
  { isSplit, node, width }: { readonly isSplit: boolean; readonly node: Node; readonly width: number },
  emit: Emitter,
): boolean {
  const [output] = node.outputs as readonly [string];
  if (isSplit) {
    emit.node(
      parts.length === 1 ? "Identity" : "Concat",
      parts,
      parts.length === 1 ? {} : { axis: -1 },
      output,
    );
    return true;
  }
  const rows = parts.length === 1 ? parts[0]! : emit.node("Concat", parts, { axis: -1 });
  emit.node("Reshape", [rows, emit.ints([0, 0, width])], {}, output);
  return true;
}
