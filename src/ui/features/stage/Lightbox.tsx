// The picture with the map and the outline over it, all three in the same frame.
import { type CSSProperties, useMemo } from "react";
import { outlinePath } from "../../../core/vision/outline.ts";
import { useApp, useAppParts } from "../../app-context.ts";
import { BitmapCanvas, PixelCanvas } from "../../components/Canvas.tsx";
import { describeMap } from "../../describe-map.ts";
import { heatmapScale, paintMap } from "../../heatmap-scale.ts";
import type { FramedForeground, Shown } from "../../state/app-state.ts";
import { selectIsStale } from "../../state/selectors.ts";

export function Lightbox() {
  const shown = useApp((state) => state.shown);
  const pixels = useApp((state) => state.pixels);
  const isStale = useApp(selectIsStale);
  if (shown === null) return null;
  const { prepared } = shown;
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
      <MapLayer shown={shown} />
      <OutlineLayer shown={shown} />
    </figure>
  );
}

function MapLayer({ shown }: { readonly shown: Shown }) {
  const look = useAppParts(({ colourMap, interpolation }) => ({ colourMap, interpolation }));
  const { overlay, opacity, scaleStart } = useAppParts(({ overlay, opacity, scaleStart }) => ({
    overlay,
    opacity,
    scaleStart,
  }));
  const { heatmap, picture } = shown;
  const image = useMemo(() => {
    if (heatmap === null) return null;
    return paintMap(heatmap.values, heatmap.grid, heatmapScale(heatmap.values, scaleStart), look);
  }, [heatmap, scaleStart, look]);
  const summary = describeMap(picture.title, heatmap);
  if (image === null) return <div className="layer" role="img" aria-label={summary} />;
  return (
    <PixelCanvas
      className="layer"
      image={image}
      role="img"
      aria-label={summary}
      data-testid="heatmap"
      data-interpolation={look.interpolation}
      style={{ opacity: overlay ? opacity : 0 }}
    />
  );
}

function OutlineLayer({ shown }: { readonly shown: Shown }) {
  const wanted = useApp((state) => state.outline);
  const foreground = useApp((state) => state.lastForeground);
  const isAboutShown = useApp((state) => state.segmentedPicture === state.shown?.picture.id);
  if (!wanted || foreground === null || !isAboutShown || foreground.framing !== shown.framing) return null;
  return <Outline foreground={foreground} />;
}

function Outline({ foreground }: { readonly foreground: FramedForeground }) {
  const { coverage, size } = foreground;
  const path = useMemo(() => outlinePath(coverage, size, size), [coverage, size]);
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
