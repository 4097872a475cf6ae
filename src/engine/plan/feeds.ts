// What is put into a network for one picture.
import type { OtherInput } from "../../core/anatomy/anatomy.ts";
import type { PlainTensor } from "../ort.ts";
import { filledTensor, fromFloat32 } from "../tensor-values.ts";
import type { Sketch } from "./network.ts";

/**
 * @param pixels `[3,S,S]`, normalised.
 * @returns all inputs; those that are no picture get ones: a mask that hides nothing, a text of one and the same token.
 * @throws anatomy/unsupported-input for element types that no model input was seen with
 */
export function feedsOf(
  { input, otherInputs }: Pick<Sketch, "input" | "otherInputs">,
  pixels: Float32Array,
): Readonly<Record<string, PlainTensor>> {
  const { size } = input;
  return {
    ...Object.fromEntries(otherInputs.map((other) => [other.name, ones(other)])),
    [input.name]: fromFloat32(pixels, [1, 3, size, size], input.elementType),
  };
}

function ones({ elementType, shape }: OtherInput): PlainTensor {
  return filledTensor(
    elementType,
    (shape ?? []).map((length) => length ?? 1),
    1,
  );
}
