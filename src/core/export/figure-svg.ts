// Writes a figure as one SVG file that holds its pictures, for papers and slides.
import type { ColourStop, Figure, FigureItem, FigureLayer } from "./figure.ts";

export interface SvgFacts {
  /** For readers that speak. */
  readonly title: string;
  readonly description: string;
  /** A `data:` URL of a panel's picture or map. */
  readonly image: (panel: number, layer: FigureLayer) => string;
}

const font = "Helvetica, Arial, sans-serif";

/** A complete SVG document; nothing in it is loaded from elsewhere. */
export function writeFigureSvg(figure: Figure, facts: SvgFacts): string {
  const { width, height, items } = figure;
  const body = items.map((item, index) => writeItem(item, index, facts)).join("\n");
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${font}" role="img">
<title>${escapeXml(facts.title)}</title>
<desc>${escapeXml(facts.description)}</desc>
<rect width="${width}" height="${height}" fill="#ffffff"/>
${body}
</svg>
`;
}

function writeItem(item: FigureItem, index: number, facts: SvgFacts): string {
  switch (item.kind) {
    case "image": {
      const url = escapeXml(facts.image(item.panel, item.layer));
      const crisp = item.crisp ? ' style="image-rendering:pixelated"' : "";
      return `<image ${boxOf(item)} opacity="${short(item.opacity)}"${crisp} preserveAspectRatio="none" href="${url}"/>`;
    }
    case "fill":
      return `<rect ${boxOf(item)} fill="${item.colour}"/>`;
    case "ramp":
      return `<linearGradient id="ramp-${index}">${item.stops.map(writeStop).join("")}</linearGradient>
<rect ${boxOf(item)} fill="url(#ramp-${index})"/>`;
    case "outline":
      return writeOutline(item);
    case "text": {
      const weight = item.bold ? ' font-weight="600"' : "";
      const anchor = item.anchor === "start" ? "" : ` text-anchor="${item.anchor}"`;
      return `<text x="${short(item.x)}" y="${short(item.y)}" font-size="${item.size}"${weight}${anchor} fill="${item.colour}">${escapeXml(item.text)}</text>`;
    }
  }
}

/** A light line in a dark casing, to be seen on any picture. */
function writeOutline({ x, y, width, height, path, size }: Extract<FigureItem, { kind: "outline" }>): string {
  const line = `fill="none" stroke-linejoin="round" vector-effect="non-scaling-stroke"`;
  return `<g transform="translate(${short(x)} ${short(y)}) scale(${short(width / size)} ${short(height / size)})">
<path ${line} stroke="#000000" stroke-opacity="0.55" stroke-width="3.5" d="${path}"/>
<path ${line} stroke="#ffffff" stroke-width="1.5" d="${path}"/>
</g>`;
}

function writeStop({ at, colour, opacity }: ColourStop): string {
  const see = opacity === 1 ? "" : ` stop-opacity="${short(opacity)}"`;
  return `<stop offset="${short(at)}" stop-color="${colour}"${see}/>`;
}

function boxOf({ x, y, width, height }: { x: number; y: number; width: number; height: number }): string {
  return `x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"`;
}

function short(value: number): string {
  return String(Math.round(value * 1e4) / 1e4);
}

/** Text and attribute values; characters that XML has no place for are left out. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, "")
    .replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
