// Networks in the engine, and their tensors one by one, as methods are given them.
import type { Target } from "../../src/bridge/contract.ts";
import type { Tensors } from "../../src/core/attribution/tensors.ts";
import type { OnnxModel } from "../../src/core/onnx/model.ts";
import { writeOnnx } from "../../src/core/onnx/write-onnx.ts";
import { type Classifier, loadClassifier } from "../../src/engine/classifier.ts";
import { startRuntime } from "../../src/engine/ort.ts";
import { createPictureTensors, type PictureTensors } from "../../src/engine/plan/picture-tensors.ts";
import type { TensorOf } from "../../src/engine/plan/recipe.ts";
import type { NeedOf, TensorNeed } from "../../src/engine/plan/tensor-need.ts";

export const never = new AbortController().signal;
export const ignore = (): void => undefined;

/** Loads a model as if a user had brought its file. */
export async function openNetwork(model: OnnxModel | Uint8Array): Promise<Classifier> {
  await startRuntime({ backend: "wasm", threads: 1 });
  const bytes = model instanceof Uint8Array ? model : writeOnnx(model).bytes;
  return loadClassifier({ name: "network", bytes, externalData: new Map() }, never, ignore);
}

/** The tensors of a picture `[3,S,S]` that goes through the network now. */
export async function tensorsAt(classifier: Classifier, pixels: Float32Array): Promise<PictureTensors> {
  const { logits, attention, ahead } = await classifier.forward(pixels);
  const known = attention === null ? [] : [{ need: { kind: "attention" } as const, tensor: attention }];
  return createPictureTensors(classifier.network, classifier.plans, { pixels, logits, ahead, known });
}

/** One tensor, made now if it is not there. */
export async function gathered<Kind extends TensorNeed["kind"]>(
  tensors: PictureTensors,
  need: NeedOf<Kind>,
  target: Target = { kind: "class", index: 0 },
): Promise<(TensorOf & Tensors)[Kind]> {
  const wish = { need: need as TensorNeed, target };
  const [tensor] = await tensors.gather([wish], never, ignore);
  return tensor as (TensorOf & Tensors)[Kind];
}
