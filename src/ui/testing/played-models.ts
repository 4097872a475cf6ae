// Made-up models for the playing engine: a transformer, a network without attention, and one that gives embeddings.
import type { ClassifierInfo, ClassScore } from "../../bridge/contract.ts";
import { methodFacts } from "../method-options.ts";
import { classifierInfo } from "./results.ts";

const side = 14;

/** What every one of them takes the picture for. */
export const playedClasses: readonly ClassScore[] = [
  { index: 243, label: "bull mastiff", logit: 9.1, probability: 0.541 },
  { index: 281, label: "tabby cat", logit: 7.9, probability: 0.172 },
  { index: 282, label: "tiger cat", logit: 7.2, probability: 0.0812 },
  { index: 242, label: "boxer", logit: 6.4, probability: 0.034 },
  {
    index: 721,
    label: "pillow, or another thing whose name is far too long for one line",
    logit: 1,
    probability: 0.0004,
  },
];

export const playedClassifier: ClassifierInfo = {
  ...classifierInfo,
  id: "deit-tiny",
  label: "DeiT-Tiny",
  origin: { ...classifierInfo.origin, bytes: 23_054_588 },
  layers: 12,
  heads: 3,
  tokens: 197,
  grid: { rows: side, columns: side },
  classes: 1000,
  labels: Array.from({ length: 1000 }, (_, index) => playedName(index)),
};

function playedName(index: number): string {
  const known = playedClasses.find((listed) => listed.index === index);
  return known?.label ?? `${["green", "red", "old", "small", "tabby"][index % 5]} thing ${index}`;
}

/** A network without attention: what needs it is refused. */
export const playedConvolutional: ClassifierInfo = {
  ...playedClassifier,
  id: "mobilenet-v2",
  label: "MobileNet V2",
  kind: "convolutional",
  layers: 0,
  heads: 0,
  tokens: 0,
  prefixTokens: 0,
  methods: Object.fromEntries(
    methodFacts.map(({ id, family }) => [
      id,
      family === "cam" || family === "input"
        ? null
        : { kind: "no-attention", reason: "no softmax over a square matrix" },
    ]),
  ) as ClassifierInfo["methods"],
  featureLayers: [14, 14, 28, 56].map((rows, index) => ({ rows, columns: rows, channels: 1280 >> index })),
};

/** A network whose outputs have no names. */
export const playedEmbedding: ClassifierInfo = {
  ...playedClassifier,
  id: "own",
  label: "clip_vision",
  classes: 512,
  labels: Array.from({ length: 512 }, (_, index) => `class ${index}`),
};

/** The logits that go with the five classes; all others have some smaller one. */
export function playedLogits({ classes }: ClassifierInfo): Float32Array<ArrayBuffer> {
  const logits = Float32Array.from({ length: classes }, (_, index) => Math.sin(index));
  for (const { index, logit } of playedClasses) if (index < classes) logits[index] = logit;
  return logits;
}
