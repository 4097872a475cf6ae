// A classifier in this worker: its file made to tell its attention, and one picture at a time through it.
import type { OnProgress } from "../bridge/contract.ts";
import { cutEarly } from "../core/anatomy/narrow/cut-early.ts";
import type { AttentionStack } from "../core/attribution/method.ts";
import { warmMethods } from "./explainer.ts";
import { breathe } from "./jobs.ts";
import { type PlainTensor, release, run, type Session } from "./ort.ts";
import { feedsOf } from "./plan/feeds.ts";
import {
  type ClassifierFile,
  completeNetwork,
  type Network,
  type Sketch,
  sketchNetwork,
} from "./plan/network.ts";
import { stackOf } from "./plan/network-parts.ts";
import { openSession } from "./plan/open-plan.ts";
import { createPlans, type PassAhead, type Plans } from "./plan/plans.ts";
import { toFloat32 } from "./tensor-values.ts";

/** What one forward pass gives. */
export interface ForwardPass {
  /** `[C]` */
  readonly logits: Float32Array;
  /** `null` for networks without attention over the whole picture. */
  readonly attention: AttentionStack | null;
  readonly milliseconds: number;
  /** The pass itself, where it was one of a plan. */
  readonly ahead: PassAhead | null;
}

export interface Classifier {
  readonly network: Network;
  /** Opened when a method first asks for more than attention. */
  readonly plans: Plans;
  /**
   * @param pixels `[3,S,S]`, normalised.
   * @throws engine/run-failed, engine/device-lost, engine/worker-crashed
   */
  forward(pixels: Float32Array): Promise<ForwardPass>;
  release(): Promise<void>;
}

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
  const sketch = sketchNetwork(file);
  await breathe(signal);
  onProgress({ stage: "session", subject: file.name });
  const session = await openSession(file.name, cutEarly(sketch.model, fetchesOf(sketch), sketch.inputShapes));
  try {
    await breathe(signal);
    onProgress({ stage: "forward", subject: file.name });
    return createClassifier(session, await warmUp(session, sketch));
  } catch (error) {
    await release(session).catch(() => undefined);
    throw error;
  }
}

/** Logits and attention: what the first heatmap needs, and no more. */
function fetchesOf({ dissected: { kind, anatomy } }: Sketch): readonly string[] {
  const attention = kind === "transformer" ? anatomy.attention : [];
  return [anatomy.logits.name, ...attention.map(({ tensor }) => tensor)];
}

async function warmUp(session: Session, sketch: Sketch): Promise<Network> {
  const { size } = sketch.input;
  const outputs = await run(session, feedsOf(sketch, new Float32Array(3 * size * size)), fetchesOf(sketch));
  const shapes = Object.entries(outputs).map(([name, { dims }]) => [name, dims] as const);
  const network = completeNetwork(sketch, new Map(shapes));
  const attention = attentionOf(network, outputs);
  if (attention !== null) warmMethods(attention);
  return network;
}

function createClassifier(session: Session, network: Network): Classifier {
  const plans = createPlans(network);
  return {
    network,
    plans,
    async forward(pixels) {
      const begin = performance.now();
      const ahead = await plans.forwardAhead(pixels);
      const outputs =
        ahead?.forward.values ?? (await run(session, feedsOf(network, pixels), fetchesOf(network)));
      const milliseconds = performance.now() - begin;
      const logits = toFloat32(outputs[network.logits.name]);
      return { logits, attention: attentionOf(network, outputs), milliseconds, ahead };
    },
    async release() {
      await release(session);
      await plans.release();
    },
  };
}

function attentionOf(
  network: Network,
  outputs: Readonly<Record<string, PlainTensor>>,
): AttentionStack | null {
  if (network.transformer === null) return null;
  const layers = network.transformer.attention.map(({ tensor }) => toFloat32(outputs[tensor]));
  return stackOf(network, layers);
}
