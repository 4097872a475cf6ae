// Runs ONNX models in Node as the product does on its CPU path: onnxruntime-web's WASM build, one thread.
import * as ort from "onnxruntime-web/wasm";
import { float16ToNumber, numberToFloat16 } from "./safetensors.ts";

ort.env.wasm.numThreads = 1;
ort.env.logLevel = "error";

/** A tensor to feed; float32 data is narrowed by itself where the model wants float16. */
export interface Feed {
  readonly data: Float32Array | Float64Array | BigInt64Array | Int32Array;
  readonly shape: readonly number[];
}

/** A tensor that came out, as numbers. */
export interface RunOutput {
  readonly data: Float32Array | Float64Array;
  readonly shape: readonly number[];
}

/** A file beside the model that its external tensors point into. */
export interface ExternalFile {
  readonly path: string;
  readonly data: Uint8Array;
}

export interface ModelRunner {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Runs once; all outputs, or those named. */
  run(
    feeds: Readonly<Record<string, Feed>>,
    outputs?: readonly string[],
  ): Promise<Readonly<Record<string, RunOutput>>>;
  release(): Promise<void>;
}

/** Opens a session on `bytes`; `options` go to onnxruntime-web as they are. */
export async function openModel(
  bytes: Uint8Array,
  externalData: readonly ExternalFile[] = [],
  options: ort.InferenceSession.SessionOptions = {},
): Promise<ModelRunner> {
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: ["wasm"],
    logSeverityLevel: 3,
    ...(externalData.length > 0 ? { externalData } : {}),
    ...options,
  });
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    release: () => session.release(),
    async run(feeds, outputs) {
      const inputs: Record<string, ort.Tensor> = {};
      for (const [name, feed] of Object.entries(feeds))
        inputs[name] = toTensor(feed, inputType(session, name));
      const results = await session.run(inputs, outputs ?? session.outputNames);
      const read: Record<string, RunOutput> = {};
      for (const [name, value] of Object.entries(results)) read[name] = fromTensor(value);
      return read;
    },
  };
}

/** Opens, runs once, releases. */
export async function runModel(
  bytes: Uint8Array,
  feeds: Readonly<Record<string, Feed>>,
  options: { readonly outputs?: readonly string[]; readonly externalData?: readonly ExternalFile[] } = {},
): Promise<Readonly<Record<string, RunOutput>>> {
  const model = await openModel(bytes, options.externalData);
  try {
    return await model.run(feeds, options.outputs);
  } finally {
    await model.release();
  }
}

/** Largest absolute difference of two sequences of equal length. */
export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) {
    throw new Error(`lengths differ: ${actual.length} and ${expected.length}`);
  }
  let largest = 0;
  for (let index = 0; index < expected.length; index++) {
    const difference = Math.abs(actual[index]! - expected[index]!);
    if (Number.isNaN(difference)) return Number.NaN;
    if (difference > largest) largest = difference;
  }
  return largest;
}

function inputType(session: ort.InferenceSession, name: string): string {
  const metadata = session.inputMetadata.find((each) => each.name === name);
  if (metadata === undefined || !metadata.isTensor) throw new Error(`the model has no tensor input ${name}`);
  return metadata.type;
}

function toTensor(feed: Feed, type: string): ort.Tensor {
  const shape = [...feed.shape];
  const { data } = feed;
  if (data instanceof BigInt64Array) return new ort.Tensor("int64", data, shape);
  if (data instanceof Int32Array) return new ort.Tensor("int32", data, shape);
  if (type === "float16") return new ort.Tensor("float16", Uint16Array.from(data, numberToFloat16), shape);
  if (type === "float64") return new ort.Tensor("float64", Float64Array.from(data), shape);
  return new ort.Tensor("float32", Float32Array.from(data), shape);
}

function fromTensor(tensor: ort.Tensor): RunOutput {
  const shape = tensor.dims;
  const { data } = tensor;
  if (data instanceof Float32Array || data instanceof Float64Array) return { data, shape };
  if (tensor.type === "float16") {
    // Newer runtimes hand out Float16Array, older ones the bits.
    const isBits = data instanceof Uint16Array;
    const values = data as unknown as ArrayLike<number>;
    return { data: Float32Array.from(values, isBits ? float16ToNumber : Number), shape };
  }
  return { data: Float64Array.from(data as ArrayLike<number | bigint>, Number), shape };
}
