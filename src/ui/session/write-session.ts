// Writes a session file: everything that is needed to see the same view again, in one archive.
import { strToU8, type Zippable, zipSync } from "fflate";
import { writeNpy } from "../../core/export/npy.ts";
import type { ExportPanel } from "../../core/export/panel.ts";
import { type ExportStamp, panelFacts } from "../../core/export/panels-json.ts";
import { digestOf } from "../fingerprint.ts";
import type { View } from "../url/view.ts";
import { encodeView } from "../url.ts";
import { documentName, type SessionDocument, type SessionMap, sessionVersion } from "./session-format.ts";

export interface SessionContents {
  readonly view: View;
  readonly picture: {
    readonly title: string;
    readonly bytes: Uint8Array<ArrayBuffer>;
    readonly sha256: string;
  };
  /** None while there is no map. */
  readonly panels: readonly ExportPanel[];
  readonly stamp: ExportStamp;
}

/** @returns a ZIP archive; pictures are stored as they are, the rest is packed. */
export async function writeSession(contents: SessionContents): Promise<Uint8Array<ArrayBuffer>> {
  const { view, picture, panels, stamp } = contents;
  const files: Zippable = {};
  const pictureFile = `picture/${safeName(picture.title)}`;
  files[pictureFile] = [picture.bytes, { level: 0 }];
  const maps: SessionMap[] = [];
  for (const [index, { map, method }] of panels.entries()) {
    const file = `maps/${index + 1}-${method.id}.npy`;
    const bytes = writeNpy(map.values, [map.rows, map.columns]);
    files[file] = bytes;
    maps.push({ file, sha256: await digestOf(bytes), rows: map.rows, columns: map.columns });
  }
  const document: SessionDocument & Readonly<Record<string, unknown>> = {
    format: "patchlight-session",
    version: sessionVersion,
    ...stamp,
    view: encodeView(view),
    picture: { file: pictureFile, title: picture.title, sha256: picture.sha256 },
    map: maps[0] ?? null,
    maps,
    panels: panels.map(panelFacts),
  };
  files[documentName] = strToU8(`${JSON.stringify(document, null, 2)}\n`);
  return zipSync(files, { mtime: stamp.created }) as Uint8Array<ArrayBuffer>;
}

/** A name that every system takes for a file; the title itself stands in the document. */
export function safeName(title: string): string {
  const name = title
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^\w.-]+/g, "-")
    .replace(/^[-.]+|-+$/g, "");
  return name.slice(-80) || "picture";
}
