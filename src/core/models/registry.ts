// Every model that the app knows by name. Pickers, the model store and the docs iterate this list.
import { XaiError } from "../errors.ts";
import { deitTiny } from "./deit-tiny.ts";
import type { ClassifierDescriptor, DetectorDescriptor, ModelDescriptor } from "./descriptor.ts";
import { maskRcnn2go } from "./mask-rcnn2go.ts";

export const models = [deitTiny, maskRcnn2go] as const satisfies readonly ModelDescriptor[];

export type ModelId = (typeof models)[number]["id"];

/**
 * The registered model of this id.
 * @throws model/unavailable when there is none.
 */
export function modelById(id: string): ModelDescriptor {
  const found = models.find((model) => model.id === id);
  if (!found)
    throw new XaiError("model/unavailable", { model: id, tried: ["no model of this name is known"] });
  return found;
}

/**
 * The registered classifier of this id.
 * @throws model/unavailable when there is none.
 */
export function classifierById(id: string): ClassifierDescriptor {
  const model = modelById(id);
  if (model.task === "classification") return model;
  throw new XaiError("model/unavailable", { model: id, tried: ["the model of this name does not classify"] });
}

/**
 * The registered instance segmenter of this id.
 * @throws model/unavailable when there is none.
 */
export function detectorById(id: string): DetectorDescriptor {
  const model = modelById(id);
  if (model.task === "instance-segmentation") return model;
  throw new XaiError("model/unavailable", {
    model: id,
    tried: ["the model of this name finds no instances"],
  });
}
