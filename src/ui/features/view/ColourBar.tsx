// What the colours mean in numbers: the scale from its lowest to its highest colour, with the average marked.
import { useMemo } from "react";
import { colourMapOf, paintHeatmap } from "../../../core/vision/colour-maps.ts";
import { useApp } from "../../app-context.ts";
import { PixelCanvas } from "../../components/Canvas.tsx";
import { fill } from "../../fill.ts";
import { formatRatio } from "../../format.ts";
import { type HeatmapScale, heatmapScale, positionOnScale, timesAverage } from "../../heatmap-scale.ts";
import { strings } from "../../strings.ts";
import "./colour-bar.css";

const ramp = Float32Array.from({ length: 256 }, (_, level) => level / 255);
/** So near to an end, the average's label would touch the number there. As a share of the bar. */
const crowded = 0.16;

/** `hideLegend` where the sentence stands elsewhere. */
export function ColourBar({ hideLegend = false }: { readonly hideLegend?: boolean }) {
  const values = useApp((state) => state.shown?.heatmap?.values ?? null);
  const start = useApp((state) => state.scaleStart);
  const scale = useMemo(() => (values === null ? null : heatmapScale(values, start)), [values, start]);
  return (
    <div className="colour-bar">
      <Ramp />
      {scale !== null && <Numbers scale={scale} />}
      {!hideLegend && <Legend />}
    </div>
  );
}

/** What the colours mean, in one sentence. */
export function Legend() {
  return <p className="muted legend">{strings.stage.legend}</p>;
}

function Ramp() {
  const colourMap = useApp((state) => state.colourMap);
  const image = useMemo(() => paintHeatmap(ramp, 256, 1, colourMapOf(colourMap).table), [colourMap]);
  return <PixelCanvas className="ramp" image={image} aria-hidden="true" />;
}

function Numbers({ scale }: { readonly scale: HeatmapScale }) {
  const low = formatRatio(timesAverage(scale, scale.low));
  const high = formatRatio(timesAverage(scale, scale.high));
  const average = positionOnScale(scale, scale.mean);
  const isCrowded = average < crowded || average > 1 - crowded;
  return (
    <div className="ramp-numbers number">
      <span className="visually-hidden">{fill(strings.view.colourBar, { low, high })}</span>
      <span aria-hidden="true">{low}</span>
      <span className="ramp-average" style={{ insetInlineStart: `${100 * average}%` }} aria-hidden="true">
        {isCrowded ? "" : strings.view.average}
      </span>
      <span aria-hidden="true">{high}</span>
    </div>
  );
}
