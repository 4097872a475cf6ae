// Unites the needs of all chosen methods into one forward and one backward model.
import { exposeOutputs } from "../../core/anatomy/expose.ts";
import type { PassOutputs } from "../../core/autodiff/backward-pass.ts";
import { splitBackward } from "../../core/autodiff/split-backward.ts";
import type { OnnxModel } from "../../core/onnx/model.ts";
import { createDraft } from "./draft.ts";
import type { Network } from "./network.ts";
import type { PassWish, Recipe } from "./recipe.ts";
import { recipeFor } from "./recipes.ts";
import { keyOfNeed, type PlainNeed } from "./tensor-need.ts";

/** A pass as it is found in the backward model. */
export interface PlannedPass extends PassWish, PassOutputs {
  readonly wanted: readonly string[];
}

export interface PlanEntry {
  readonly need: PlainNeed;
  readonly recipe: Recipe;
}

/** Models that fulfil a set of needs, and how each need is read from their results. */
export interface Plan {
  /** By `keyOfNeed`. */
  readonly entries: ReadonlyMap<string, PlanEntry>;
  readonly forward: OnnxModel;
  /** `null` where no need asks for anything that flows back. */
  readonly backward: OnnxModel | null;
  /** Outputs of the forward model, beside logits and attention what recipes read, and what the backward model takes. */
  readonly outputs: readonly string[];
  readonly passes: readonly PlannedPass[];
}

/** @throws autodiff/unreachable, autodiff/no-rule, autodiff/unsupported, autodiff/unknown-shape */
export function buildPlan(network: Network, needs: readonly PlainNeed[]): Plan {
  const draft = createDraft(network);
  const entries = new Map(
    needs.map((need) => [keyOfNeed(need), { need, recipe: recipeFor(network, need, draft) }] as const),
  );
  const all = [...entries.values()].map(({ recipe }) => recipe);
  const values = new Set([
    network.logits.name,
    ...(network.transformer?.attention.map(({ tensor }) => tensor) ?? []),
    ...all.flatMap(({ arrivals }) => arrivals.map(({ pass }) => pass.scores)),
    ...all.flatMap((recipe) => recipe.values),
  ]);
  const exposed = exposeOutputs(draft.model(), [...values]);
  const wishes = joined(all);
  if (wishes.length === 0)
    return { entries, forward: exposed, backward: null, outputs: [...values], passes: [] };
  const { forward, backward, kept, passes } = splitBackward(
    exposed,
    wishes.map(({ pass, wanted }, place) => ({
      seeds: [{ tensor: pass.scores, upstream: { input: `seed ${place}` } }],
      wanted,
      rules: pass.rules,
    })),
    network.inputShapes,
  );
  return {
    ...{ entries, forward, backward },
    outputs: [...new Set([...values, ...kept])],
    passes: wishes.map(({ pass, wanted }, place) => ({ ...pass, wanted, ...passes[place] })),
  };
}

/** Passes of one key with everything that is wanted of them. */
function joined(
  recipes: readonly Recipe[],
): readonly { readonly pass: PassWish; readonly wanted: readonly string[] }[] {
  const wishes = new Map<string, { readonly pass: PassWish; readonly wanted: Set<string> }>();
  for (const { pass, tensor } of recipes.flatMap(({ arrivals }) => arrivals)) {
    const known = wishes.get(pass.key);
    if (known === undefined) wishes.set(pass.key, { pass, wanted: new Set([tensor]) });
    else known.wanted.add(tensor);
  }
  return [...wishes.values()].map(({ pass, wanted }) => ({ pass, wanted: [...wanted] }));
}
