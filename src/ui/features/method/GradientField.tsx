// How gradients are taken, for methods that need them.
import type { GradientRules } from "../../../bridge/contract.ts";
import { useAppParts } from "../../app-context.ts";
import { HelpTip } from "../../components/HelpTip.tsx";
import { OneOf } from "../../components/OneOf.tsx";
import { fill } from "../../fill.ts";
import { takesGradients } from "../../method-options.ts";
import { strings } from "../../strings.ts";

const rules = ["exact", "libra", "libra-probability"] as const satisfies readonly GradientRules[];

export function GradientField() {
  const { method, gradient, chooseGradient } = useAppParts(({ selection, chooseGradient }) => ({
    method: selection.method,
    gradient: selection.gradient,
    chooseGradient,
  }));
  if (!takesGradients(method)) return null;
  const { gradient: label, gradientHelp, gradientRules, about } = strings.method;
  return (
    <OneOf<GradientRules>
      label={label}
      help={<HelpTip label={fill(about, { label })} help={gradientHelp} />}
      choices={rules.map((value) => ({ value, ...gradientRules[value] }))}
      value={gradient}
      onChange={chooseGradient}
    />
  );
}
