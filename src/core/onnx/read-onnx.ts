// Reads an ONNX file, or the two files that newer exporters write, into plain data. No byte is trusted.
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { isXaiError, XaiError } from "../errors.ts";
import { refuseOtherKinds } from "./file-kind.ts";
import type { OnnxModel, OpsetImport } from "./model.ts";
import { checkOperatorSets } from "./operator-sets.ts";
import { readGraph } from "./read-graph.ts";
import { type Budget, malformed, readBytes, readFields, readInteger, readText } from "./wire.ts";

/**
 * Weights are views into `bytes` or into the external files, so these must not change afterwards.
 * @param externalFiles the files beside the model by path; matched by base name.
 * @throws onnx/truncated, onnx/not-onnx, onnx/html-page, onnx/git-lfs-pointer, onnx/missing-external-data,
 * onnx/unsupported-opset; nothing else.
 */
export function readOnnx(
  bytes: Uint8Array,
  externalFiles: ReadonlyMap<string, Uint8Array> = new Map(),
): OnnxModel {
  refuseOtherKinds(bytes);
  refuseCutOff(bytes);
  try {
    const model = readModel(bytes, externalFiles);
    checkOperatorSets(model);
    return model;
  } catch (error) {
    if (isXaiError(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new XaiError("onnx/not-onnx", { reason }, { cause: error });
  }
}

/** Fields and list items in one file; a graph of 50,000 nodes has about a tenth of it. */
const mostFields = 5_000_000;

function readModel(bytes: Uint8Array, externalFiles: ReadonlyMap<string, Uint8Array>): OnnxModel {
  const budget: Budget = { left: mostFields };
  const context = { budget, findFile: (location: string) => findByBaseName(externalFiles, location) };
  const opsets: OpsetImport[] = [];
  let irVersion = 0;
  let graph: Uint8Array | undefined;
  const rest = readFields(bytes, budget, (number, type, reader) => {
    if (number === 1) irVersion = readInteger(reader, type);
    else if (number === 7) graph = readBytes(reader, type);
    else if (number === 8) opsets.push(readOpset(readBytes(reader, type), budget));
    else return false;
    return true;
  });
  if (irVersion < 1) throw malformed("no format version");
  // A file that ends between two fields reads well so far; what is missing gives it away.
  if (graph === undefined) throw new XaiError("onnx/truncated", { reason: "it ends before the graph" });
  if (opsets.length === 0)
    throw new XaiError("onnx/truncated", { reason: "it ends before the operator sets" });
  return { irVersion, opsets, graph: readGraph(graph, context), source: bytes, rest };
}

function readOpset(bytes: Uint8Array, budget: Budget): OpsetImport {
  let domain = "";
  let version = 0;
  const rest = readFields(bytes, budget, (number, type, reader) => {
    if (number === 1) domain = readText(reader, type);
    else if (number === 2) version = readInteger(reader, type);
    else return false;
    return true;
  });
  return { domain, version, rest };
}

/** A file that starts as ONNX files do and whose last field runs past the end was cut off. */
function refuseCutOff(bytes: Uint8Array): void {
  const reader = new BinaryReader(bytes);
  try {
    const [number, type] = reader.tag();
    const startsAsModel = number === 1 && type === WireType.Varint && isFormatVersion(reader.uint32());
    if (!startsAsModel) return;
  } catch {
    return;
  }
  try {
    while (reader.pos < reader.len) {
      const [number, type] = reader.tag();
      reader.skip(type, number);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) return;
    const reason = `it has only ${bytes.length} of its bytes`;
    throw new XaiError("onnx/truncated", { reason }, { cause: error });
  }
}

/** Versions so far end at 14; room is left for some years. */
function isFormatVersion(value: number): boolean {
  return value >= 1 && value <= 64;
}

function findByBaseName(files: ReadonlyMap<string, Uint8Array>, location: string): Uint8Array | undefined {
  const exact = files.get(location);
  if (exact !== undefined) return exact;
  for (const [path, file] of files) if (baseName(path) === baseName(location)) return file;
  return undefined;
}

function baseName(path: string): string {
  return path.split(/[/\\]/).at(-1)!;
}
