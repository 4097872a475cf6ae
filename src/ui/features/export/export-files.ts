// Makes the files of an export: pictures, figures, raw maps, tables, and an archive of them all.
import { strToU8, type Zippable, zipSync } from "fflate";
import { XaiError } from "../../../core/errors.ts";
import { writeFigureSvg } from "../../../core/export/figure-svg.ts";
import { layOutFigure } from "../../../core/export/lay-out-figure.ts";
import { writeNpy } from "../../../core/export/npy.ts";
import type { ExportPanel } from "../../../core/export/panel.ts";
import { writeProbabilitiesCsv, writeScoresCsv } from "../../../core/export/panels-csv.ts";
import { type ExportStamp, writePanelsJson } from "../../../core/export/panels-json.ts";
import { safeName } from "../../session/write-session.ts";
import { drawFigure, toCanvasImage } from "./draw-figure.ts";
import type { DrawnPanel } from "./figure-of.ts";

/** A file to be saved. */
export interface ExportFile {
  readonly name: string;
  readonly blob: Blob;
}

/** What the files are made from; both lists are in the order of the panels. */
export interface ExportSource {
  readonly panels: readonly ExportPanel[];
  readonly drawn: readonly DrawnPanel[];
  readonly stamp: ExportStamp;
}

/** How a picture of the panels looks. */
export interface PictureWish {
  /** Pixels a unit of the figure, 1 to 4. */
  readonly scale: number;
  readonly legend: boolean;
}

/** @throws export/failed where the browser cannot make a picture of that size */
export async function pngFile(
  { panels, drawn }: Pick<ExportSource, "panels" | "drawn">,
  { scale, legend }: PictureWish,
): Promise<ExportFile> {
  const figure = layOutFigure(drawn, { legend, caption: "" });
  const canvas = drawFigure(figure, drawn, scale);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (blob === null)
    throw new XaiError("export/failed", {
      reason: `the browser draws no ${canvas.width} × ${canvas.height} pixels`,
    });
  return { name: `${baseName(panels)}.png`, blob };
}

/** A figure with colour bars and a caption, in one file. */
export function svgFile(
  { panels, drawn }: Pick<ExportSource, "panels" | "drawn">,
  caption: string,
): ExportFile {
  const text = writeFigureSvg(layOutFigure(drawn, { legend: true, caption }), {
    title: panels.map(({ name }) => name).join("; "),
    description: caption,
    image: (index, layer) => dataUrlOf(drawn[index].layers[layer], layer === "picture"),
  });
  return { name: `${baseName(panels)}.svg`, blob: new Blob([text], { type: "image/svg+xml" }) };
}

/** The raw map as `[rows, columns]`; several of one size as `[panels, rows, columns]`, and of several sizes as a ZIP. */
export function npyFile({ panels, stamp }: Pick<ExportSource, "panels" | "stamp">): ExportFile {
  const [{ map }] = panels;
  const name = baseName(panels);
  if (panels.some((panel) => panel.map.rows !== map.rows || panel.map.columns !== map.columns)) {
    const files = Object.fromEntries(panels.map((panel, index) => [mapName(panel, index), npyOf(panel.map)]));
    return { name: `${name}-maps.zip`, blob: zipOf(files, stamp) };
  }
  const values = new Float32Array(panels.length * map.values.length);
  panels.forEach((panel, index) => {
    values.set(panel.map.values, index * map.values.length);
  });
  const shape = panels.length === 1 ? [map.rows, map.columns] : [panels.length, map.rows, map.columns];
  const bytes = writeNpy(values, shape);
  return { name: `${name}.npy`, blob: new Blob([bytes], { type: "application/octet-stream" }) };
}

function npyOf({ values, rows, columns }: ExportPanel["map"]): Uint8Array<ArrayBuffer> {
  return writeNpy(values, [rows, columns]);
}

function mapName({ method }: ExportPanel, index: number): string {
  return `maps/${index + 1}-${method.id}.npy`;
}

function zipOf(files: Zippable, { created }: ExportStamp): Blob {
  const bytes = zipSync(files, { mtime: created }) as Uint8Array<ArrayBuffer>;
  return new Blob([bytes], { type: "application/zip" });
}

/** All maps with every parameter. */
export function jsonFile({ panels, stamp }: ExportSource): ExportFile {
  const blob = new Blob([writePanelsJson(panels, stamp)], { type: "application/json" });
  return { name: `${baseName(panels)}.json`, blob };
}

/** One row of scores a panel. */
export function csvFile({ panels }: Pick<ExportSource, "panels">): ExportFile {
  return {
    name: `${baseName(panels)}-scores.csv`,
    blob: new Blob([writeScoresCsv(panels)], { type: "text/csv" }),
  };
}

/**
 * Everything in one archive.
 * @throws export/failed
 */
export async function zipFile(source: ExportSource, wish: PictureWish, caption: string): Promise<ExportFile> {
  const { panels } = source;
  const files: Zippable = {};
  const add = async ({ name, blob }: ExportFile, packed = true) => {
    files[name] = [new Uint8Array(await blob.arrayBuffer()), { level: packed ? 6 : 0 }];
  };
  await add(await pngFile(source, wish), false);
  await add(svgFile(source, caption));
  await add(jsonFile(source));
  await add(csvFile(source));
  files[`${baseName(panels)}-probabilities.csv`] = strToU8(writeProbabilitiesCsv(panels));
  for (const [index, panel] of panels.entries()) {
    const { foreground } = panel;
    const name = mapName(panel, index);
    files[name] = npyOf(panel.map);
    if (foreground === null) continue;
    const shares = writeNpy(foreground.shares, [foreground.rows, foreground.columns]);
    files[name.replace(".npy", "-foreground.npy")] = shares;
  }
  return { name: `${baseName(panels)}.zip`, blob: zipOf(files, source.stamp) };
}

/** `cat-gradient-rollout`; several panels of one picture are named by the picture alone. */
function baseName(panels: readonly ExportPanel[]): string {
  const [first] = panels;
  if (first === undefined) return "patchlight";
  const title = first.picture.title.replace(/\.\w{1,5}$/, "");
  return safeName(panels.length === 1 ? `${title}-${first.method.id}` : title);
}

/** Photographs as JPEG, which is a tenth as large; maps and the model's own pixels without loss. */
function dataUrlOf(layer: DrawnPanel["layers"]["map"], isPicture: boolean): string {
  if (layer === null) return "data:,";
  const image = toCanvasImage(layer);
  if (image instanceof HTMLCanvasElement) return image.toDataURL("image/png");
  const canvas = document.createElement("canvas");
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext("2d")?.drawImage(image, 0, 0);
  return isPicture ? canvas.toDataURL("image/jpeg", 0.92) : canvas.toDataURL("image/png");
}
