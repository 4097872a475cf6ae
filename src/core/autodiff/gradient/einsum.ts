// Gradient of a sum of products written with letters.
import { textAttribute } from "../../onnx/attributes.ts";
import { readEinsumEquation } from "../../onnx/einsum-equation.ts";
import type { Node } from "../../onnx/model.ts";
import type { GraphBuilder, Ref } from "../graph-builder.ts";
import { type Rule, unsupported } from "../rule.ts";

/** By one factor: the sum of products of what arrives with all other factors, over the letters that it lacks. */
export const einsum: Rule = (node, upstream, builder) => {
  const ranks = node.inputs.map((input) => builder.dims(input).length);
  const { terms, result } = readEinsumEquation(textAttribute(node, "equation") ?? "", ranks);
  if (!dimsAgree(node, builder, terms)) throw unsupported(node, "a letter stands for two sizes");
  return node.inputs.map((input, place) => {
    if (!builder.flowsTo(input)) return null;
    const own = terms[place]!;
    if (new Set(own).size < own.length) throw unsupported(node, "a letter is repeated within one term");
    const others = terms.flatMap((term, other) => (other === place ? [] : [term]));
    const factors = node.inputs.filter((_, other) => other !== place);
    // A letter of its own alone was summed over: everything along it gets the same.
    const elsewhere = [result, ...others].join("");
    const kept = [...own].filter((letter) => elsewhere.includes(letter)).join("");
    const equation = `${[result, ...others].join(",")}->${kept}`;
    const dims = builder.dims(input);
    const product = builder.emit(
      "Einsum",
      [upstream, ...factors],
      { equation },
      {
        dims: [...kept].map((letter) => dims[own.indexOf(letter)]!),
      },
    );
    return builder.reshape(
      product,
      [...own].map((letter, axis) => (kept.includes(letter) ? dims[axis]! : 1)),
    );
  });
};

function dimsAgree(node: Node, builder: GraphBuilder, terms: readonly string[]): boolean {
  const sizes = new Map<string, number>();
  return terms.every((term, place) =>
    [...term].every((letter, axis) => {
      const size = builder.dims(node.inputs[place] as Ref)[axis]!;
      const known = sizes.get(letter) ?? size;
      sizes.set(letter, known);
      return known === size;
    }),
  );
}
