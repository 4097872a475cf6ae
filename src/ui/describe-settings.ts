// The settings of a method in words: those that were changed, by the names that their controls have.
import type { OptionSpec } from "../core/attribution/method.ts";
import type { MethodId } from "../core/attribution/registry.ts";
import { fill } from "./fill.ts";
import { sameOptionValue, specsOf } from "./method-options.ts";
import type { Options, OptionValue } from "./state/selection.ts";
import { strings } from "./strings.ts";

/** `Head fusion: Max`, … for every option that is not as the method's author chose it; none if all are. */
export function describeSettings(method: MethodId, options: Options | undefined): readonly string[] {
  return Object.entries(specsOf(method)).flatMap(([name, spec]) => {
    const value = options?.[name];
    if (value === undefined || sameOptionValue(value, spec.initial)) return [];
    return [fill(strings.share.setting, { label: spec.label, value: describeValue(spec, value) })];
  });
}

function describeValue(spec: OptionSpec, value: OptionValue): string {
  if (spec.kind === "choice") return spec.choices.find((choice) => choice.value === value)?.label ?? "";
  if (Array.isArray(value)) return String(value.length);
  return spec.kind === "head" && value === -1 ? strings.share.allHeads : String(value);
}
