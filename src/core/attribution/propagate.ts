// One step of rollout: a row vector through one layer's (F + I) / 2, normalised.
import type { Discard } from "./discard.ts";
import type { FusedLayer } from "./head-fusion.ts";

/** `row`: every row by its own sum. `vit-explain`: column j by the sum of ROW j, as that code is written. */
export type Normalisation = "row" | "vit-explain";

/**
 * `row . a`, where `a = normalised((F' + I) / 2)` and F' is F without its discarded entries.
 * Only the row vector is carried, so a layer costs N^2 and not N^3. The halves cancel in both normalisations.
 * @param row `[N]`, what each token after this layer contributes.
 * @param fused F, `[N,N]`, >= 0.
 * @param keepFirst whether entry 0 (CLS to CLS) survives the discard, as in vit-explain's rollout.
 * @returns `[N]`, what each token before this layer contributes.
 * @see Abnar & Zuidema 2020, eq. 1; the normalisations: vit-explain `rollout`
 */
export function propagateRow(
  row: Float64Array,
  fused: FusedLayer,
  { threshold, tied }: Discard,
  keepFirst: boolean,
  normalisation: Normalisation,
): Float64Array<ArrayBuffer> {
  const tokens = row.length;
  const before = new Float64Array(tokens);
  const sums = new Float64Array(tokens);
  const kept = new Float64Array(tokens);
  let tie = 0;
  for (let i = 0; i < tokens; i++) {
    const start = i * tokens;
    // What nothing goes through need not be normalised: in the last layer all but the class token's row.
    if (row[i] === 0 && normalisation === "row") {
      while (tied[tie] < start + tokens) tie++;
      continue;
    }
    let sum = 1;
    for (let j = 0; j < tokens; j++) {
      const value = fused[start + j];
      // A product instead of a branch: which entries survive is noise to a branch predictor, and costs threefold.
      const survivor = value * Number(value >= threshold);
      kept[j] = survivor;
      sum += survivor;
    }
    for (; tied[tie] < start + tokens; tie++) {
      sum -= kept[tied[tie] - start];
      kept[tied[tie] - start] = 0;
    }
    if (i === 0 && keepFirst) {
      sum += fused[0] - kept[0];
      kept[0] = fused[0];
    }
    kept[i] += 1;
    sums[i] = sum;
    const weight = normalisation === "row" ? row[i] / sum : row[i];
    if (weight !== 0) for (let j = 0; j < tokens; j++) before[j] += weight * kept[j];
  }
  if (normalisation === "vit-explain") for (let j = 0; j < tokens; j++) before[j] /= sums[j];
  return before;
}
