// Where a classifier's file comes from, and what is said about it: the registry's word, or what its graph tells.
import type { ClassifierInfo, ModelChoice } from "../bridge/contract.ts";
import type { ClassifierDescriptor, Preprocessing } from "../core/models/descriptor.ts";
import { classifierById } from "../core/models/registry.ts";
import type { ClassifierFile, Network } from "./plan/network.ts";
import { numberedLabels, obtainLabels } from "./store/obtain-labels.ts";
import { forgetModel, obtainModel } from "./store/obtain-model.ts";
import { readOwnFiles } from "./store/read-own-files.ts";
import type { StoreContext } from "./store/store-context.ts";
import { digestHex } from "./store/verify.ts";

/** What can be said of a model besides its graph. */
export type ModelDescription = Pick<ClassifierInfo, "id" | "label" | "origin" | "preprocessing" | "labels">;

export interface ObtainedClassifier {
  readonly file: ClassifierFile;
  readonly describe: (network: Pick<Network, "input" | "logits">) => Promise<ModelDescription>;
  /** Deletes what the store keeps of it: a file that cannot be read must not be pinned as the right one. */
  readonly forget: () => Promise<void>;
}

const imagenet = { name: "imagenet-1k", classes: 1000 };

/** @throws model/*, onnx/*, job/cancelled */
export function obtainClassifier(model: ModelChoice, store: StoreContext): Promise<ObtainedClassifier> {
  return model.kind === "own"
    ? obtainOwn(model.files, store)
    : obtainRegistered(classifierById(model.id), store);
}

async function obtainRegistered(
  descriptor: ClassifierDescriptor,
  store: StoreContext,
): Promise<ObtainedClassifier> {
  const { id, label, preprocessing } = descriptor;
  const { files, origin } = await obtainModel(descriptor, store);
  return {
    file: { name: label, bytes: files[0], externalData: new Map() },
    describe: async ({ logits }) => ({
      id,
      label,
      origin,
      preprocessing,
      labels: await obtainLabels(descriptor.labels, logits.classes, store),
    }),
    forget: () => forgetModel(descriptor, store),
  };
}

async function obtainOwn(files: readonly File[], store: StoreContext): Promise<ObtainedClassifier> {
  const { name, bytes, externalData } = await readOwnFiles(files);
  const digests = [{ name, sha256: await digestHex(bytes, store) }];
  for (const [path, data] of externalData) digests.push({ name: path, sha256: await digestHex(data, store) });
  const total = [bytes, ...externalData.values()].reduce((sum, { length }) => sum + length, 0);
  return {
    file: { name, bytes, externalData },
    describe: async ({ input, logits }) => ({
      id: "own",
      label: name.replace(/\.onnx$/i, ""),
      origin: { source: "own", bytes: total, files: digests, notices: [] },
      preprocessing: usualPreprocessing(input.size),
      labels:
        logits.classes === imagenet.classes
          ? await obtainLabels(imagenet.name, logits.classes, store)
          : numberedLabels(logits.classes),
    }),
    forget: async () => undefined,
  };
}

/** What most classifiers trained on ImageNet expect; the file does not say. */
function usualPreprocessing(size: number): Preprocessing {
  return {
    framing: "crop",
    shorterSide: Math.round((size * 248) / 224),
    size,
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
  };
}
