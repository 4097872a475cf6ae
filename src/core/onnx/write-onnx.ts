// Writes a model as an ONNX file; large weights can stay where they are and be referred to as external data.
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { externalised, unusedLocation } from "./externalise.ts";
import type { OnnxModel } from "./model.ts";
import { writeGraph } from "./write-graph.ts";
import { writeInteger, writeMessage, writeRest, writeText } from "./write-message.ts";
import type { PlaceTensor } from "./write-tensor.ts";

/** Leaves weights out of the written file and points into the file that the model was read from. */
export interface Externalise {
  /** The name by which the runtime is to know the original file. */
  readonly path: string;
  /** Smaller tensors are written inline. */
  readonly minimumBytes: number;
}

export interface WrittenModel {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What the runtime needs beside `bytes`, in the form of onnxruntime-web's option `externalData`; no copies. */
  readonly externalData: readonly { readonly path: string; readonly data: Uint8Array }[];
}

/** Writes every field of the model, including those that `readOnnx` did not interpret. */
export function writeOnnx(
  model: OnnxModel,
  options: { readonly externalise?: Externalise } = {},
): WrittenModel {
  const files = new Map<string, Uint8Array>();
  const writer = new BinaryWriter();
  writeInteger(writer, 1, model.irVersion);
  writeRest(writer, model.rest);
  writeMessage(writer, 7, () =>
    writeGraph(writer, model.graph, placement(model, files, options.externalise)),
  );
  for (const opset of model.opsets) {
    writeMessage(writer, 8, () => {
      writeText(writer, 1, opset.domain);
      writeInteger(writer, 2, opset.version);
      writeRest(writer, opset.rest);
    });
  }
  return { bytes: writer.finish(), externalData: Array.from(files, ([path, data]) => ({ path, data })) };
}

/** Where each tensor's data goes; notes the files that are referred to. */
function placement(
  model: OnnxModel,
  files: Map<string, Uint8Array>,
  wish: Externalise | undefined,
): PlaceTensor {
  const location = wish === undefined ? "" : unusedLocation(model, wish.path);
  return (tensor, isInitializer) => {
    const data =
      wish !== undefined && isInitializer
        ? externalised(tensor, model.source, location, wish.minimumBytes)
        : tensor.data;
    if (data.kind === "external") files.set(data.location, data.file);
    return data;
  };
}
