// Named settings of a method; where the script's are in force, a line says how they depart from the definition.
import { useApp } from "../../app-context.ts";
import { ChoiceField } from "../../components/ChoiceField.tsx";
import { activePreset, presetsOf } from "../../presets.ts";
import { resultOf } from "../../state/task.ts";
import { strings } from "../../strings.ts";

export function PresetPicker() {
  const method = useApp((state) => state.selection.method);
  const active = useApp((state) => activePreset(state, resultOf(state.classifier) ?? { layers: 0 }));
  const applyPreset = useApp((state) => state.applyPreset);
  const presets = presetsOf(method);
  if (presets.length === 0) return null;
  return (
    <div>
      <ChoiceField
        label={strings.method.presets}
        hideLabel
        choices={presets.map(({ id, kind }) => ({ value: id, ...strings.method.presetNames[kind] }))}
        value={active?.id ?? null}
        onChange={(id) => {
          const preset = presets.find((candidate) => candidate.id === id);
          if (preset !== undefined) applyPreset(preset);
        }}
      />
      {active?.note !== undefined && <p className="preset-note">{active.note}</p>}
    </div>
  );
}
