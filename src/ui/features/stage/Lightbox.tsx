// The picture with the map and the outline over it, all three in the same frame.
import { type CSSProperties, useMemo } from "react";
import { outlinePath } from "../../../core/vision/outline.ts";
import { useApp, useAppParts } from "../../app-context.ts";
import { BitmapCanvas, PixelCanvas } from "../../components/Canvas.tsx";
import { describeMap } from "../../describe-map.ts";
import { paintMap, scaleOf } from "../../heatmap-scale.ts";
import { selectIsStale, selectShownForeground } from "../../state/selectors.ts";

export function Lightbox() {
  const prepared = useApp((state) => state.shown?.prepared ?? null);
  const pixels = useApp((state) => state.pixels);
  const isStale = useApp(selectIsStale);
  if (prepared === null) return null;
  const ratio = pixels === "model" ? 1 : prepared.region.width / prepared.region.height;
  return (
    <figure
      className="lightbox"
      style={{ "--ratio": ratio } as CSSProperties}
      data-stale={isStale || undefined}
    >
      {pixels === "model" ? (
        <PixelCanvas className="model-pixels" image={prepared.modelPixels} aria-hidden="true" />
      ) : (
        <BitmapCanvas bitmap={prepared.display} aria-hidden="true" />
      )}
      <MapLayer />
      <OutlineLayer />
    </figure>
  );
}

function MapLayer() {
  const title = useApp((state) => state.shown?.picture.title ?? "");
  const heatmap = useApp((state) => state.shown?.heatmap ?? null);
  const look = useAppParts(({ colourMap, divergingMap, interpolation }) => ({
    colourMap,
    divergingMap,
    interpolation,
  }));
  const scaleStart = useApp((state) => state.scaleStart);
  const opacity = useApp((state) => (state.overlay ? state.opacity : 0));
  const image = useMemo(() => {
    if (heatmap === null) return null;
    return paintMap(heatmap.values, heatmap.grid, scaleOf(heatmap, scaleStart), look);
  }, [heatmap, scaleStart, look]);
  const summary = describeMap(title, heatmap);
  if (image === null) return <div className="layer" role="img" aria-label={summary} />;
  return (
    <PixelCanvas
      className="layer"
      image={image}
      role="img"
      aria-label={summary}
      data-testid="heatmap"
      data-interpolation={look.interpolation}
      style={{ opacity }}
    />
  );
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
