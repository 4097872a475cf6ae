// A Vision Transformer in this worker: its file made to tell its attention, and one picture at a time through it.
import type { OnProgress } from "../bridge/contract.ts";
import type { ClassifierAnatomy, CompleteAnatomy, OtherInput } from "../core/anatomy/anatomy.ts";
import { completeAnatomy } from "../core/anatomy/complete.ts";
import { dissect } from "../core/anatomy/dissect.ts";
import { exposeOutputs } from "../core/anatomy/expose.ts";
import type { AttentionStack } from "../core/attribution/method.ts";
import { readOnnx } from "../core/onnx/read-onnx.ts";
import { writeOnnx } from "../core/onnx/write-onnx.ts";
import { warmMethods } from "./explainer.ts";
import { breathe } from "./jobs.ts";
import { createSession, type PlainTensor, release, run, type Session } from "./ort.ts";
import { filledTensor, fromFloat32, toFloat32 } from "./tensor-values.ts";

/** What one forward pass gives. */
export interface ForwardPass {
  /** `[C]` */
  readonly logits: Float32Array;
  readonly attention: AttentionStack;
  readonly milliseconds: number;
}

export interface Classifier {
  readonly anatomy: CompleteAnatomy;
  /**
   * @param pixels `[3,S,S]`, normalised.
   * @throws engine/run-failed, engine/device-lost, engine/worker-crashed
   */
  forward(pixels: Float32Array): Promise<ForwardPass>;
  release(): Promise<void>;
}

export interface ClassifierFile {
  /** For error messages. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly externalData: ReadonlyMap<string, Uint8Array>;
}

/** Side of the input where neither the file's input nor its position embeddings fix it. */
const usualInputSize = 224;

/** Smaller tensors are written into the rewritten file; larger ones stay where they are. */
const smallestExternalBytes = 1024;

/**
 * Reads the file, exposes its attention and runs it once on an empty picture, which tells the sizes that the file
 * leaves open and warms the runtime.
 * @throws onnx/*, anatomy/*, engine/*, job/cancelled
 */
export async function loadClassifier(
  file: ClassifierFile,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<Classifier> {
  onProgress({ stage: "read", subject: file.name });
  const model = readOnnx(file.bytes, file.externalData);
  const anatomy = dissect(model);
  const exposed = writeOnnx(exposeOutputs(model, fetchesOf(anatomy)), {
    externalise: { path: "weights", minimumBytes: smallestExternalBytes },
  });
  await breathe(signal);
  onProgress({ stage: "session", subject: file.name });
  const { bytes, externalData } = exposed;
  const session = await createSession({ name: file.name, model: bytes, externalData });
  try {
    await breathe(signal);
    onProgress({ stage: "forward", subject: file.name });
    return createClassifier(session, await warmUp(session, anatomy));
  } catch (error) {
    await release(session).catch(() => undefined);
    throw error;
  }
}

function fetchesOf(anatomy: ClassifierAnatomy): readonly string[] {
  return [anatomy.logits.name, ...anatomy.attention.map(({ tensor }) => tensor)];
}

async function warmUp(session: Session, anatomy: ClassifierAnatomy): Promise<CompleteAnatomy> {
  const size = anatomy.input.size ?? usualInputSize;
  const pixels = new Float32Array(3 * size * size);
  const outputs = await run(session, feedsOf(anatomy, pixels, size), fetchesOf(anatomy));
  const shapes = Object.entries(outputs).map(([name, { dims }]) => [name, dims] as const);
  const complete = completeAnatomy(anatomy, new Map([...shapes, [anatomy.input.name, [1, 3, size, size]]]));
  warmMethods(attentionOf(complete, outputs));
  return complete;
}

function createClassifier(session: Session, anatomy: CompleteAnatomy): Classifier {
  const { size } = anatomy.input;
  return {
    anatomy,
    async forward(pixels) {
      const begin = performance.now();
      const outputs = await run(session, feedsOf(anatomy, pixels, size), fetchesOf(anatomy));
      const milliseconds = performance.now() - begin;
      const logits = toFloat32(outputs[anatomy.logits.name]);
      return { logits, attention: attentionOf(anatomy, outputs), milliseconds };
    },
    release: () => release(session),
  };
}

function attentionOf(
  anatomy: CompleteAnatomy,
  outputs: Readonly<Record<string, PlainTensor>>,
): AttentionStack {
  const { tokens, prefixTokens, outputTokens } = anatomy;
  return {
    layers: anatomy.attention.map(({ tensor }) => toFloat32(outputs[tensor])),
    heads: anatomy.attention[0].heads,
    tokens,
    prefixTokens,
    outputTokens,
  };
}

function feedsOf(
  { input, otherInputs }: ClassifierAnatomy,
  pixels: Float32Array,
  size: number,
): Readonly<Record<string, PlainTensor>> {
  return {
    ...Object.fromEntries(otherInputs.map((other) => [other.name, neutralInput(other)])),
    [input.name]: fromFloat32(pixels, [1, 3, size, size], input.elementType),
  };
}

/** Ones: a mask that hides nothing, a text of the same token throughout. */
function neutralInput({ elementType, shape }: OtherInput): PlainTensor {
  return filledTensor(
    elementType,
    (shape ?? []).map((length) => length ?? 1),
    1,
  );
}
