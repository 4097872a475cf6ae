// Every method on any tensors, with any options: a map of finite numbers, or word that it has none.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyStacks } from "../../../tests/support/attention-stacks.ts";
import { finish } from "../../../tests/support/finish.ts";
import { isXaiError } from "../errors.ts";
import {
  initialOptions,
  type Method,
  type OptionSpec,
  type OptionSpecs,
  type OptionValues,
  type RawMap,
  type StepResult,
} from "./method.ts";
import { methods } from "./registry.ts";
import type { AttentionStack, FloatArray, TensorKind, Tensors } from "./tensors.ts";

type AnyMethod = Pick<
  Method<string, OptionSpecs, TensorKind, StepResult>,
  "id" | "options" | "resolution" | "signed" | "explainer" | "figures"
>;
const all = methods as unknown as readonly AnyMethod[];
const [rows, columns, width, side] = [2, 3, 4, 6] as const;

/** What there is of a network with these attentions; `scale` 0 is one in which nothing depends on anything. */
function tensorsOf(
  stacks: { readonly attention: AttentionStack; readonly attentionGradient: AttentionStack },
  scores: AttentionStack,
  scale: number,
): Tensors {
  const { attention } = stacks;
  const { tokens, heads, prefixTokens } = attention;
  const numbers = (length: number, seed: number): Float64Array<ArrayBuffer> =>
    Float64Array.from({ length }, (_, i) => scale * Math.sin(1 + seed + 2.3 * i));
  const gradient = scaled(stacks.attentionGradient, scale);
  const ofTokens = (seed: number) =>
    attention.layers.map((_, layer) => numbers(tokens * width, seed + layer));
  const stream = [...ofTokens(1), numbers(tokens * width, 0)];
  const ofPicture = (seed: number) => numbers(3 * side * side, seed);
  const queryRows = attention.layers.map((_, layer) => numbers(heads * tokens, layer));
  return {
    attention,
    scores,
    attentionGradient: gradient,
    attentionRelevance: gradient,
    localGradient: gradient,
    poolerGradient: { layers: queryRows, emptyPrompt: queryRows, heads, queries: 1, tokens, prefixTokens },
    tokens: ofTokens(2).map((mid, layer) => ({ input: stream[layer], mid, output: stream[layer + 1] })),
    projectedValues: ofTokens(3),
    tokenGradient: ofTokens(4),
    features: {
      ...{ activation: numbers(width * rows * columns, 5), gradient: numbers(width * rows * columns, 6) },
      ...{ channels: width, rows, columns },
    },
    picture: { pixels: ofPicture(7), size: side },
    inputGradient: ofPicture(8),
    inputRelevance: ofPicture(9),
    attentionPath: gradient.layers[gradient.layers.length - 1],
    inputPath: {
      ...{ gradient: ofPicture(10), absolute: ofPicture(10).map(Math.abs), square: ofPicture(11) },
      ...{ scoreAtPicture: scale, scoreAtBaseline: 0 },
    },
  };
}

function scaled(stack: AttentionStack, scale: number): AttentionStack {
  const layers = stack.layers.map((layer): FloatArray => layer.map((value) => value * scale));
  return { ...stack, layers };
}

/** null where the method says that it has no map, or none for a first layer behind the last. */
function mapOf(
  { explainer }: AnyMethod,
  tensors: Tensors,
  options: OptionValues<OptionSpecs>,
): RawMap | null {
  try {
    return finish(explainer(tensors)(options));
  } catch (error) {
    if (isXaiError(error, "attribution/empty-map")) return null;
    if (isXaiError(error, "attribution/bad-option") && "lastLayer" in options) return null;
    throw error;
  }
}

/** Values that a control offers, its ends among them. */
function anyOptions(specs: OptionSpecs): fc.Arbitrary<OptionValues<OptionSpecs>> {
  const values = Object.entries(specs).map(([name, spec]) => [name, fc.constantFrom(...offered(spec))]);
  return fc.record(Object.fromEntries(values)) as fc.Arbitrary<OptionValues<OptionSpecs>>;
}

function offered(spec: OptionSpec): readonly (string | number | readonly number[])[] {
  switch (spec.kind) {
    case "choice":
      return spec.choices.map(({ value }) => value);
    case "range":
      return [spec.minimum, spec.initial, spec.maximum];
    case "layer":
      return [0, -1, spec.initial];
    case "head":
      return [-1, 0];
    case "feature-layer":
      return [0];
    case "heads-off":
      return [[], [0], [0, 1, 2]];
  }
}

/** Integrated gradients: what is missing of a sum, where there is nothing to sum up. */
test.each(all.filter(({ figures }) => figures !== undefined).map((method) => [method.id, method] as const))(
  "figures of %s are finite",
  (_, method) => {
    fc.assert(
      fc.property(anyStacks, fc.constantFrom(0, 1), (stacks, scale) => {
        const tensors = tensorsOf(stacks, stacks.scores, scale);
        const map = finish(method.explainer(tensors)(initialOptions(method.options)));
        for (const { value } of method.figures!(map, tensors)) expect(Number.isFinite(value)).toBe(true);
      }),
      { numRuns: 20 },
    );
  },
);

describe.each(all.map((method) => [method.id, method] as const))("%s", (_, method) => {
  test.each([1, 0])("is finite and of its size, gradients and tokens times %d", (scale) => {
    fc.assert(
      fc.property(anyStacks, anyOptions(method.options), (stacks, options) => {
        const { attention } = stacks;
        const map = mapOf(method, tensorsOf(stacks, stacks.scores, scale), options);
        if (map === null) return;
        const cells = { patches: attention.tokens - attention.prefixTokens, features: rows * columns };
        expect(map).toHaveLength({ ...cells, pixels: side * side }[method.resolution]);
        expect(map.every(Number.isFinite)).toBe(true);
        if (!method.signed) expect(Math.min(...map)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 50 },
    );
  });
});
