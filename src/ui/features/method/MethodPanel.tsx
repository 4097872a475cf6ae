// The method, its named settings, and one control for each of its options.
import type { OptionSpecs } from "../../../core/attribution/method.ts";
import { methods } from "../../../core/attribution/registry.ts";
import { useApp, useAppParts } from "../../app-context.ts";
import { HelpTip } from "../../components/HelpTip.tsx";
import { SelectField } from "../../components/SelectField.tsx";
import { fill } from "../../fill.ts";
import { methodById } from "../../method-options.ts";
import { strings } from "../../strings.ts";
import "./method-panel.css";
import { OptionControl } from "./OptionControl.tsx";
import { PresetPicker } from "./PresetPicker.tsx";

export function MethodPanel() {
  const { id, chooseMethod } = useAppParts(({ method, chooseMethod }) => ({ id: method, chooseMethod }));
  const method = methodById(id);
  const specs: OptionSpecs = method.options;
  return (
    <section className="panel" aria-label={strings.method.title}>
      <div className="panel-head">
        <h2>{strings.method.title}</h2>
        <HelpTip label={fill(strings.method.about, { label: method.label })} help={<MethodCard />} />
      </div>
      <SelectField
        label={strings.method.title}
        hideLabel
        choices={methods.map(({ id, label, summary }) => ({ value: id, label, help: summary }))}
        value={id}
        onChange={chooseMethod}
      />
      <PresetPicker />
      {Object.entries(specs).map(([name, spec]) => (
        <OptionControl key={name} name={name} spec={spec} />
      ))}
    </section>
  );
}

function MethodCard() {
  const { summary, cite, classSpecific } = methodById(useApp((state) => state.method));
  return (
    <>
      {summary} {!classSpecific && strings.method.classAgnostic} <cite>{cite}</cite>
    </>
  );
}
