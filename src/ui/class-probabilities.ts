// Probabilities of all classes, and the classes whose names match a search.
import type { Classification, ClassifierInfo } from "../bridge/contract.ts";

/** One class as the picker shows it. */
export interface ListedClass {
  readonly index: number;
  readonly label: string;
  /** 0..1. */
  readonly probability: number;
}

/** Softmax over all logits, `[C]`, 0..1. */
export function probabilitiesOf({ logits }: Pick<Classification, "logits">): Float64Array {
  const highest = logits.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY);
  const powers = Float64Array.from(logits, (logit) => Math.exp(logit - highest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/**
 * The classes with every word of `query` in their names, the most probable first; all of them for an empty query.
 * Names that begin with the query come before others.
 */
export function searchClasses(
  { labels }: Pick<ClassifierInfo, "labels">,
  probabilities: Float64Array,
  query: string,
): readonly ListedClass[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const begins = (label: string) => words.length > 0 && label.toLowerCase().startsWith(words[0]);
  return labels
    .map((label, index) => ({ index, label, probability: probabilities[index] ?? 0 }))
    .filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)))
    .sort(
      (left, right) =>
        Number(begins(right.label)) - Number(begins(left.label)) || right.probability - left.probability,
    );
}

/** Cosine of the angle between a vector and the model's output, -1..1; 0 where either has no length. */
export function cosine(vector: Float32Array, output: Float32Array): number {
  let product = 0;
  let left = 0;
  let right = 0;
  for (let index = 0; index < vector.length; index++) {
    product += vector[index] * output[index];
    left += vector[index] ** 2;
    right += output[index] ** 2;
  }
  return left === 0 || right === 0 ? 0 : product / Math.sqrt(left * right);
}
