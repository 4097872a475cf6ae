// Places panels, their titles, colour bars and a caption in a figure.
import type { Box, Figure, FigureItem, FigureLayer, FigurePanel, FigureScale } from "./figure.ts";
import { breakLines } from "./text-width.ts";

export interface FigureWish {
  /** Titles, colour bars and what they mean. */
  readonly legend: boolean;
  /** Below all panels; "" for none. */
  readonly caption: string;
}

/** Longer side of a panel's picture. */
export const panelSide = 448;
const margin = 16;
const gap = 24;
const ink = "#1a1a1a";
const muted = "#5a5a5a";
/** Panels in a row. */
const mostColumns = 3;
/** Nearer to an end, the mark's text would touch the number there. */
const crowded = 0.16;

/** Lays panels out in rows of up to three, row by row. Without legend and caption one panel is its picture alone. */
export function layOutFigure(panels: readonly FigurePanel[], wish: FigureWish): Figure {
  const columns = panels.length === 4 ? 2 : Math.min(mostColumns, panels.length);
  const edge = wish.legend || wish.caption !== "" ? margin : 0;
  const space = wish.legend ? gap : gap / 3;
  const width = Math.max(...panels.map(({ ratio }) => sizeOf(ratio).width));
  const items: FigureItem[] = [];
  let y = edge;
  for (let start = 0; start < panels.length; start += columns) {
    if (start > 0) y += space;
    const row = panels.slice(start, start + columns);
    const head = wish.legend ? Math.max(...row.map((panel) => headOf(panel, width).height)) : 0;
    const ends = row.map((panel, column) => {
      const x = edge + column * (width + space);
      return placePanel(items, panel, { index: start + column, x, y, width, head }, wish.legend);
    });
    y = Math.max(...ends);
  }
  const whole = columns * width + (columns - 1) * space;
  if (wish.caption !== "") y = placeCaption(items, wish.caption, { x: edge, y: y + gap / 2, width: whole });
  return { width: whole + 2 * edge, height: Math.ceil(y + edge), items };
}

interface Place {
  readonly index: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** Height of the row's titles. */
  readonly head: number;
}

function sizeOf(ratio: number): { readonly width: number; readonly height: number } {
  return ratio >= 1
    ? { width: panelSide, height: Math.round(panelSide / ratio) }
    : { width: Math.round(panelSide * ratio), height: panelSide };
}

/** @returns where the panel ends. */
function placePanel(items: FigureItem[], panel: FigurePanel, place: Place, legend: boolean): number {
  const { width, height } = sizeOf(panel.ratio);
  const box = { x: place.x, y: place.y + place.head, width, height };
  if (legend) placeHead(items, panel, place);
  const layer = (name: FigureLayer, opacity: number): FigureItem => ({
    kind: "image",
    panel: place.index,
    layer: name,
    opacity,
    crisp: panel.crisp[name],
    ...box,
  });
  items.push(layer("picture", 1));
  if (panel.opacity > 0 && panel.scale !== null) items.push(layer("map", panel.opacity));
  if (panel.outline !== null) items.push({ kind: "outline", ...panel.outline, ...box });
  const end = box.y + height;
  return legend && panel.scale !== null
    ? placeScale(items, panel.scale, { ...place, y: end + 12 }, width)
    : end;
}

const titleSize = 15;
const textSize = 12;

function headOf({ title, subtitle }: FigurePanel, width: number) {
  const titles = breakLines(title, titleSize, width, 2);
  const subtitles = breakLines(subtitle, textSize, width, 1);
  return { titles, subtitles, height: titles.length * 20 + subtitles.length * 18 + 8 };
}

function placeHead(items: FigureItem[], panel: FigurePanel, { x, y, width, head }: Place): void {
  const { titles, subtitles, height } = headOf(panel, width);
  // Titles of one line stand right above their picture.
  const title = { size: titleSize, leading: 20, bold: true, colour: ink };
  const end = placeLines(items, titles, x, y + head - height, title);
  placeLines(items, subtitles, x, end, { ...smallText, leading: 18 });
}

interface TextStyle {
  readonly size: number;
  /** From one baseline to the next. */
  readonly leading: number;
  readonly bold: boolean;
  readonly colour: string;
}

const smallText: TextStyle = { size: textSize, leading: 16, bold: false, colour: muted };

/** @returns where the last line ends. */
function placeLines(
  items: FigureItem[],
  lines: readonly string[],
  x: number,
  y: number,
  { leading, ...style }: TextStyle,
): number {
  lines.forEach((text, index) => {
    const baseline = y + (index + 1) * leading - 5;
    items.push({ kind: "text", text, x, y: baseline, anchor: "start", ...style });
  });
  return y + lines.length * leading;
}

function placeScale(items: FigureItem[], scale: FigureScale, place: Place, length: number): number {
  const { x, y, width } = place;
  items.push({ kind: "ramp", stops: scale.stops, x, y, width: length, height: 10 });
  const { at, text } = scale.mark;
  const number = { kind: "text", y: y + 26, size: textSize, bold: false, colour: muted } as const;
  items.push({ ...number, text: scale.low, x, anchor: "start" });
  items.push({ ...number, text: scale.high, x: x + length, anchor: "end" });
  items.push({ kind: "fill", colour: ink, x: x + at * length - 0.5, y: y - 2, width: 1, height: 14 });
  if (at > crowded && at < 1 - crowded) items.push({ ...number, text, x: x + at * length, anchor: "middle" });
  return 4 + placeLines(items, breakLines(scale.meaning, textSize, width), x, y + 31, smallText);
}

const captionStyle: TextStyle = { size: 14, leading: 20, bold: false, colour: ink };

function placeCaption(items: FigureItem[], caption: string, { x, y, width }: Omit<Box, "height">): number {
  return placeLines(items, breakLines(caption, captionStyle.size, width), x, y, captionStyle);
}
