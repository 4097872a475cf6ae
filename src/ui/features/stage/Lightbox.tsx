// The picture with the map and the outline over it, all three in the same frame.
import { useMemo } from "react";
import { outlinePath } from "../../../core/vision/outline.ts";
import { useApp } from "../../app-context.ts";
import { DirectCanvas, drawBitmap, drawPixels } from "../../components/Canvas.tsx";
import { describeMap } from "../../describe-map.ts";
import { paintMap, scaleOf } from "../../heatmap-scale.ts";
import type { AppState } from "../../state/app-state.ts";
import { selectIsStale, selectShownForeground } from "../../state/selectors.ts";
import { useDirect } from "../../use-direct.ts";

export function Lightbox() {
  const isEmpty = useApp((state) => state.shown === null);
  const pixels = useApp((state) => state.pixels);
  const isStale = useApp(selectIsStale);
  const figure = useDirect(selectRatio, (element: HTMLElement, ratio) =>
    element.style.setProperty("--ratio", String(ratio)),
  );
  if (isEmpty) return null;
  return (
    <figure className="lightbox" ref={figure} data-stale={isStale || undefined}>
      {pixels === "model" ? (
        <DirectCanvas
          key="model"
          className="model-pixels"
          select={selectPixels}
          draw={drawPixels}
          aria-hidden="true"
        />
      ) : (
        <DirectCanvas key="full" select={selectDisplay} draw={drawBitmap} aria-hidden="true" />
      )}
      <MapLayer />
      <OutlineLayer />
    </figure>
  );
}

/** Width by height of what is shown. */
function selectRatio({ shown, pixels }: AppState): number {
  if (shown === null || pixels === "model") return 1;
  return shown.prepared.region.width / shown.prepared.region.height;
}

const selectPixels = ({ shown }: AppState) => shown?.prepared.modelPixels ?? null;
const selectDisplay = ({ shown }: AppState) => shown?.prepared.display ?? null;

function MapLayer() {
  const title = useApp((state) => state.shown?.picture.title ?? "");
  const heatmap = useApp((state) => state.shown?.heatmap ?? null);
  const interpolation = useApp((state) => state.interpolation);
  const opacity = useApp((state) => (state.overlay ? state.opacity : 0));
  const summary = describeMap(title, heatmap);
  if (heatmap === null) return <div className="layer" role="img" aria-label={summary} />;
  return (
    <DirectCanvas
      className="layer"
      select={selectDrawing}
      draw={drawMap}
      role="img"
      aria-label={summary}
      data-testid="heatmap"
      data-interpolation={interpolation}
      style={{ opacity }}
    />
  );
}

/** All that the drawn map depends on. */
function selectDrawing({ shown, scaleStart, colourMap, divergingMap, interpolation }: AppState) {
  return { heatmap: shown?.heatmap ?? null, scaleStart, colourMap, divergingMap, interpolation };
}

function drawMap(
  canvas: HTMLCanvasElement,
  { heatmap, scaleStart, ...look }: ReturnType<typeof selectDrawing>,
): void {
  const image = heatmap && paintMap(heatmap.values, heatmap.grid, scaleOf(heatmap, scaleStart), look);
  drawPixels(canvas, image);
}

function OutlineLayer() {
  const isWanted = useApp((state) => state.outline);
  const foreground = useApp(selectShownForeground);
  const path = useMemo(
    () => foreground && outlinePath(foreground.coverage, foreground.size, foreground.size),
    [foreground],
  );
  if (!isWanted || foreground === null || path === null) return null;
  const { size } = foreground;
  return (
    <svg
      className="layer outline"
      viewBox={`0 0 ${size} ${size}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path className="outline-casing" d={path} />
      <path className="outline-line" d={path} data-testid="outline" />
    </svg>
  );
}
