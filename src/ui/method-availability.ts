// Which methods a model can be explained by, why not by the others, and what is chosen when the model changes.
import type { ClassifierInfo, MethodRefusal } from "../bridge/contract.ts";
import { type MethodId, methods } from "../core/attribution/registry.ts";
import { fill } from "./fill.ts";
import { fitOptions, methodById } from "./method-options.ts";
import { type Selection, withinClasses } from "./state/selection.ts";
import { strings } from "./strings.ts";

/** Why the model cannot be explained by this method, as a sentence; `null` where it can. */
export function refusalOf(id: MethodId, model: Pick<ClassifierInfo, "methods"> | null): string | null {
  const refusal = model?.methods[id] ?? null;
  return refusal === null ? null : describeRefusal(refusal);
}

export function describeRefusal(refusal: MethodRefusal): string {
  const sentences = strings.method.refusals;
  if (refusal.kind !== "no-gradient") return fill(sentences[refusal.kind], { reason: refusal.reason });
  const { operator, node, reason } = refusal;
  return reason === undefined
    ? fill(sentences["no-gradient"], { operator, node })
    : fill(sentences["no-gradient-because"], { operator, node, reason });
}

/** What people know best, where the model cannot be explained by the chosen method. */
const usual: readonly MethodId[] = ["rollout", "grad-cam"];

/**
 * The selection that goes with a model that was just loaded: options within its sizes, and a method that works where
 * the chosen one does not.
 * @returns the selection, and what to tell the user.
 */
export function selectionFor(
  before: Selection,
  model: ClassifierInfo,
): { readonly selection: Selection; readonly notice: readonly string[] } {
  const selection = withinClasses({ ...before, options: fitOptions(before.options, model) }, model.classes);
  const reason = refusalOf(before.method, model);
  const works = methods.filter(({ id }) => refusalOf(id, model) === null);
  const other = works.find(({ id }) => usual.includes(id)) ?? works[0];
  if (reason === null || other === undefined) return { selection, notice: [] };
  const notice = fill(strings.method.replaced, {
    method: methodById(before.method).label,
    model: model.label,
    other: other.label,
    reason,
  });
  return { selection: { ...selection, method: other.id, difference: false }, notice: [notice] };
}
