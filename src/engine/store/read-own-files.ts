// The user's own model: an ONNX file, and beside it the files that hold its weights, if it has any.
import { XaiError } from "../../core/errors.ts";
import { reasonOf } from "./open-reply.ts";
import { refuseWrongKind } from "./verify.ts";

export interface OwnModel {
  /** File name, for people. */
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** By path relative to the model, as the model's `external_data` locations name them. */
  readonly externalData: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

/**
 * Reads files that were dropped or chosen together. One is the model: the only `.onnx` file, or the only file.
 * @throws onnx/not-onnx when none or several could be it, onnx/html-page, onnx/git-lfs-pointer, onnx/truncated
 *   when it is empty, model/unreachable when the browser cannot read a file
 */
export async function readOwnFiles(files: readonly File[]): Promise<OwnModel> {
  const main = mainFile(files);
  const bytes = await readBytes(main);
  if (bytes.length === 0) throw new XaiError("onnx/truncated", { reason: `${main.name} is empty` });
  refusePage(bytes, main.name);
  const folder = folderOf(main);
  const externalData = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const file of files) {
    if (file === main) continue;
    const path = folderOf(file) + file.name;
    externalData.set(path.startsWith(folder) ? path.slice(folder.length) : path, await readBytes(file));
  }
  return { name: main.name, bytes, externalData };
}

function mainFile(files: readonly File[]): File {
  const candidates = files.length === 1 ? files : files.filter((file) => /\.onnx$/i.test(file.name));
  if (candidates.length === 1) return candidates[0];
  const names = files.map((file) => file.name).join(", ");
  const reason =
    candidates.length === 0
      ? `no file named *.onnx among: ${names || "nothing"}`
      : `more than one model among: ${names}`;
  throw new XaiError("onnx/not-onnx", { reason });
}

/** With a trailing slash; "" for files that were given one by one. */
function folderOf(file: File): string {
  const path = file.webkitRelativePath || file.name;
  return path.slice(0, path.lastIndexOf("/") + 1);
}

async function readBytes(file: File): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (error) {
    // Moved or changed since it was chosen, or larger than the browser can hold.
    throw new XaiError("model/unreachable", { url: file.name, reason: reasonOf(error) }, { cause: error });
  }
}

function refusePage(bytes: Uint8Array, name: string): void {
  try {
    refuseWrongKind(bytes, name);
  } catch (error) {
    if (error instanceof XaiError && error.code === "model/html-page")
      throw new XaiError("onnx/html-page", {});
    throw error;
  }
}
