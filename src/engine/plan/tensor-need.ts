// Which tensor, in which variant, a method wants: the unit in which tensors are made and kept.
import type { GradientRules, Target } from "../../bridge/contract.ts";
import type {
  PictureVariant,
  RelevanceRules,
  TensorKind,
  TensorVariant,
} from "../../core/attribution/tensors.ts";

/** A kind of tensor with everything but the target that its numbers depend on. */
export type TensorNeed =
  | { readonly kind: "attention" | "scores" | "tokens" | "projectedValues" | "picture" }
  | {
      readonly kind: "attentionGradient" | "tokenGradient" | "inputGradient" | "poolerGradient";
      readonly rules: GradientRules;
    }
  | { readonly kind: "localGradient"; readonly rules: GradientRules; readonly pooling: "mean" | "head" }
  | { readonly kind: "features"; readonly rules: GradientRules; readonly layer: number }
  | { readonly kind: "attentionRelevance" | "inputRelevance"; readonly relevance: RelevanceRules }
  /** Of the last layer only, which costs a twelfth; what `attentionPath` is the mean of. */
  | { readonly kind: "lastAttentionGradient"; readonly rules: GradientRules }
  | PathNeed;

/** A tensor that takes a forward and a backward pass for each of several pictures. */
export interface PathNeed {
  readonly kind: "attentionPath" | "inputPath";
  readonly rules: GradientRules;
  readonly path: readonly PictureVariant[];
}

/** A need that a single run of a plan fulfils. */
export type PlainNeed = Exclude<TensorNeed, PathNeed>;

export type NeedOf<Kind extends TensorNeed["kind"]> = TensorNeed & { readonly kind: Kind };

/** Chefer's rules, as published. */
const usualRelevance: RelevanceRules = { table: "lrp", layers: "ours" };

/** The picture itself. */
const noPath: readonly PictureVariant[] = [{ weight: 1, scale: 1 }];

/** @param rules what the request asks of gradients; relevance has rules of its own. */
export function needFor(kind: TensorKind, variant: TensorVariant, rules: GradientRules): TensorNeed {
  switch (kind) {
    case "attentionGradient":
    case "tokenGradient":
    case "inputGradient":
    case "poolerGradient":
      return { kind, rules };
    case "localGradient":
      return { kind, rules, pooling: variant.pooling ?? "mean" };
    case "features":
      return { kind, rules, layer: variant.featureLayer ?? 0 };
    case "attentionRelevance":
    case "inputRelevance":
      return { kind, relevance: variant.relevance ?? usualRelevance };
    case "attentionPath":
    case "inputPath":
      return { kind, rules, path: variant.path ?? noPath };
    default:
      return { kind };
  }
}

export function isPathNeed(need: TensorNeed): need is PathNeed {
  return need.kind === "attentionPath" || need.kind === "inputPath";
}

/** The tensor that a path sums up, for one picture. */
export function atOnePicture({ kind, rules }: PathNeed): PlainNeed {
  return { kind: kind === "attentionPath" ? "lastAttentionGradient" : "inputGradient", rules };
}

/** Equal for needs that the same numbers fulfil, whatever the target. */
export function keyOfNeed(need: TensorNeed): string {
  return JSON.stringify(need, sortedEntries);
}

/** Equal for needs that the same numbers fulfil for this target. */
export function keyFor(need: TensorNeed, target: Target): string {
  return withoutTarget.has(need.kind) ? keyOfNeed(need) : `${keyOfNeed(need)} ${keyOfTarget(target)}`;
}

/** Equal for targets that ask for the same. */
export function keyOfTarget(target: Target): string {
  return target.kind === "class" ? `class ${target.index}` : `vector ${target.values.join()}`;
}

const withoutTarget: ReadonlySet<TensorNeed["kind"]> = new Set([
  "attention",
  "scores",
  "tokens",
  "projectedValues",
  "picture",
]);

/** Objects with the same entries in another order are equal. */
function sortedEntries(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
