// What a backward pass starts with at the class scores.
import type { GradientRules, Target } from "../../bridge/contract.ts";
import { XaiError } from "../../core/errors.ts";

/**
 * What each score starts with, for weights t of the target:
 * - `weight`: t, the gradient of `t . scores`;
 * - `probability`: `p (t - t . p)`, the gradient of `t . p`, where p is the softmax of the scores;
 * - `weighted-score`: `t * scores`, for rules that carry shares of the score itself.
 */
export type SeedKind = "weight" | "probability" | "weighted-score";

/**
 * @param scores the class scores at which the pass starts, `[C]`.
 * @throws attribution/bad-option where the target does not fit the scores
 */
export function seedFor(kind: SeedKind, target: Target, scores: Float32Array): Float32Array {
  const weights = weightsOf(target, scores.length);
  if (kind === "weight") return weights;
  if (kind === "weighted-score") return weights.map((weight, index) => weight * scores[index]);
  const probabilities = softmax(scores);
  const mean = dot(weights, probabilities);
  return Float32Array.from(probabilities, (probability, index) => probability * (weights[index] - mean));
}

/** y, whose gradient `seedFor` starts. */
export function targetScore(rules: GradientRules, target: Target, scores: Float32Array): number {
  const weights = weightsOf(target, scores.length);
  return dot(weights, rules === "libra-probability" ? softmax(scores) : scores);
}

/** The most probable class, the first of equals. */
export function topTarget(scores: Float32Array): Target {
  let index = 0;
  for (let each = 1; each < scores.length; each++) if (scores[each] > scores[index]) index = each;
  return { kind: "class", index };
}

function weightsOf(target: Target, classes: number): Float32Array {
  if (target.kind === "vector") {
    if (target.values.length === classes) return target.values;
    throw badTarget(`${target.values.length} weights for ${classes} outputs`);
  }
  const weights = new Float32Array(classes);
  if (!(target.index in weights)) throw badTarget(`there are ${classes} classes`);
  weights[target.index] = 1;
  return weights;
}

function badTarget(reason: string): XaiError {
  return new XaiError("attribution/bad-option", { option: "class", reason });
}

function softmax(scores: Float32Array): Float64Array {
  const largest = scores.reduce((most, score) => Math.max(most, score), Number.NEGATIVE_INFINITY);
  const powers = Float64Array.from(scores, (score) => Math.exp(score - largest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

function dot(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < one.length; index++) sum += one[index] * other[index];
  return sum;
}
