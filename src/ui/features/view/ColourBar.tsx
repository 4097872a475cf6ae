// What the colours mean in numbers: the scale from its lowest to its highest colour, with the average or zero marked.
import { useMemo } from "react";
import { useApp, useAppParts } from "../../app-context.ts";
import { PixelCanvas } from "../../components/Canvas.tsx";
import { describeColours, formatOnScale } from "../../describe-map.ts";
import { fill } from "../../fill.ts";
import { type HeatmapScale, paintPositions, positionOnScale, scaleOf } from "../../heatmap-scale.ts";
import type { ShownMap } from "../../shown-map.ts";
import { strings } from "../../strings.ts";
import "./colour-bar.css";

const ramp = Float32Array.from({ length: 256 }, (_, level) => level / 255);
/** So near to an end, the mark's label would touch the number there. As a share of the bar. */
const crowded = 0.16;

/** `hideLegend` where the sentence stands elsewhere. */
export function ColourBar({ hideLegend = false }: { readonly hideLegend?: boolean }) {
  const map = useApp((state) => state.shown?.heatmap ?? null);
  const start = useApp((state) => state.scaleStart);
  const scale = useMemo(() => (map === null ? null : scaleOf(map, start)), [map, start]);
  return (
    <div className="colour-bar">
      <Ramp diverges={scale?.diverges ?? false} />
      <div className="ramp-numbers number">
        {map !== null && scale !== null && <Numbers map={map} scale={scale} />}
      </div>
      {!hideLegend && <Legend />}
    </div>
  );
}

/** What the colours mean, in one sentence. */
export function Legend() {
  const text = useApp(({ shown, divergingMap }) =>
    shown === null || shown.heatmap === null ? "" : describeColours(shown.heatmap, { divergingMap }),
  );
  return <p className="muted legend">{text}</p>;
}

function Ramp({ diverges }: Pick<HeatmapScale, "diverges">) {
  const look = useAppParts(({ colourMap, divergingMap }) => ({ colourMap, divergingMap }));
  const image = useMemo(() => paintPositions(ramp, 256, 1, { diverges }, look), [diverges, look]);
  return <PixelCanvas className="ramp" image={image} aria-hidden="true" />;
}

function Numbers({ map, scale }: { readonly map: ShownMap; readonly scale: HeatmapScale }) {
  const low = endOf(map, scale, scale.low);
  const high = endOf(map, scale, scale.high);
  const place = positionOnScale(scale, scale.diverges ? 0 : scale.mean);
  const isCrowded = place < crowded || place > 1 - crowded;
  // Keys make new elements of what has a new place: it is another number there, not the old one moved.
  return (
    <>
      <span className="visually-hidden">{fill(strings.view.colourBar, { low, high })}</span>
      <span aria-hidden="true">{low}</span>
      <span
        key={`mark ${place}`}
        className="ramp-mark"
        style={{ insetInlineStart: `${100 * place}%` }}
        aria-hidden="true"
      >
        {isCrowded ? "" : scale.diverges ? strings.view.zero : strings.view.average}
      </span>
      <span key={`high ${high}`} aria-hidden="true">
        {high}
      </span>
    </>
  );
}

/** The number at an end; where the scale is clipped, the colour there stands for all beyond too. */
function endOf(map: ShownMap, scale: HeatmapScale, value: number): string {
  const text = formatOnScale(map, scale, value);
  if (!scale.clipped || (value === scale.low && !scale.diverges)) return text;
  const { clippedLow, clippedHigh } = strings.view;
  return fill(value === scale.low ? clippedLow : clippedHigh, { value: text });
}
