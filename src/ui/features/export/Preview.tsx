// The figure as it will be saved.
import { useLayoutEffect, useMemo, useRef } from "react";
import { layOutFigure } from "../../../core/export/lay-out-figure.ts";
import { useApp } from "../../app-context.ts";
import { strings } from "../../strings.ts";
import { drawFigure } from "./draw-figure.ts";
import { drawnPanels } from "./figure-of.ts";

/** Pixels a unit: sharp on most screens. */
const previewScale = 1.5;

export function Preview({ legend }: { readonly legend: boolean }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const state = useApp((whole) => whole);
  const drawn = useMemo(() => drawnPanels(state), [state]);
  // Drawing is part of rendering, so it happens before the browser paints.
  useLayoutEffect(() => {
    if (canvas.current === null || drawn.length === 0) return;
    drawFigure(layOutFigure(drawn, { legend, caption: "" }), drawn, previewScale, canvas.current);
  }, [drawn, legend]);
  return (
    <div className="export-preview">
      <canvas ref={canvas} role="img" aria-label={strings.export.preview} data-testid="export-preview" />
    </div>
  );
}
