// Reads a session file and trusts none of it: every part is looked at before it is used.
import { strFromU8, type UnzipFileInfo, unzipSync } from "fflate";
import { isXaiError, XaiError } from "../../core/errors.ts";
import { digestOf } from "../fingerprint.ts";
import type { SavedMap } from "../state/link-state.ts";
import type { View } from "../url/view.ts";
import { decodeView } from "../url.ts";
import {
  documentName,
  type SessionDocument,
  type SessionFile,
  sessionLimit,
  sessionVersion,
} from "./session-format.ts";

export interface Session {
  readonly view: View;
  readonly picture: { readonly title: string; readonly blob: Blob; readonly sha256: string };
  readonly savedMap: SavedMap | null;
}

/** @throws session/not-a-session, session/damaged, session/newer, session/too-large */
export async function readSession(file: Blob): Promise<Session> {
  if (file.size > sessionLimit) throw tooLarge(file.size);
  return readSessionBytes(new Uint8Array(await file.arrayBuffer()));
}

/** @throws session/not-a-session, session/damaged, session/newer, session/too-large */
export async function readSessionBytes(bytes: Uint8Array): Promise<Session> {
  const files = unpack(bytes);
  const document = readDocument(files[documentName]);
  const decoded = decodeView(document.view);
  if (decoded === null) throw damaged(documentName, "it holds no view");
  const { title, sha256 } = document.picture;
  const picture = await readFile(files, document.picture);
  return {
    view: decoded.view,
    picture: { title, blob: new Blob([picture]), sha256 },
    savedMap: document.map && readMap(await readFile(files, document.map), document.map),
  };
}

type Files = Readonly<Record<string, Uint8Array<ArrayBuffer>>>;

function unpack(bytes: Uint8Array): Files {
  // "PK": an archive that cannot be unpacked is damaged, anything else was never one.
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) throw notASession("it is not a ZIP archive");
  let total = 0;
  const filter = ({ name, originalSize }: UnzipFileInfo): boolean => {
    if (name !== documentName && !/^(picture|maps)\//.test(name)) return false;
    total += originalSize;
    if (total > sessionLimit) throw tooLarge(total);
    return true;
  };
  try {
    return unzipSync(bytes, { filter }) as Files;
  } catch (error) {
    if (isXaiError(error)) throw error;
    throw damaged("the archive", reasonOf(error), error);
  }
}

function readDocument(bytes: Uint8Array | undefined): SessionDocument {
  if (bytes === undefined) throw notASession(`there is no ${documentName} in it`);
  let document: unknown;
  try {
    document = JSON.parse(strFromU8(bytes));
  } catch (error) {
    throw damaged(documentName, reasonOf(error), error);
  }
  const { format, version, view, picture, map } = recordOf(document);
  if (format !== "patchlight-session") throw notASession(`${documentName} is about something else`);
  if (!isCount(version)) throw damaged(documentName, "it names no version");
  if (version > sessionVersion) throw new XaiError("session/newer", { version, supported: sessionVersion });
  if (typeof view !== "string") throw damaged(documentName, "it holds no view");
  const { title } = recordOf(picture);
  if (!isFile(picture) || typeof title !== "string") throw damaged(documentName, "it names no picture");
  if (map === null || map === undefined)
    return { format, version, view, picture: { ...picture, title }, map: null };
  const { rows, columns } = recordOf(map);
  if (!isFile(map) || !isCount(rows) || !isCount(columns)) throw damaged(documentName, "it names no map");
  return { format, version, view, picture: { ...picture, title }, map: { ...map, rows, columns } };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function isFile(value: unknown): value is SessionFile {
  const { file, sha256 } = recordOf(value);
  return typeof file === "string" && typeof sha256 === "string";
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0 && value <= 1e6;
}

async function readFile(files: Files, { file, sha256 }: SessionFile): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = Object.hasOwn(files, file) ? files[file] : undefined;
  if (bytes === undefined) throw damaged(file, "it is missing");
  if ((await digestOf(bytes)) !== sha256) throw damaged(file, "its content is not what was saved");
  return bytes;
}

/** The elements of an NPY file of 32-bit floats, which stand at its end. */
function readMap(
  bytes: Uint8Array<ArrayBuffer>,
  { file, rows, columns }: { readonly file: string; readonly rows: number; readonly columns: number },
): SavedMap {
  const start = bytes.length - 4 * rows * columns;
  if (start < 64 || start % 64 !== 0) throw damaged(file, "it is not the map of that size");
  const view = new DataView(bytes.buffer, bytes.byteOffset + start);
  const values = Float32Array.from({ length: rows * columns }, (_, index) =>
    view.getFloat32(4 * index, true),
  );
  return { values, rows, columns };
}

function notASession(reason: string): XaiError {
  return new XaiError("session/not-a-session", { reason });
}

function damaged(part: string, reason: string, cause?: unknown): XaiError {
  return new XaiError("session/damaged", { part, reason }, { cause });
}

function tooLarge(bytes: number): XaiError {
  return new XaiError("session/too-large", { bytes, limitBytes: sessionLimit });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
