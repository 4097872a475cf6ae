// Draws the icons of the installed app into public/icons. Run: npx tsx tools/icons.ts
import { mkdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import sharp from "sharp";

/** A square picture of the app's mark: nine patches, the attention on the one in the middle. */
interface Icon {
  readonly name: string;
  /** Side, in pixels. */
  readonly side: number;
  /** Share of the side that stays empty around the patches. */
  readonly margin: number;
  /** Radius of the tile's corners, as a share of the side; launchers that cut their own shape want none. */
  readonly corner: number;
}

const tile = "#1e1e1e";
const patch = "#ececec";
const lit = "#f0a020";
/** Opacity of the patches, row by row: the further from the middle, the fainter. */
const attention = [0.25, 0.5, 0.25, 0.5, 1, 0.5, 0.25, 0.5, 0.25];

const icons: readonly Icon[] = [
  { name: "icon-192", side: 192, margin: 0.16, corner: 0.18 },
  { name: "icon-512", side: 512, margin: 0.16, corner: 0.18 },
  // Whatever shape is cut out of these, the circle of 80 % stays.
  { name: "maskable-192", side: 192, margin: 0.24, corner: 0 },
  { name: "maskable-512", side: 512, margin: 0.24, corner: 0 },
  { name: "touch", side: 180, margin: 0.18, corner: 0 },
];

const folder = resolve(import.meta.dirname, "../public/icons");
mkdirSync(folder, { recursive: true });
for (const icon of icons) {
  const png = sharp(Buffer.from(drawing(icon))).png({ compressionLevel: 9, palette: true });
  writeFileSync(resolve(folder, `${icon.name}.png`), await png.toBuffer());
}

function drawing({ side, margin, corner }: Icon): string {
  const start = margin * side;
  // A patch is four fifths of a step, the gap between two of them one fifth, as in the favicon.
  const step = (side - 2 * start) / 2.8;
  const patches = attention.map((opacity, index) => {
    const [x, y] = [start + (index % 3) * step, start + Math.floor(index / 3) * step];
    const colour = opacity === 1 ? lit : patch;
    return `<rect x="${x}" y="${y}" width="${0.8 * step}" height="${0.8 * step}" fill="${colour}" opacity="${opacity}"/>`;
  });
  const background = `<rect width="${side}" height="${side}" rx="${corner * side}" fill="${tile}"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}">${background}${patches.join("")}</svg>`;
}
