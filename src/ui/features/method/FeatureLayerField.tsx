// The feature map that is weighed, counted back from the last one, with its size.
import { useApp } from "../../app-context.ts";
import { SelectField } from "../../components/SelectField.tsx";
import { fill } from "../../fill.ts";
import { selectOption } from "../../state/selectors.ts";
import { resultOf } from "../../state/task.ts";
import { strings } from "../../strings.ts";
import type { OptionFieldProps } from "./OptionControl.tsx";

export function FeatureLayerField({ name, label, help }: OptionFieldProps) {
  const layers = useApp((state) => resultOf(state.classifier)?.featureLayers);
  const value = useApp((state) => selectOption(state, name));
  const setOption = useApp((state) => state.setOption);
  if (layers === undefined || layers.length === 0) return null;
  const { lastLayer, layersBefore, featureLayer, featureSize } = strings.method;
  const places = layers.map((_, index) => (index === 0 ? lastLayer : fill(layersBefore, { count: index })));
  return (
    <SelectField
      label={label}
      help={help}
      choices={layers.map(({ rows, columns, channels }, index) => ({
        value: String(index),
        label: places[index],
        help: fill(featureSize, { rows, columns, channels }),
      }))}
      value={String(value)}
      shownValue={fill(featureLayer, { place: places[Number(value)] ?? "", ...layers[Number(value)] })}
      onChange={(layer) => setOption(name, Number(layer))}
    />
  );
}
