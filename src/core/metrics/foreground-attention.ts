// FAF and BAF: the share of a map that lies on the foreground, and on the background.
import { XaiError } from "../errors.ts";

export interface ForegroundAttention {
  /** Share of the map on the foreground, 0..1. */
  readonly faf: number;
  /** `1 - faf`. */
  readonly baf: number;
  /** Share of the view that is foreground, 0..1: what a uniform map scores. */
  readonly area: number;
  /** `faf / area`; 1 is no better than a uniform map. */
  readonly lift: number;
}

/**
 * `FAF = sum(A * m) / sum(A)` with A the map clipped at 0 and m the share of foreground in each patch.
 * @param map `[P]`, any scale; negative values count as 0.
 * @param foreground m, `[P]`, 0..1.
 * @throws metrics/no-foreground where m is all zero, attribution/empty-map where the map is.
 * @see Report "Explainability in Vision Transformers", FAF/BAF; equals Quantus' RelevanceMassAccuracy
 */
export function foregroundAttention(
  map: ArrayLike<number>,
  foreground: ArrayLike<number>,
): ForegroundAttention {
  let mass = 0;
  let onForeground = 0;
  let covered = 0;
  for (let i = 0; i < map.length; i++) {
    const value = Math.max(0, map[i]);
    mass += value;
    onForeground += value * foreground[i];
    covered += foreground[i];
  }
  if (!(covered > 0)) throw new XaiError("metrics/no-foreground", {});
  if (!(mass > 0)) throw new XaiError("attribution/empty-map", { reason: "the map is zero everywhere" });
  const faf = onForeground / mass;
  const area = covered / map.length;
  return { faf, baf: 1 - faf, area, lift: faf / area };
}
