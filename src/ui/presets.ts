// Named settings: what this project holds to be right, and what the vit-explain script draws.
import type { FramingChoice } from "../bridge/contract.ts";
import type { MethodId } from "../core/attribution/registry.ts";
import { type ModelSizes, optionsOf, sameOptionValue } from "./method-options.ts";
import type { ViewSettings } from "./state/app-state.ts";
import type { Options, Selection } from "./state/selection.ts";
import { defaultView } from "./state/view-defaults.ts";
import { strings } from "./strings.ts";

/** What a preset reproduces; its names are in the strings. */
export type PresetKind = "correct" | "vit-explain";

export interface Preset {
  readonly id: string;
  readonly kind: PresetKind;
  readonly method: MethodId;
  /** Options that differ from those that the method's author chose. */
  readonly options: Options;
  readonly framing: FramingChoice;
  readonly view: Partial<ViewSettings>;
  /** How it departs from the definition. */
  readonly note?: string;
}

export const presets: readonly Preset[] = [
  correct("rollout"),
  vitExplain("rollout", strings.method.presetNotes.rollout, {
    fusion: "max",
    discardRatio: 0.9,
    normalisation: "vit-explain",
  }),
  correct("gradient-rollout"),
  vitExplain("gradient-rollout", strings.method.presetNotes.gradientRollout, {
    variant: "as-written",
    discardRatio: 0.9,
    normalisation: "vit-explain",
  }),
];

export function presetsOf(method: MethodId): readonly Preset[] {
  return presets.filter((preset) => preset.method === method);
}

/** The preset whose method, options and framing are all in force, if any; colours do not count. */
export function activePreset(
  { selection, framing }: { readonly selection: Selection; readonly framing: FramingChoice },
  model: Pick<ModelSizes, "layers">,
): Preset | null {
  const { method } = selection;
  const options = optionsOf(selection, method, model);
  const match = presetsOf(method).find((preset) => {
    const wanted = optionsOf({ options: { [method]: preset.options } }, method, model);
    const isSame = Object.keys(wanted).every((name) => sameOptionValue(wanted[name], options[name]));
    return isSame && preset.framing === framing;
  });
  return match ?? null;
}

function correct(method: MethodId): Preset {
  const { colourMap, scaleStart } = defaultView;
  return {
    id: `${method}/correct`,
    kind: "correct",
    method,
    options: {},
    framing: "crop",
    view: { colourMap, scaleStart },
  };
}

function vitExplain(method: MethodId, note: string, options: Options): Preset {
  return {
    id: `${method}/vit-explain`,
    kind: "vit-explain",
    method,
    options,
    framing: "vit-explain",
    view: { colourMap: "jet", scaleStart: "zero" },
    note,
  };
}
