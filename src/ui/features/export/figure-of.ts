// The panels on the page as parts of a figure, and the pixels that go into it.
import type { ColourStop, FigureLayer, FigurePanel, FigureScale } from "../../../core/export/figure.ts";
import { outlinePath } from "../../../core/vision/outline.ts";
import type { RgbaImage } from "../../../core/vision/rgba-image.ts";
import { describeColours, formatOnScale, nameMap } from "../../describe-map.ts";
import { fill } from "../../fill.ts";
import {
  type HeatmapScale,
  paintMap,
  paintPositions,
  positionOnScale,
  scaleOf,
} from "../../heatmap-scale.ts";
import type { ShownMap } from "../../shown-map.ts";
import type { AppState } from "../../state/app-state.ts";
import { selectShownForeground } from "../../state/selectors.ts";
import { resultOf } from "../../state/task.ts";
import { strings } from "../../strings.ts";

/** A panel of the figure and its pixels. */
export interface DrawnPanel extends FigurePanel {
  readonly layers: { readonly [Layer in FigureLayer]: ImageBitmap | RgbaImage | null };
}

/** The panels that are shown, in their order; none without a picture. */
export function drawnPanels(state: AppState): readonly DrawnPanel[] {
  const { shown, classifier, pixels, interpolation, scaleStart, overlay, opacity } = state;
  if (shown === null) return [];
  const { heatmap, prepared, picture } = shown;
  const isModel = pixels === "model";
  const scale = heatmap === null ? null : scaleOf(heatmap, scaleStart);
  const model = resultOf(classifier)?.label ?? "";
  return [
    {
      title: heatmap === null ? picture.title : nameMap(heatmap).replace(/,$/, ""),
      subtitle: fill(strings.export.subtitle, { title: picture.title, model }),
      ratio: isModel ? 1 : prepared.region.width / prepared.region.height,
      opacity: overlay ? opacity : 0,
      crisp: { picture: isModel, map: interpolation === "nearest" },
      scale: heatmap && scale && figureScale(heatmap, scale, state),
      outline: outlineOf(state),
      layers: {
        picture: isModel ? prepared.modelPixels : prepared.display,
        map: heatmap && scale && paintMap(heatmap.values, heatmap.grid, scale, state),
      },
    },
  ];
}

function outlineOf(state: AppState): FigurePanel["outline"] {
  const foreground = selectShownForeground(state);
  if (!state.outline || foreground === null) return null;
  const { coverage, size } = foreground;
  const path = outlinePath(coverage, size, size);
  return path === "" ? null : { path, size };
}

function figureScale(map: ShownMap, scale: HeatmapScale, look: AppState): FigureScale {
  return {
    stops: stopsOf(scale, look),
    low: formatOnScale(map, scale, scale.low),
    high: formatOnScale(map, scale, scale.high),
    mark: {
      at: positionOnScale(scale, scale.diverges ? 0 : scale.mean),
      text: scale.diverges ? strings.view.zero : strings.view.average,
    },
    meaning: describeColours(map, look),
  };
}

/** So many steps that nobody sees them. */
const steps = 64;

function stopsOf(scale: HeatmapScale, look: AppState): readonly ColourStop[] {
  const places = Float32Array.from({ length: steps + 1 }, (_, step) => step / steps);
  const { data } = paintPositions(places, steps + 1, 1, scale, look);
  return Array.from(places, (at, step) => {
    const [red, green, blue, alpha] = data.subarray(4 * step, 4 * step + 4);
    const colour = `#${[red, green, blue].map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
    return { at, colour, opacity: alpha / 255 };
  });
}
