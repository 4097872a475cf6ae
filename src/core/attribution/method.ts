// What an explanation method is: data it needs, options it has, and a function from the one to the other.

/** Tensors a method can ask for. A method sees only those it names. */
export interface Tensors {
  /** softmax(QK^T/sqrt(d)) of every layer, and the sizes needed to read it. */
  readonly attention: AttentionStack;
}
export type TensorKind = keyof Tensors;

/** All attention matrices of one forward pass of one image. */
export interface AttentionStack {
  /** One `[H,N,N]` array a layer, row-major, rows (queries) sum to 1. */
  readonly layers: readonly (Float32Array | Float64Array)[];
  /** H. */
  readonly heads: number;
  /** N, prefix tokens included. */
  readonly tokens: number;
  /** CLS, distillation and register tokens before the first patch; token 0 is the CLS token. */
  readonly prefixTokens: number;
  /** Tokens that the classification head reads, averaged: `[0]` for CLS, `[0, 1]` for a distilled DeiT. */
  readonly outputTokens: readonly number[];
}

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
  /** An integer from 0 to L - 1. */
  | { readonly kind: "layer"; readonly label: string; readonly help: string; readonly initial: number }
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

export interface Method<Id extends string, Specs extends OptionSpecs, Needs extends TensorKind> {
  readonly id: Id;
  readonly label: string;
  readonly family: "rollout";
  /** Paper and equation. */
  readonly cite: string;
  /** One sentence for a newcomer. */
  readonly summary: string;
  /** Whether the map depends on the class that is asked about. */
  readonly classSpecific: boolean;
  readonly needs: readonly Needs[];
  readonly options: Specs;
  /** Prepares what slider steps share (fused heads, ...) and returns the function that a step calls: the map `[P]`. */
  readonly explainer: (
    tensors: Pick<Tensors, Needs>,
  ) => (options: OptionValues<Specs>) => Float64Array<ArrayBuffer>;
}

/** Identity that keeps the literal types of a method: `export const rollout = defineMethod({...})`. */
export function defineMethod<
  const Id extends string,
  const Specs extends OptionSpecs,
  const Needs extends TensorKind,
>(method: Method<Id, Specs, Needs>): Method<Id, Specs, Needs> {
  return method;
}
