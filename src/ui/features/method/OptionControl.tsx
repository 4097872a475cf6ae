// The control of one option, made from its spec: a new option of a method needs no new user interface.
import type { OptionSpec } from "../../../core/attribution/method.ts";
import { useApp } from "../../app-context.ts";
import { ChoiceField } from "../../components/ChoiceField.tsx";
import { HelpTip } from "../../components/HelpTip.tsx";
import { RangeField } from "../../components/RangeField.tsx";
import { fill } from "../../fill.ts";
import { resultOf } from "../../state/task.ts";
import { strings } from "../../strings.ts";
import { HeadsField } from "./HeadsField.tsx";

interface OptionControlProps {
  readonly name: string;
  readonly spec: OptionSpec;
}

export function OptionControl({ name, spec }: OptionControlProps) {
  const value = useApp((state) => state.options[name]);
  const setOption = useApp((state) => state.setOption);
  const layers = useApp((state) => resultOf(state.classifier)?.layers ?? 1);
  const { label } = spec;
  const help = <HelpTip label={fill(strings.method.about, { label })} help={spec.help} />;
  switch (spec.kind) {
    case "choice":
      return (
        <ChoiceField
          label={label}
          help={help}
          choices={spec.choices}
          value={String(value)}
          onChange={(choice) => setOption(name, choice)}
        />
      );
    case "range":
      return (
        <RangeField
          label={label}
          help={help}
          value={Number(value)}
          minimum={spec.minimum}
          maximum={spec.maximum}
          step={spec.step}
          format={digitsFor(spec.step)}
          onChange={(number) => setOption(name, number)}
        />
      );
    case "layer":
      return (
        <RangeField
          label={label}
          help={help}
          value={Number(value)}
          minimum={0}
          maximum={layers - 1}
          step={1}
          onChange={(layer) => setOption(name, layer)}
        />
      );
    case "heads-off":
      return <HeadsField name={name} label={label} help={help} />;
  }
}

/** As many decimals as the step has, so that the value does not jump about while it is dragged. */
function digitsFor(step: number): Intl.NumberFormatOptions {
  const digits = Math.max(0, Math.ceil(-Math.log10(step)));
  return { minimumFractionDigits: digits, maximumFractionDigits: digits };
}
