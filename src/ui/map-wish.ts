// From what is chosen to what is asked of the engine: one map, or two whose difference is shown.
import type { ClassifierInfo, ExplainRequest, Target } from "../bridge/contract.ts";
import { explainRequest, initialOptions, methodById, optionsOf, takesGradients } from "./method-options.ts";
import type { Selection } from "./state/selection.ts";

/** What a map is about, in names. */
export type MapSubject =
  /** The method gives the same map for every class. */
  | { readonly kind: "any-class" }
  | { readonly kind: "class"; readonly label: string }
  | { readonly kind: "vector"; readonly name: string }
  /** One class minus another, both divided by the largest magnitude of the two maps. */
  | { readonly kind: "classes"; readonly first: string; readonly second: string }
  /** The chosen settings minus the correct ones, each in multiples of its average cell. */
  | { readonly kind: "settings" };

export interface MapWish {
  readonly subject: MapSubject;
  /** The second is taken from the first. */
  readonly requests: readonly [ExplainRequest] | readonly [ExplainRequest, ExplainRequest];
}

/** @param topClass index of the most probable class, for the subject's name. */
export function mapWish(
  selection: Selection,
  model: Pick<ClassifierInfo, "layers" | "labels">,
  topClass: number | undefined,
): MapWish {
  const { method, target, pins, gradient } = selection;
  const options = optionsOf(selection, method, model);
  const rules = gradient !== "exact" && takesGradients(method) ? { gradient } : {};
  const ask = (aim: Target | null): ExplainRequest =>
    explainRequest(method, options, { ...rules, ...(aim && { target: aim }) });
  if (target.kind === "contrast" && dependsOnClass(selection) && pins.a !== null && pins.b !== null)
    return {
      subject: { kind: "classes", first: nameOf(pins.a, model), second: nameOf(pins.b, model) },
      requests: [ask({ kind: "class", index: pins.a }), ask({ kind: "class", index: pins.b })],
    };
  const aim = dependsOnClass(selection) ? singleTarget(selection) : null;
  if (selection.difference && canShowDifference(selection, model)) {
    const correct = explainRequest(method, initialOptions(method, model), {
      ...rules,
      ...(aim && { target: aim }),
    });
    return { subject: { kind: "settings" }, requests: [ask(aim), correct] };
  }
  return { subject: singleSubject(selection, model, topClass), requests: [ask(aim)] };
}

/** Whether another class would give another map. */
export function dependsOnClass({ method }: Pick<Selection, "method">): boolean {
  return methodById(method).classSpecific;
}

/** Whether the settings differ from the correct ones, so that there is a difference to show. */
export function canShowDifference(selection: Selection, model: Pick<ClassifierInfo, "layers">): boolean {
  const { method, options } = selection;
  if (methodById(method).resolution !== "patches" || options[method] === undefined) return false;
  const correct = initialOptions(method, model);
  return JSON.stringify(optionsOf(selection, method, model)) !== JSON.stringify(correct);
}

/** `null` stands for the most probable class. */
function singleTarget({ target, vector }: Selection): Target | null {
  if (target.kind === "class") return target;
  if (target.kind === "vector" && vector !== null) return { kind: "vector", values: vector.values };
  return null;
}

function singleSubject(
  selection: Selection,
  model: Pick<ClassifierInfo, "labels">,
  topClass: number | undefined,
): MapSubject {
  const { target, vector } = selection;
  if (!dependsOnClass(selection)) return { kind: "any-class" };
  if (target.kind === "vector" && vector !== null) return { kind: "vector", name: vector.name };
  const index = target.kind === "class" ? target.index : topClass;
  return index === undefined ? { kind: "any-class" } : { kind: "class", label: nameOf(index, model) };
}

function nameOf(index: number, { labels }: Pick<ClassifierInfo, "labels">): string {
  return labels[index] ?? String(index);
}
