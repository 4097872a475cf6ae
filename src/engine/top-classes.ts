// From logits to the few classes that are shown.
import type { ClassScore } from "../bridge/contract.ts";

/** The `count` most probable classes, descending; equal logits keep the order of their indices. */
export function topClasses(
  logits: Float32Array,
  labels: readonly string[],
  count = 5,
): readonly ClassScore[] {
  let largest = Number.NEGATIVE_INFINITY;
  for (const logit of logits) largest = Math.max(largest, logit);
  let total = 0;
  for (const logit of logits) total += Math.exp(logit - largest);
  return Array.from(logits, (logit, index) => ({ index, logit }))
    .sort((a, b) => b.logit - a.logit || a.index - b.index)
    .slice(0, count)
    .map(({ index, logit }) => ({
      index,
      label: labels[index] ?? `class ${index}`,
      logit,
      probability: Math.exp(logit - largest) / total,
    }));
}
