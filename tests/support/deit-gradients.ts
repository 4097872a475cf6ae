// The real DeiT-Tiny in Node with the gradients of its attention written in, as methods ask for them.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { completeAnatomy } from "../../src/core/anatomy/complete.ts";
import { dissect } from "../../src/core/anatomy/dissect.ts";
import { exposeOutputs } from "../../src/core/anatomy/expose.ts";
import type { AttentionStack, Tensors } from "../../src/core/attribution/tensors.ts";
import { differentiate } from "../../src/core/autodiff/differentiate.ts";
import { gradient } from "../../src/core/autodiff/gradient.ts";
import { deitTiny } from "../../src/core/models/deit-tiny.ts";
import { indexGraph } from "../../src/core/onnx/graph-index.ts";
import { readOnnx } from "../../src/core/onnx/read-onnx.ts";
import { writeOnnx } from "../../src/core/onnx/write-onnx.ts";
import { openModel } from "./ort.ts";
import { witnesses } from "./witnesses.ts";

export type AttentionTensors = Pick<Tensors, "attention" | "scores" | "attentionGradient">;

const side = 224;
const classes = 1000;

/** The file as hubs publish it, with all gradients written in; only the seed differs between classes. */
export async function openDeitGradients(): Promise<
  (pixels: Float32Array, klass: number) => Promise<AttentionTensors>
> {
  const mirrored = deitTiny.files[0].sources.find(({ kind }) => kind === "mirror")!;
  const model = readOnnx(readFileSync(resolve(witnesses.models, mirrored.location)));
  const anatomy = dissect(model);
  const { producers } = indexGraph(model.graph);
  const attention = anatomy.attention.map(({ tensor }) => tensor);
  const scores = attention.map((tensor) => producers.get(tensor)!.inputs[0]!);
  const { model: extended, gradients } = differentiate(model, {
    seeds: [{ tensor: anatomy.logits.name, upstream: { input: "seed" } }],
    wanted: attention,
    rules: gradient,
    inputShapes: new Map([[anatomy.input.name, [1, 3, side, side]]]),
  });
  const { bytes, externalData } = writeOnnx(exposeOutputs(extended, [...attention, ...scores]), {
    externalise: { path: "weights", minimumBytes: 1024 },
  });
  const runner = await openModel(bytes, externalData);
  return async (pixels, klass) => {
    const seed = new Float32Array(classes);
    seed[klass] = 1;
    const outputs = await runner.run({
      [anatomy.input.name]: { data: pixels, shape: [1, 3, side, side] },
      seed: { data: seed, shape: [1, classes] },
    });
    const shapes = new Map(Object.entries(outputs).map(([name, { shape }]) => [name, shape]));
    const complete = completeAnatomy(anatomy, shapes);
    const stack = (names: readonly string[]): AttentionStack => ({
      layers: names.map((name) => outputs[name]!.data),
      heads: complete.attention[0]!.heads,
      tokens: complete.tokens,
      prefixTokens: complete.prefixTokens,
      outputTokens: complete.outputTokens,
    });
    return {
      attention: stack(attention),
      scores: stack(scores),
      attentionGradient: stack(attention.map((name) => gradients.get(name)!)),
    };
  };
}
