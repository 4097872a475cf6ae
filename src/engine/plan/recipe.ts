// What a recipe is: which values and passes a tensor takes, and how it is read from what these bring.
import type { Tensors } from "../../core/attribution/tensors.ts";
import type { RuleTable } from "../../core/autodiff/rule.ts";
import type { ShapedValues } from "./feature-layout.ts";
import type { SeedKind } from "./seeds.ts";
import type { PlainNeed } from "./tensor-need.ts";

/** A backward pass; those of one key are joined. */
export interface PassWish {
  readonly key: string;
  readonly rules: RuleTable;
  /** The class scores at which it starts. */
  readonly scores: string;
  readonly seed: SeedKind;
}

/** What a run has brought. */
export interface Found {
  /** A value of the forward pass, or an input. */
  value(name: string): ShapedValues;
  /** What arrived at a value. */
  arrived(pass: PassWish, name: string): ShapedValues;
}

export interface Recipe {
  /** Values of the forward pass. */
  readonly values: readonly string[];
  readonly arrivals: readonly { readonly pass: PassWish; readonly tensor: string }[];
  /** What methods are given. */
  read(found: Found): TensorOf[PlainNeed["kind"]];
}

/** What comes of each need. */
export interface TensorOf extends Omit<Tensors, "attentionPath" | "inputPath"> {
  readonly lastAttentionGradient: Float32Array;
}
