// Gradient of a sum of products written with letters.
import { textAttribute } from "../../onnx/attributes.ts";
import type { Node } from "../../onnx/model.ts";
import type { GraphBuilder, Ref } from "../graph-builder.ts";
import { type Rule, unsupported } from "../rule.ts";

/** By one factor: the sum of products of what arrives with all other factors, over the letters that it lacks. */
export const einsum: Rule = (node, upstream, builder) => {
  const { terms, result } = lettersOf(node, builder);
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

interface Letters {
  readonly terms: readonly string[];
  readonly result: string;
}

/** The equation without blanks, its dots replaced by letters and its result written out. */
function lettersOf(node: Node, builder: GraphBuilder): Letters {
  const equation = (textAttribute(node, "equation") ?? "").replaceAll(/\s/g, "");
  const [left, right] = equation.split("->") as [string, string?];
  const written = left.split(",");
  const free = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"].filter(
    (letter) => !equation.includes(letter),
  );
  const hidden = written.map((term, place) =>
    term.includes("...") ? builder.dims(node.inputs[place] as Ref).length - (term.length - 3) : 0,
  );
  const most = Math.max(...hidden);
  const dots = free.slice(0, most).join("");
  const fill = (term: string, count: number) => term.replace("...", count === 0 ? "" : dots.slice(-count));
  const terms = written.map((term, place) => fill(term, hidden[place]!));
  if (!dimsAgree(node, builder, terms)) throw unsupported(node, "a letter stands for two sizes");
  const result = right === undefined ? dots + implicitResult(written) : fill(right, most);
  return { terms, result };
}

/** Where the equation names no result: the letters that occur once, in alphabetical order. */
function implicitResult(terms: readonly string[]): string {
  const all = terms.join("").replaceAll(".", "");
  return [...new Set(all)]
    .filter((letter) => all.split(letter).length === 2)
    .sort()
    .join("");
}

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
