// The real model's goldens: maps of DeiT-Tiny on photographs, one JSON per picture and preprocessing.
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { missing, witnesses } from "./witnesses.ts";

export interface GoldenMap {
  readonly method: string;
  readonly variant?: string;
  readonly head_fusion?: "mean" | "max" | "min";
  readonly discard?: number;
  readonly start_layer?: number;
  readonly cls?: number;
  /** Of LeGrad: which layers are added up, and what the head reads. */
  readonly layers?: "all" | "last2";
  readonly pool?: "mean" | "cls";
  readonly map: readonly (number | null)[];
}

export interface GoldenReal {
  readonly file: string;
  readonly model: string;
  readonly image: string;
  readonly preprocessing: string;
  readonly crop_png: string;
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  readonly top10: readonly { readonly cls: number; readonly logit: number; readonly prob: number }[];
  readonly logits_first20: readonly number[];
  readonly classes: readonly number[];
  readonly maps: readonly GoldenMap[];
}

/** All files of the folder, in name order; none where the folder is missing. */
export function readGoldenReal(): readonly GoldenReal[] {
  if (missing("goldenReal")) return [];
  return readdirSync(witnesses.goldenReal)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((file) => ({ ...JSON.parse(readFileSync(resolve(witnesses.goldenReal, file), "utf8")), file }));
}

/** The path of the exact crop that the model was given. */
export function cropOf(golden: GoldenReal): string {
  return resolve(witnesses.goldenReal, golden.crop_png);
}
