// The real DeiT-Tiny in Node, as the product runs it: attention found in the file and exposed as outputs.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { completeAnatomy } from "../../src/core/anatomy/complete.ts";
import { dissect } from "../../src/core/anatomy/dissect.ts";
import { exposeOutputs } from "../../src/core/anatomy/expose.ts";
import type { AttentionStack } from "../../src/core/attribution/method.ts";
import { deitTiny } from "../../src/core/models/deit-tiny.ts";
import { readOnnx } from "../../src/core/onnx/read-onnx.ts";
import { writeOnnx } from "../../src/core/onnx/write-onnx.ts";
import { openModel } from "./ort.ts";
import { witnesses } from "./witnesses.ts";

export interface ForwardPass {
  readonly logits: ArrayLike<number>;
  readonly attention: AttentionStack;
}

/** Opens DeiT-Tiny from the mirror; the function takes the input tensor `[3,S,S]`. */
export async function openDeit(): Promise<(input: Float32Array) => Promise<ForwardPass>> {
  const mirrored = deitTiny.files[0].sources.find(({ kind }) => kind === "mirror")!;
  const model = readOnnx(readFileSync(resolve(witnesses.models, mirrored.location)));
  const anatomy = dissect(model);
  const wanted = anatomy.attention.map(({ tensor }) => tensor);
  const { bytes, externalData } = writeOnnx(exposeOutputs(model, wanted), {
    externalise: { path: "weights", minimumBytes: 1024 },
  });
  const runner = await openModel(bytes, externalData);
  return async (input) => {
    const side = Math.sqrt(input.length / 3);
    const outputs = await runner.run({ [anatomy.input.name]: { data: input, shape: [1, 3, side, side] } });
    const complete = completeAnatomy(anatomy, shapesOf(outputs));
    return {
      logits: outputs[anatomy.logits.name].data,
      attention: {
        layers: wanted.map((name) => outputs[name].data),
        heads: complete.attention[0].heads,
        tokens: complete.tokens,
        prefixTokens: complete.prefixTokens,
        outputTokens: [0],
      },
    };
  };
}

function shapesOf(outputs: Readonly<Record<string, { readonly shape: readonly number[] }>>) {
  return new Map(Object.entries(outputs).map(([name, { shape }]) => [name, shape]));
}
