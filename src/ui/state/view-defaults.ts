// How a map is drawn until the user says otherwise.
import type { ViewSettings } from "./app-state.ts";

export const defaultView: ViewSettings = {
  overlay: true,
  outline: true,
  opacity: 0.5,
  colourMap: "turbo",
  divergingMap: "red-blue",
  interpolation: "smooth",
  scaleStart: "lowest",
  pixels: "full",
};
