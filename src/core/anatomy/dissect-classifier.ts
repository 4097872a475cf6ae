// Takes any classifier apart as far as it goes, and says what is possible with it and why the rest is not.
import { isXaiError } from "../errors.ts";
import type { OnnxModel } from "../onnx/model.ts";
import type { ClassifierAnatomy, ConvolutionalAnatomy, FeatureMap } from "./anatomy.ts";
import { dissectTransformer } from "./dissect.ts";
import { dissectMaps } from "./dissect-convolutional.ts";
import { findStages } from "./feature-maps.ts";
import { createFlowContext } from "./flow-context.ts";
import { noAttention } from "./refusals.ts";
import { tokenMaps } from "./token-maps.ts";

/** Something that methods ask for and this model does not give; the reason is the end of a sentence. */
export interface Refusal {
  readonly what: "attention" | "stream";
  readonly reason: string;
}

/** What a model can be explained with. */
export type DissectedClassifier =
  /** Attention maps, and CAM on the inputs of its attentions. */
  | {
      readonly kind: "transformer";
      readonly anatomy: ClassifierAnatomy;
      /** What CAM methods can be taken on, from the first block to the last; may be empty without a stream. */
      readonly featureMaps: readonly FeatureMap[];
      readonly refused: readonly Refusal[];
    }
  /** CAM on feature maps; `refused` says why there are no attention maps. */
  | {
      readonly kind: "convolutional";
      readonly anatomy: ConvolutionalAnatomy;
      readonly featureMaps: readonly FeatureMap[];
      readonly refused: readonly Refusal[];
    };

/**
 * @throws anatomy/no-attention where neither attention nor feature maps can be had.
 * @throws anatomy/quantised where activations are rounded to 8 bits.
 * @throws anatomy/unsupported-input where the picture's input or the scores cannot be told.
 * @throws onnx/not-onnx where nodes wait for each other.
 */
export function dissectClassifier(model: OnnxModel): DissectedClassifier {
  const context = createFlowContext(model);
  try {
    const { anatomy, context: sized } = dissectTransformer(model, context);
    const maps = tokenMaps(sized, anatomy);
    const featureMaps = maps.length > 0 ? maps : findStages(sized, anatomy.logits.name);
    const refused = anatomy.gaps.map((reason): Refusal => ({ what: "stream", reason }));
    return { kind: "transformer", anatomy, featureMaps, refused };
  } catch (error) {
    if (!isXaiError(error, "anatomy/no-attention")) throw error;
    const { reason } = error.details;
    try {
      const anatomy = dissectMaps(context);
      return {
        kind: "convolutional",
        anatomy,
        featureMaps: anatomy.stages,
        refused: [{ what: "attention", reason }],
      };
    } catch (second) {
      if (!isXaiError(second, "anatomy/no-feature-map")) throw second;
      throw noAttention(`${reason}; nor does Grad-CAM work: ${second.details.reason}`);
    }
  }
}

/** One sentence each on attention maps and on Grad-CAM: whether they are possible, and why not. */
export function sayWhatIsPossible({ kind, featureMaps, refused }: DissectedClassifier): readonly string[] {
  const reasonOf = (what: Refusal["what"]) => refused.find((each) => each.what === what)?.reason;
  const grid = featureMaps.at(-1)?.grid;
  const cells = grid ? `, ${grid.rows} x ${grid.columns} cells` : "";
  return [
    kind === "transformer" ? "Attention maps: yes." : `Attention maps: no, ${reasonOf("attention")}.`,
    featureMaps.length > 0
      ? `Grad-CAM: yes${cells}.`
      : `Grad-CAM: no, ${reasonOf("stream") ?? "no feature map was found"}.`,
  ];
}
