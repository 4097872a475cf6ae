// Two named settings; where the script's is in force, a line says how it departs from the paper.
import { useApp } from "../../app-context.ts";
import { ChoiceField } from "../../components/ChoiceField.tsx";
import { activePreset, presets } from "../../presets.ts";
import { strings } from "../../strings.ts";

export function PresetPicker() {
  const active = useApp(activePreset);
  const applyPreset = useApp((state) => state.applyPreset);
  return (
    <div>
      <ChoiceField
        label={strings.method.presets}
        hideLabel
        choices={presets.map(({ id }) => ({ value: id, ...strings.method.presetNames[id] }))}
        value={active}
        onChange={applyPreset}
      />
      {active === "vit-explain" && <p className="preset-note">{strings.method.presetDifference}</p>}
    </div>
  );
}
