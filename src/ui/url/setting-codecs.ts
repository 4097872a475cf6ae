// How each setting of the view stands in a link; a new setting without a line here does not compile.
import { colourMaps } from "../../core/vision/colour-maps.ts";
import { divergingMaps } from "../../core/vision/diverging-maps.ts";
import type { ViewSettings } from "../state/app-state.ts";
import { numberWithin, oneOf, onOff, type ValueCodec } from "./values.ts";

interface SettingCodec<Value> extends ValueCodec<Value> {
  readonly key: string;
}

const codecs: { readonly [Name in keyof ViewSettings]: SettingCodec<ViewSettings[Name]> } = {
  overlay: { key: "overlay", ...onOff },
  outline: { key: "outline", ...onOff },
  opacity: { key: "opacity", ...numberWithin(0, 1) },
  colourMap: { key: "colours", ...oneOf(colourMaps.map(({ id }) => id)) },
  divergingMap: { key: "signed-colours", ...oneOf(divergingMaps.map(({ id }) => id)) },
  interpolation: { key: "grid", ...oneOf(["smooth", "nearest"]) },
  scaleStart: { key: "scale", ...oneOf(["lowest", "zero"]) },
  pixels: { key: "pixels", ...oneOf(["full", "model"]) },
};

/** Every setting by its name in the state; the compiler cannot see that value and codec belong together. */
export const settingCodecs = Object.entries(codecs) as unknown as readonly (readonly [
  name: keyof ViewSettings,
  codec: SettingCodec<ViewSettings[keyof ViewSettings]>,
])[];
