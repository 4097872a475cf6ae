// The models that the page opens with: the first of each task in the registry.
import type { ModelDescriptor } from "../../core/models/descriptor.ts";
import { models } from "../../core/models/registry.ts";

function firstOf(task: ModelDescriptor["task"]): string {
  const found = models.find((model) => model.task === task);
  return found?.id ?? models[0].id;
}

export const defaultClassifier = firstOf("classification");
export const defaultDetector = firstOf("instance-segmentation");
