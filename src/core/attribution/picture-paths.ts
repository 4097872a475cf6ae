// Paths of pictures along which gradients are summed.
import { XaiError } from "../errors.ts";
import { type QuadratureRule, quadrature } from "./quadrature.ts";
import type { PictureVariant } from "./tensors.ts";

/**
 * The picture at even brightness steps from nothing to itself, both ends included, as TAM and BTH average over them.
 * @param steps n; 1 is the picture itself.
 * @returns n pictures of equal weight.
 * @throws attribution/bad-option unless n is a whole number above 0
 */
export function evenSteps(steps: number): readonly PictureVariant[] {
  checkCount("steps", steps, 1);
  if (steps === 1) return [{ weight: 1, scale: 1 }];
  return Array.from({ length: steps }, (_, index) => ({ weight: 1 / steps, scale: index / (steps - 1) }));
}

/**
 * The picture at the nodes of a rule that integrates from nothing to itself.
 * @throws attribution/bad-option for fewer steps than the rule has ends, or part of one
 */
export function quadraturePath(rule: QuadratureRule, steps: number): readonly PictureVariant[] {
  checkCount("steps", steps, rule.startsWith("trapezoid") ? 2 : 1);
  return quadrature(rule, steps).map(({ position, weight }) => ({ weight, scale: position }));
}

/**
 * The picture under different noise, n times with equal weight.
 * @param deviation sigma, as a share of the picture's range of values.
 * @param seed a whole number; the same gives the same noise.
 * @throws attribution/bad-option unless n is a whole number above 0
 */
export function noisyCopies(samples: number, deviation: number, seed: number): readonly PictureVariant[] {
  checkCount("samples", samples, 1);
  return Array.from({ length: samples }, (_, index) => ({
    weight: 1 / samples,
    scale: 1,
    noise: { deviation, seed: seed * seedsApart + index },
  }));
}

/** More than there are samples, so that no two seeds share a picture. */
const seedsApart = 1000;

function checkCount(option: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new XaiError("attribution/bad-option", {
    option,
    reason: `${value} is no whole number from ${least}`,
  });
}
