// How the map is drawn: opacity, colours, grid, where the scale begins, and what lies over the picture.
import { type ColourMapId, colourMaps } from "../../../core/vision/colour-maps.ts";
import { type DivergingMapId, divergingMaps } from "../../../core/vision/diverging-maps.ts";
import { useApp, useAppParts } from "../../app-context.ts";
import { ChoiceField } from "../../components/ChoiceField.tsx";
import { RangeField } from "../../components/RangeField.tsx";
import { SelectField } from "../../components/SelectField.tsx";
import { SwitchField } from "../../components/SwitchField.tsx";
import type { Interpolation, ScaleStart } from "../../state/app-state.ts";
import { strings } from "../../strings.ts";
import "./view-controls.css";

const interpolations = ["smooth", "nearest"] as const satisfies readonly Interpolation[];
const scaleStarts = ["lowest", "zero"] as const satisfies readonly ScaleStart[];
const percent: Intl.NumberFormatOptions = { style: "percent" };

export function ViewControls() {
  const view = useAppParts(
    ({ overlay, outline, opacity, colourMap, divergingMap, interpolation, scaleStart, setView }) => ({
      overlay,
      outline,
      opacity,
      colourMap,
      divergingMap,
      interpolation,
      scaleStart,
      setView,
    }),
  );
  const { setView } = view;
  const isSigned = useApp((state) => state.shown?.heatmap?.signed === true);
  return (
    <div className="view-controls">
      <RangeField
        label={strings.view.opacity}
        value={view.opacity}
        minimum={0}
        maximum={1}
        step={0.01}
        format={percent}
        onChange={(opacity) => setView({ opacity })}
      />
      {isSigned ? (
        <SelectField<DivergingMapId>
          label={strings.view.colourMap}
          choices={divergingMaps.map(({ id, label, note }) => ({ value: id, label, help: note }))}
          value={view.divergingMap}
          onChange={(divergingMap) => setView({ divergingMap })}
        />
      ) : (
        <SelectField<ColourMapId>
          label={strings.view.colourMap}
          choices={colourMaps.map(({ id, label, note }) => ({ value: id, label, help: note }))}
          value={view.colourMap}
          onChange={(colourMap) => setView({ colourMap })}
        />
      )}
      <ChoiceField
        label={strings.view.interpolation}
        choices={interpolations.map((value) => ({ value, ...strings.view.interpolations[value] }))}
        value={view.interpolation}
        onChange={(interpolation) => setView({ interpolation })}
      />
      {!isSigned && (
        <ChoiceField
          label={strings.view.scaleStart}
          choices={scaleStarts.map((value) => ({ value, ...strings.view.scaleStarts[value] }))}
          value={view.scaleStart}
          onChange={(scaleStart) => setView({ scaleStart })}
        />
      )}
      <div className="view-switches">
        <SwitchField
          label={strings.view.overlay}
          help={strings.view.overlayKey}
          isOn={view.overlay}
          onChange={(overlay) => setView({ overlay })}
        />
        <SwitchField
          label={strings.view.outline}
          help={strings.view.outlineHelp}
          isOn={view.outline}
          onChange={(outline) => setView({ outline })}
        />
      </div>
    </div>
  );
}
