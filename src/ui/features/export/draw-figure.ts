// Draws a figure on a canvas, as the SVG of the same figure shows it.

import { XaiError } from "../../../core/errors.ts";
import type { Figure, FigureItem, FigureLayer } from "../../../core/export/figure.ts";
import type { RgbaImage } from "../../../core/vision/rgba-image.ts";
import type { DrawnPanel } from "./figure-of.ts";

const font = "Helvetica, Arial, sans-serif";

/**
 * @param scale pixels a unit of the figure.
 * @throws export/failed where the browser has no canvas of that size
 */
export function drawFigure(
  figure: Figure,
  panels: readonly DrawnPanel[],
  scale: number,
  canvas: HTMLCanvasElement = document.createElement("canvas"),
): HTMLCanvasElement {
  canvas.width = Math.round(figure.width * scale);
  canvas.height = Math.round(figure.height * scale);
  const context = canvas.getContext("2d");
  if (context === null) throw new XaiError("export/failed", { reason: "the browser gives no canvas" });
  context.scale(scale, scale);
  context.fillStyle = "#fff";
  context.fillRect(0, 0, figure.width, figure.height);
  for (const item of figure.items) {
    context.save();
    drawItem(context, item, panels);
    context.restore();
  }
  return canvas;
}

function drawItem(context: CanvasRenderingContext2D, item: FigureItem, panels: readonly DrawnPanel[]): void {
  if (item.kind === "image") drawLayer(context, item, panels[item.panel].layers[item.layer]);
  else if (item.kind === "fill") drawFill(context, item);
  else if (item.kind === "ramp") drawRamp(context, item);
  else if (item.kind === "outline") drawOutline(context, item);
  else drawText(context, item);
}

type ItemOf<Kind extends FigureItem["kind"]> = Extract<FigureItem, { readonly kind: Kind }>;

function drawLayer(
  context: CanvasRenderingContext2D,
  item: ItemOf<"image">,
  layer: DrawnPanel["layers"][FigureLayer],
): void {
  // A bitmap that was closed meanwhile has no size.
  if (layer === null || layer.width === 0) return;
  context.globalAlpha = item.opacity;
  context.imageSmoothingEnabled = !item.crisp;
  context.imageSmoothingQuality = "high";
  context.drawImage(toCanvasImage(layer), item.x, item.y, item.width, item.height);
}

function drawFill(context: CanvasRenderingContext2D, item: ItemOf<"fill">): void {
  context.fillStyle = item.colour;
  context.fillRect(item.x, item.y, item.width, item.height);
}

function drawText(context: CanvasRenderingContext2D, item: ItemOf<"text">): void {
  context.font = `${item.bold ? "600 " : ""}${item.size}px ${font}`;
  context.textAlign = item.anchor === "middle" ? "center" : item.anchor;
  context.fillStyle = item.colour;
  context.fillText(item.text, item.x, item.y);
}

/** A canvas with these pixels, or the bitmap itself. */
export function toCanvasImage(layer: ImageBitmap | RgbaImage): ImageBitmap | HTMLCanvasElement {
  if (!("data" in layer)) return layer;
  const canvas = document.createElement("canvas");
  canvas.width = layer.width;
  canvas.height = layer.height;
  const image = new ImageData(layer.data, layer.width, layer.height);
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return canvas;
}

function drawRamp(context: CanvasRenderingContext2D, { x, y, width, height, stops }: ItemOf<"ramp">): void {
  const gradient = context.createLinearGradient(x, 0, x + width, 0);
  for (const { at, colour, opacity } of stops) {
    const alpha = Math.round(255 * opacity)
      .toString(16)
      .padStart(2, "0");
    gradient.addColorStop(at, colour + alpha);
  }
  context.fillStyle = gradient;
  context.fillRect(x, y, width, height);
}

/** A light line in a dark casing, to be seen on any picture. */
function drawOutline(context: CanvasRenderingContext2D, item: ItemOf<"outline">): void {
  const path = new Path2D();
  const place = new DOMMatrix([item.width / item.size, 0, 0, item.height / item.size, item.x, item.y]);
  path.addPath(new Path2D(item.path), place);
  context.lineJoin = "round";
  for (const [colour, width] of [
    ["rgb(0 0 0 / 55%)", 3.5],
    ["#fff", 1.5],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke(path);
  }
}
