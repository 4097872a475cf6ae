// What can be told of a model's output from the names that it brings.
import type { ClassifierInfo } from "../bridge/contract.ts";

/** Whether the file brought no names for its outputs, as that of an embedding does not. */
export function namesNoClasses({ labels }: Pick<ClassifierInfo, "labels">): boolean {
  return labels.every((label, index) => label === `class ${index}`);
}
