// How each kind of tensor is had from one forward and one backward pass: a row per kind.
import type { GradientRules } from "../../bridge/contract.ts";
import type { AttentionTensor, CompleteAnatomy, ResidualStream } from "../../core/anatomy/anatomy.ts";
import { relevancePass } from "../../core/attribution/relevance-pass.ts";
import type { AttentionStack, Tensors } from "../../core/attribution/tensors.ts";
import { gradient } from "../../core/autodiff/gradient.ts";
import { libra } from "../../core/autodiff/libra.ts";
import type { RuleTable } from "../../core/autodiff/rule.ts";
import { XaiError } from "../../core/errors.ts";
import type { Draft } from "./draft.ts";
import { channelsFirst, type ShapedValues, tokensFirst } from "./feature-layout.ts";
import type { Network } from "./network.ts";
import type { SeedKind } from "./seeds.ts";
import { keyOfNeed, type NeedOf, type PlainNeed } from "./tensor-need.ts";

/** A backward pass; those of one key are joined. */
export interface PassWish {
  readonly key: string;
  readonly rules: RuleTable;
  /** The class scores at which it starts. */
  readonly scores: string;
  readonly seed: SeedKind;
}

/** What a run has brought. */
export interface Found {
  /** A value of the forward pass, or an input. */
  value(name: string): ShapedValues;
  /** What arrived at a value. */
  arrived(pass: PassWish, name: string): ShapedValues;
}

export interface Recipe {
  /** Values of the forward pass. */
  readonly values: readonly string[];
  readonly arrivals: readonly { readonly pass: PassWish; readonly tensor: string }[];
  /** What methods are given. */
  read(found: Found): TensorOf[PlainNeed["kind"]];
}

/** What comes of each need. */
export interface TensorOf extends Omit<Tensors, "attentionPath" | "inputPath"> {
  readonly lastAttentionGradient: Float32Array;
}

/**
 * @param draft takes in what the recipe adds to the graph.
 * @throws autodiff/unreachable
 */
export function recipeFor(network: Network, need: PlainNeed, draft: Draft): Recipe {
  const write = recipes[need.kind] as (network: Network, need: PlainNeed, draft: Draft) => Recipe;
  return write(network, need, draft);
}

type Recipes = {
  readonly [Kind in PlainNeed["kind"]]: (network: Network, need: NeedOf<Kind>, draft: Draft) => Recipe;
};

const recipes: Recipes = {
  picture: ({ input }) => ({
    values: [],
    arrivals: [],
    read: ({ value }) => ({ pixels: value(input.name).data, size: input.size }),
  }),
  attention: (network) => ofAttention(network, ({ tensor }) => tensor),
  scores: (network) => ofAttention(network, ({ scores }) => scores),
  attentionGradient: (network, { rules }) => {
    const { attention } = transformerOf(network);
    const pass = gradientPass(rules, network.logits.name);
    return {
      values: [],
      arrivals: attention.map(({ tensor }) => ({ pass, tensor })),
      read: ({ arrived }) =>
        stackOf(
          network,
          attention.map(({ tensor }) => arrived(pass, tensor).data),
        ),
    };
  },
  lastAttentionGradient: (network, { rules }) => {
    const { tensor } = transformerOf(network).attention.at(-1) as AttentionTensor;
    const pass = gradientPass(rules, network.logits.name);
    return { values: [], arrivals: [{ pass, tensor }], read: ({ arrived }) => arrived(pass, tensor).data };
  },
  attentionRelevance: (network, { relevance }) => {
    const { attention } = transformerOf(network);
    const { pass, timesValue } = passOfRelevance(network, relevance);
    return {
      values: timesValue ? attention.map(({ tensor }) => tensor) : [],
      arrivals: attention.map(({ tensor }) => ({ pass, tensor })),
      read: (found) =>
        stackOf(
          network,
          attention.map(({ tensor }) => relevanceAt(found, pass, tensor, timesValue)),
        ),
    };
  },
  localGradient: (network, { rules, pooling }, draft) => {
    const { attention } = transformerOf(network);
    const arrivals = draft.localScores(pooling).map((scores, layer) => {
      return { pass: gradientPass(rules, scores), tensor: attention[layer].tensor };
    });
    const read = ({ arrived }: Found) =>
      stackOf(
        network,
        arrivals.map(({ pass, tensor }) => arrived(pass, tensor).data),
      );
    return { values: arrivals.map(({ pass }) => pass.scores), arrivals, read };
  },
  poolerGradient: (network, { rules }, draft) => {
    const { tokens, prefixTokens } = transformerOf(network);
    const arrivals = draft.pooledScores().map(({ scores, attention }) => {
      return { pass: gradientPass(rules, scores), tensor: attention };
    });
    return {
      values: arrivals.map(({ pass }) => pass.scores),
      arrivals,
      read: ({ arrived }) => {
        const rows = arrivals.map(({ pass, tensor }) => arrived(pass, tensor));
        const [heads, queries] = rows[0].dims.slice(-3);
        const layers = rows.map(({ data }) => data);
        return { layers, emptyPrompt: null, heads, queries, tokens, prefixTokens };
      },
    };
  },
  tokens: (network) => {
    const { blocks, tokenAxis } = streamOf(network);
    return {
      values: [...new Set(blocks.flatMap(({ input, mid, output }) => [input, mid, output]))],
      arrivals: [],
      read: ({ value }) => {
        const read = (name: string) => tokensFirst(value(name), tokenAxis);
        return blocks.map(({ input, mid, output }) => {
          return { input: read(input), mid: read(mid), output: read(output) };
        });
      },
    };
  },
  projectedValues: (network, _, draft) => {
    const values = draft.projectedValues();
    const { tokenAxis } = streamOf(network);
    const read = ({ value }: Found) => values.map((name) => tokensFirst(value(name), tokenAxis));
    return { values, arrivals: [], read };
  },
  tokenGradient: (network, { rules }) => {
    const { blocks, tokenAxis } = streamOf(network);
    const pass = gradientPass(rules, network.logits.name);
    return {
      values: [],
      arrivals: blocks.map(({ input }) => ({ pass, tensor: input })),
      read: ({ arrived }) => blocks.map(({ input }) => tokensFirst(arrived(pass, input), tokenAxis)),
    };
  },
  features: (network, { rules, layer }) => {
    const map = network.featureMaps[layer];
    const pass = gradientPass(rules, network.logits.name);
    return {
      values: [map.tensor],
      arrivals: [{ pass, tensor: map.tensor }],
      read: ({ value, arrived }) => ({
        activation: channelsFirst(value(map.tensor), map),
        gradient: channelsFirst(arrived(pass, map.tensor), map),
        channels: map.channels,
        ...map.grid,
      }),
    };
  },
  inputGradient: (network, { rules }) => {
    const tensor = network.input.name;
    const pass = gradientPass(rules, network.logits.name);
    return { values: [], arrivals: [{ pass, tensor }], read: ({ arrived }) => arrived(pass, tensor).data };
  },
  inputRelevance: (network, { relevance }) => {
    const tensor = network.input.name;
    const { pass, timesValue } = passOfRelevance(network, relevance);
    const read = (found: Found) => relevanceAt(found, pass, tensor, timesValue);
    return { values: [], arrivals: [{ pass, tensor }], read };
  },
};

function gradientPass(rules: GradientRules, scores: string): PassWish {
  return {
    key: `${rules} gradient from ${scores}`,
    rules: rules === "exact" ? gradient : libra,
    scores,
    seed: rules === "libra-probability" ? "probability" : "weight",
  };
}

function passOfRelevance({ logits }: Network, relevance: NeedOf<"attentionRelevance">["relevance"]) {
  const { rules, seed, timesValue } = relevancePass(relevance);
  const key = keyOfNeed({ kind: "attentionRelevance", relevance });
  const pass: PassWish = { key, rules, scores: logits.name, seed };
  return { pass, timesValue };
}

function relevanceAt({ value, arrived }: Found, pass: PassWish, name: string, timesValue: boolean) {
  const { data } = arrived(pass, name);
  if (!timesValue) return data;
  const values = value(name).data;
  return data.map((slope, index) => slope * values[index]);
}

/** A value of every attention, of the shape of attention. */
function ofAttention(
  network: Network,
  name: (layer: CompleteAnatomy["attention"][number]) => string,
): Recipe {
  const values = transformerOf(network).attention.map(name);
  const read = ({ value }: Found) =>
    stackOf(
      network,
      values.map((each) => value(each).data),
    );
  return { values, arrivals: [], read };
}

/** @param layers `[H,N,N]` each. */
export function stackOf(network: Network, layers: readonly Float32Array[]): AttentionStack {
  const { attention, tokens, prefixTokens, outputTokens } = transformerOf(network);
  return { layers, heads: attention[0].heads, tokens, prefixTokens, outputTokens };
}

function transformerOf({ transformer }: Network): CompleteAnatomy {
  if (transformer === null) throw new XaiError("engine/no-result", { what: "attention" });
  return transformer;
}

function streamOf(network: Network): ResidualStream {
  const { stream } = transformerOf(network);
  if (stream === null) throw new XaiError("engine/no-result", { what: "residual stream" });
  return stream;
}
