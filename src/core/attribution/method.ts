// What an explanation method is: data it needs, options it has, and a function from the one to the other.
import type { TensorKind, Tensors, TensorVariant } from "./tensors.ts";

export type { AttentionStack, TensorKind, Tensors } from "./tensors.ts";

/** One option of a method, as data, so that pickers, the URL codec and the docs can be generated. */
export type OptionSpec =
  | {
      readonly kind: "choice";
      readonly label: string;
      readonly help: string;
      readonly choices: readonly { readonly value: string; readonly label: string; readonly help: string }[];
      readonly initial: string;
    }
  | {
      readonly kind: "range";
      readonly label: string;
      readonly help: string;
      readonly minimum: number;
      readonly maximum: number;
      readonly step: number;
      readonly initial: number;
    }
  /** An integer from 0 to L - 1; a negative initial value counts from the end, as -1 for the last layer. */
  | { readonly kind: "layer"; readonly label: string; readonly help: string; readonly initial: number }
  /** An integer from 0 to H - 1, or -1 for all heads. */
  | { readonly kind: "head"; readonly label: string; readonly help: string; readonly initial: number }
  /** Feature map that CAM methods weigh, counted back from the last one: 0 is the last. */
  | {
      readonly kind: "feature-layer";
      readonly label: string;
      readonly help: string;
      readonly initial: number;
    }
  /** Heads that are left out, as `layer * H + head`, ascending. */
  | {
      readonly kind: "heads-off";
      readonly label: string;
      readonly help: string;
      readonly initial: readonly number[];
    };

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** The values that go with a set of specs. */
export type OptionValues<Specs extends OptionSpecs> = {
  readonly [Key in keyof Specs]: Specs[Key] extends { readonly kind: "choice" }
    ? Specs[Key]["choices"][number]["value"]
    : Specs[Key] extends { readonly kind: "heads-off" }
      ? readonly number[]
      : number;
};

/** The values that a method's author chose. */
export function initialOptions<Specs extends OptionSpecs>(specs: Specs): OptionValues<Specs> {
  const entries = Object.entries(specs).map(([name, { initial }]) => [name, initial]);
  return Object.fromEntries(entries) as OptionValues<Specs>;
}

/** How pickers group methods. */
export type MethodFamily = "rollout" | "gradient" | "relevance" | "cam" | "input";

/** A raw map, not normalised: `[P]`, `[h*w]` of the feature map, or `[S*S]`, as `Method.resolution` says. */
export type RawMap = Float64Array<ArrayBuffer>;

/** A map, or for slow methods a generator that yields the share done, 0..1, and returns it; it may be abandoned. */
export type StepResult = RawMap | Generator<number, RawMap>;

/** A number that tells how far a map can be trusted, such as what integrated gradients miss of their sum. */
export interface Figure {
  readonly label: string;
  readonly value: number;
  readonly help: string;
}

export interface Method<
  Id extends string,
  Specs extends OptionSpecs,
  Needs extends TensorKind,
  Result extends StepResult = RawMap,
> {
  readonly id: Id;
  readonly label: string;
  readonly family: MethodFamily;
  /** Paper and equation. */
  readonly cite: string;
  /** Address of the paper. */
  readonly paper: string;
  /** The definition on one line, with the paper's letters. */
  readonly formula: string;
  /** One sentence for a newcomer. */
  readonly summary: string;
  /** What a reader of the map must know, a sentence each. */
  readonly caveats: readonly string[];
  /** Licence of the authors' code, and that none of it is here. */
  readonly licence: string;
  /** Whether the map depends on the class that is asked about. */
  readonly classSpecific: boolean;
  /** Whether values below zero mean something, so that colours diverge from zero. */
  readonly signed: boolean;
  /** The cells of the map: patches, cells of the chosen feature map, or pixels of the model's input. */
  readonly resolution: "patches" | "features" | "pixels";
  /** Whether a change of the picture that nobody sees can change the map: the app then offers a stability figure. */
  readonly unstable?: boolean;
  readonly needs: readonly Needs[];
  readonly options: Specs;
  /** The variant of its tensors that these options want; tensors are made anew only when it changes. */
  readonly variant?: (options: OptionValues<Specs>) => TensorVariant;
  readonly figures?: (map: RawMap, tensors: Pick<Tensors, Needs>) => readonly Figure[];
  /** Prepares what slider steps share (fused heads, ...) and returns the function that a step calls. */
  readonly explainer: (tensors: Pick<Tensors, Needs>) => (options: OptionValues<Specs>) => Result;
}

/** Identity that keeps the literal types of a method: `export const rollout = defineMethod({...})`. */
export function defineMethod<
  const Id extends string,
  const Specs extends OptionSpecs,
  const Needs extends TensorKind,
  Result extends StepResult,
>(method: Method<Id, Specs, Needs, Result>): Method<Id, Specs, Needs, Result> {
  return method;
}
