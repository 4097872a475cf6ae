// Which of the user's files is the model, and which hold its weights.
import { describe, expect, it } from "vitest";
import { isXaiError } from "../../core/errors.ts";
import { readOwnFiles } from "./read-own-files.ts";

const onnx = Uint8Array.of(8, 7, 1, 2, 3);
const weights = Uint8Array.of(9, 9, 9);

function file(name: string, content: Uint8Array<ArrayBuffer> | string, folderPath?: string): File {
  const made = new File([content], name);
  if (folderPath !== undefined)
    Object.defineProperty(made, "webkitRelativePath", { value: folderPath + name });
  return made;
}

async function codeFor(...files: readonly File[]): Promise<string> {
  const error = await readOwnFiles(files).catch((thrown: unknown) => thrown);
  return isXaiError(error) ? error.code : `no XaiError: ${String(error)}`;
}

describe("one model", () => {
  it("is a single file, whatever its name", async () => {
    const model = await readOwnFiles([file("weights.bin", onnx)]);
    expect(model.name).toBe("weights.bin");
    expect([...model.bytes]).toEqual([...onnx]);
    expect(model.externalData.size).toBe(0);
  });

  it.each([0, 1])(
    "is the .onnx file with its external data beside it, in either order (%i)",
    async (first) => {
      const files = [file("Model.ONNX", onnx), file("Model.ONNX.data", weights), file("more_weights", onnx)];
      const model = await readOwnFiles(first === 0 ? files : files.reverse());
      expect(model.name).toBe("Model.ONNX");
      expect([...model.bytes]).toEqual([...onnx]);
      expect([...model.externalData.keys()].sort()).toEqual(["Model.ONNX.data", "more_weights"]);
      expect([...model.externalData.get("Model.ONNX.data")!]).toEqual([...weights]);
    },
  );

  it("names external data of a dropped folder relative to the model", async () => {
    const model = await readOwnFiles([
      file("model.onnx", onnx, "vit/onnx/"),
      file("w.bin", weights, "vit/onnx/parts/"),
      file("notes.txt", weights, "vit/"),
    ]);
    expect([...model.externalData.keys()].sort()).toEqual(["parts/w.bin", "vit/notes.txt"]);
  });
});

describe("files that are no model", () => {
  it.each([
    ["no files", [], "onnx/not-onnx"],
    ["two models", [file("a.onnx", onnx), file("b.onnx", onnx)], "onnx/not-onnx"],
    ["two files, neither of them .onnx", [file("a.bin", onnx), file("b.bin", onnx)], "onnx/not-onnx"],
    ["an empty file", [file("a.onnx", "")], "onnx/truncated"],
    ["a web page", [file("a.onnx", "<!doctype html>")], "onnx/html-page"],
    [
      "a git-LFS pointer",
      [file("a.onnx", "version https://git-lfs.github.com/spec/v1\n")],
      "onnx/git-lfs-pointer",
    ],
  ] as const)("refuses %s", async (_, files, code) => {
    expect(await codeFor(...files)).toBe(code);
  });

  it("says when the browser cannot read a file any more", async () => {
    const gone = file("a.onnx", onnx);
    gone.arrayBuffer = () =>
      Promise.reject(new DOMException("A requested file could not be found.", "NotFoundError"));
    expect(await codeFor(gone)).toBe("model/unreachable");
  });
});
