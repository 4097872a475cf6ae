// The control of one option, made from its spec: a new option of a method needs no new user interface.
import type { ReactNode } from "react";
import type { OptionSpec } from "../../../core/attribution/method.ts";
import { useApp } from "../../app-context.ts";
import { HelpTip } from "../../components/HelpTip.tsx";
import { OneOf } from "../../components/OneOf.tsx";
import { RangeField } from "../../components/RangeField.tsx";
import { fill } from "../../fill.ts";
import { selectOption } from "../../state/selectors.ts";
import { resultOf } from "../../state/task.ts";
import { strings } from "../../strings.ts";
import { FeatureLayerField } from "./FeatureLayerField.tsx";
import { HeadField } from "./HeadField.tsx";
import { HeadsField } from "./HeadsField.tsx";

/** What every control of an option gets. */
export interface OptionFieldProps {
  readonly name: string;
  readonly label: string;
  readonly help: ReactNode;
}

export function OptionControl({ name, spec }: { readonly name: string; readonly spec: OptionSpec }) {
  const value = useApp((state) => selectOption(state, name));
  const setOption = useApp((state) => state.setOption);
  const layers = useApp((state) => resultOf(state.classifier)?.layers ?? 1);
  const { label } = spec;
  const help = <HelpTip label={fill(strings.method.about, { label })} help={spec.help} />;
  const field: OptionFieldProps = { name, label, help };
  switch (spec.kind) {
    case "choice":
      return (
        <OneOf
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
          maximum={Math.max(0, layers - 1)}
          step={1}
          onChange={(layer) => setOption(name, layer)}
        />
      );
    case "head":
      return <HeadField {...field} />;
    case "feature-layer":
      return <FeatureLayerField {...field} />;
    case "heads-off":
      return <HeadsField {...field} />;
  }
}

/** As many decimals as the step has, so that the value does not jump about while it is dragged. */
function digitsFor(step: number): Intl.NumberFormatOptions {
  const digits = Math.max(0, Math.ceil(-Math.log10(step)));
  return { minimumFractionDigits: digits, maximumFractionDigits: digits };
}
