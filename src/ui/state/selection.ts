// What is asked of the picture: a method with its options, the class or vector it is about, and how gradients are taken.
import type { GradientRules } from "../../bridge/contract.ts";
import type { MethodId } from "../../core/attribution/registry.ts";

export type OptionValue = string | number | readonly number[];
export type Options = Readonly<Record<string, OptionValue>>;

/** What a class-specific method explains; the others explain the same whatever is chosen. */
export type TargetChoice =
  /** The most probable class of whatever picture is shown. */
  | { readonly kind: "top" }
  | { readonly kind: "class"; readonly index: number }
  /** The first pinned class minus the second. */
  | { readonly kind: "contrast" }
  | { readonly kind: "vector" };

/** Two classes, A and B, that stay at hand from picture to picture. */
export interface Pins {
  readonly a: number | null;
  readonly b: number | null;
}
export type PinName = keyof Pins;

/** A target of the user's own, such as a text embedding: the score is its inner product with the model's output. */
export interface NamedVector {
  /** Name of its file. */
  readonly name: string;
  /** As many as the model has outputs. */
  readonly values: Float32Array<ArrayBuffer>;
}

export interface Selection {
  readonly method: MethodId;
  /** By method, the options that were changed; all others have the value that the method's author chose. */
  readonly options: Readonly<Partial<Record<MethodId, Options>>>;
  readonly target: TargetChoice;
  readonly pins: Pins;
  readonly vector: NamedVector | null;
  readonly gradient: GradientRules;
  /** Whether the map is shown as what it has more or less than with the correct settings. */
  readonly difference: boolean;
}

export const firstSelection: Selection = {
  method: "rollout",
  options: {},
  target: { kind: "top" },
  pins: { a: null, b: null },
  vector: null,
  gradient: "exact",
  difference: false,
};

/** The selection with one option of its method changed. */
export function withOption(selection: Selection, name: string, value: OptionValue): Selection {
  const { method, options } = selection;
  return { ...selection, options: { ...options, [method]: { ...options[method], [name]: value } } };
}

/** The selection with these options of its method changed, and no others. */
export function withOptions(selection: Selection, changed: Options): Selection {
  return { ...selection, options: { ...selection.options, [selection.method]: changed } };
}

/**
 * The selection with a class pinned, to the first free place or else to B; pinned before, it is taken off.
 * A contrast that lacks a class becomes the most probable class again.
 */
export function withPinToggled(selection: Selection, index: number): Selection {
  const { a, b } = selection.pins;
  if (index === a) return withPins(selection, { a: null, b });
  if (index === b) return withPins(selection, { a, b: null });
  return withPins(selection, a === null ? { a: index, b } : { a, b: index });
}

function withPins(selection: Selection, pins: Pins): Selection {
  const isBroken = selection.target.kind === "contrast" && (pins.a === null || pins.b === null);
  return { ...selection, pins, ...(isBroken && { target: firstSelection.target }) };
}

/** The selection for another picture: a class that was chosen for the last one is forgotten, pins and vector stay. */
export function forNextPicture(selection: Selection): Selection {
  return selection.target.kind === "class" ? { ...selection, target: firstSelection.target } : selection;
}

/** The selection without classes that a model does not have, and without a vector of another length. */
export function withinClasses(selection: Selection, classes: number): Selection {
  const { target, pins, vector } = selection;
  const kept = (index: number | null) => (index !== null && index < classes ? index : null);
  const fits = vector === null || vector.values.length === classes;
  const isLost = (target.kind === "class" && target.index >= classes) || (target.kind === "vector" && !fits);
  return withPins(
    { ...selection, ...(isLost && { target: firstSelection.target }), ...(!fits && { vector: null }) },
    { a: kept(pins.a), b: kept(pins.b) },
  );
}

/** The selection for another model, whose outputs mean other things. */
export function forNextModel(selection: Selection): Selection {
  const { target, pins, vector } = firstSelection;
  return { ...selection, target, pins, vector };
}
