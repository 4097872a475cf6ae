// Which part of the picture the model sees, and in which pixels it is shown.
import type { FramingChoice } from "../../../bridge/contract.ts";
import { useAppParts } from "../../app-context.ts";
import { type Choice, ChoiceField } from "../../components/ChoiceField.tsx";
import { fill } from "../../fill.ts";
import type { Pixels } from "../../state/app-state.ts";
import { strings } from "../../strings.ts";

const framings = ["crop", "squash", "vit-explain"] as const satisfies readonly FramingChoice[];
const usualSize = 224;

/** `hideLabels` where the place says what the choices are about. */
export function PictureChoices({ hideLabels = false }: { readonly hideLabels?: boolean }) {
  const { size, framing, pixels, chooseFraming, setView } = useAppParts((state) => ({
    size: state.shown?.prepared.modelPixels.width ?? usualSize,
    framing: state.framing,
    pixels: state.pixels,
    chooseFraming: state.chooseFraming,
    setView: state.setView,
  }));
  return (
    <>
      <ChoiceField
        label={strings.stage.framing}
        hideLabel={hideLabels}
        choices={framings.map((value) => ({ value, ...strings.stage.framings[value] }))}
        value={framing}
        onChange={(choice) => void chooseFraming(choice)}
      />
      <ChoiceField
        label={strings.stage.pixels}
        hideLabel={hideLabels}
        choices={describePixels(size)}
        value={pixels}
        onChange={(choice) => setView({ pixels: choice })}
      />
    </>
  );
}

function describePixels(size: number): readonly Choice<Pixels>[] {
  const { full, model } = strings.stage.pixelChoices;
  return [
    { value: "full", ...full },
    { value: "model", label: model.label, help: fill(model.help, { size }) },
  ];
}
