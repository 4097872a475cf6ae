// The method, what it is, its named settings, one control for each of its options, and how far to trust the map.
import { Button } from "react-aria-components";
import { useApp, useAppParts } from "../../app-context.ts";
import { SwitchField } from "../../components/SwitchField.tsx";
import { canShowDifference } from "../../map-wish.ts";
import { specsOf } from "../../method-options.ts";
import { resultOf } from "../../state/task.ts";
import { strings } from "../../strings.ts";
import { Figures } from "./Figures.tsx";
import { GradientField } from "./GradientField.tsx";
import { MethodCard } from "./MethodCard.tsx";
import { MethodPicker } from "./MethodPicker.tsx";
import "./method-panel.css";
import { OptionControl } from "./OptionControl.tsx";
import { PresetPicker } from "./PresetPicker.tsx";

export function MethodPanel() {
  const method = useApp((state) => state.selection.method);
  return (
    <section className="panel" aria-label={strings.method.title}>
      <div className="panel-head">
        <h2>{strings.method.title}</h2>
        <ResetButton />
      </div>
      <MethodPicker />
      <MethodCard key={method} />
      <PresetPicker />
      <DifferenceSwitch />
      {Object.entries(specsOf(method)).map(([name, spec]) => (
        <OptionControl key={`${method}/${name}`} name={name} spec={spec} />
      ))}
      <GradientField />
      <Figures />
    </section>
  );
}

/** Takes back what was changed of the method's options; absent while nothing is. */
function ResetButton() {
  const isChanged = useApp(({ selection }) => {
    const changed = selection.options[selection.method];
    return changed !== undefined && Object.keys(changed).length > 0;
  });
  const resetOptions = useApp((state) => state.resetOptions);
  if (!isChanged) return null;
  return (
    <Button className="button button-plain panel-action" onPress={resetOptions}>
      {strings.method.reset}
    </Button>
  );
}

/** Shows the map minus the one with the correct settings, where there is a difference. */
function DifferenceSwitch() {
  const { isOn, showDifference } = useAppParts(({ selection, showDifference }) => ({
    isOn: selection.difference,
    showDifference,
  }));
  const canShow = useApp(({ selection, classifier }) => {
    const model = resultOf(classifier);
    return model !== null && canShowDifference(selection, model);
  });
  if (!canShow) return null;
  const { difference, differenceHelp } = strings.method;
  return <SwitchField label={difference} help={differenceHelp} isOn={isOn} onChange={showDifference} />;
}
