// How each kind of tensor is had from one forward and one backward pass: a row per kind.
import type { AttentionTensor, CompleteAnatomy } from "../../core/anatomy/anatomy.ts";
import type { Draft } from "./draft.ts";
import { channelsFirst, tokensFirst } from "./feature-layout.ts";
import type { Network } from "./network.ts";
import { stackOf, streamOf, transformerOf } from "./network-parts.ts";
import { gradientPass, passOfRelevance, relevanceAt } from "./passes.ts";
import type { Found, Recipe } from "./recipe.ts";
import type { NeedOf, PlainNeed } from "./tensor-need.ts";

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
