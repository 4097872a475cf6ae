// Finds the input that takes the picture, and lists those that must be fed beside it.
import { XaiError } from "../errors.ts";
import { ElementType, type OnnxModel, type ValueInfo } from "../onnx/model.ts";
import type { ImageInput, OtherInput } from "./anatomy.ts";

export interface Inputs {
  readonly input: ImageInput;
  readonly otherInputs: readonly OtherInput[];
}

/** @throws anatomy/unsupported-input where no input, or none that can be fed, takes a picture `[B,3,S,S]`. */
export function findInputs(model: OnnxModel): Inputs {
  const initialised = new Set(model.graph.initializers.map(({ name }) => name));
  const inputs = model.graph.inputs.filter(({ name }) => !initialised.has(name)).map(described);
  const images = inputs.filter(({ shape }) => shape?.length === 4);
  const [image] = images;
  if (image === undefined) throw unsupported("no input is a picture, that is a tensor of four axes");
  if (images.length > 1) throw unsupported(`${images.length} inputs are tensors of four axes`);
  return { input: imageInput(image), otherInputs: inputs.filter((each) => each !== image) };
}

function imageInput(input: OtherInput): ImageInput {
  const elementType = imageTypes.get(input.elementType);
  if (elementType === undefined)
    throw unsupported(`the picture is wanted in element type ${input.elementType}`);
  const [, channels, height, width] = input.shape as readonly [unknown, ...(number | null)[]];
  if (channels !== null && channels !== 3 && (width === 3 || width === 1)) {
    throw unsupported("the picture is wanted with its channels last; only channels first are supported");
  }
  if (channels !== null && channels !== 3)
    throw unsupported(`the picture is wanted with ${channels} channels`);
  if (height !== null && width !== null && height !== width) {
    throw unsupported(
      `the picture is wanted in ${width} x ${height} pixels; only squares are supported, so export it for one`,
    );
  }
  return { name: input.name, elementType, channels: channels ?? null, size: height ?? width ?? null };
}

const imageTypes: ReadonlyMap<number, ImageInput["elementType"]> = new Map([
  [ElementType.float32, "float32"],
  [ElementType.float16, "float16"],
  [ElementType.float64, "float64"],
]);

function described({ name, type }: ValueInfo): OtherInput {
  if (type?.kind !== "tensor") return { name, elementType: 0, shape: null };
  const shape = type.shape?.map(({ size }) => (typeof size === "number" ? size : null)) ?? null;
  return { name, elementType: type.elementType, shape };
}

function unsupported(reason: string): XaiError {
  return new XaiError("anatomy/unsupported-input", { reason });
}
