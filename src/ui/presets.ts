// Named settings: what this project holds to be right, and what the vit-explain script draws.
import type { FramingChoice } from "../bridge/contract.ts";
import type { MethodId } from "../core/attribution/registry.ts";
import { initialOptions, sameOptionValue } from "./method-options.ts";
import type { Options, ViewSettings } from "./state/app-state.ts";
import { defaultView } from "./state/view-defaults.ts";

export type PresetId = "correct" | "vit-explain";

export interface Preset {
  readonly id: PresetId;
  readonly method: MethodId;
  readonly options: Options;
  readonly framing: FramingChoice;
  readonly view: Partial<ViewSettings>;
}

export const presets: readonly Preset[] = [
  {
    id: "correct",
    method: "rollout",
    options: initialOptions("rollout"),
    framing: "crop",
    view: { colourMap: defaultView.colourMap, scaleStart: defaultView.scaleStart },
  },
  {
    id: "vit-explain",
    method: "rollout",
    options: {
      ...initialOptions("rollout"),
      fusion: "max",
      discardRatio: 0.9,
      normalisation: "vit-explain",
    },
    framing: "vit-explain",
    view: { colourMap: "jet", scaleStart: "zero" },
  },
];

/** The preset whose method, options and framing are all in force, if any; colours do not count. */
export function activePreset(state: {
  readonly method: MethodId;
  readonly options: Options;
  readonly framing: FramingChoice;
}): PresetId | null {
  const match = presets.find(
    (preset) =>
      preset.method === state.method &&
      preset.framing === state.framing &&
      Object.keys(preset.options).every((name) => sameOptionValue(preset.options[name], state.options[name])),
  );
  return match?.id ?? null;
}
