// Grad-CAM on the last layer's attention: heads are the channels, the class token's row is the feature map.
import { XaiError } from "../errors.ts";
import { defineMethod } from "./method.ts";
import { outputRowOf } from "./output-row.ts";
import type { AttentionStack } from "./tensors.ts";

/**
 * `relu(mean_h(w_h A_{L-1}[h, CLS, .]))`, `w_h` the mean over patches of `G_{L-1}[h, CLS, .]`, `[P]`, >= 0. The authors
 * bring it to 0..1 for display. Where the head reads several tokens, the maps of their rows are averaged before the ReLU.
 * @throws attribution/empty-map where no patch is left above zero, for which the authors divide zero by zero.
 * @see Chefer et al., CVPR 2021, the baseline `generate_cam_attn`, https://arxiv.org/abs/2012.09838
 */
export const attentionGradCam = defineMethod({
  id: "attention-grad-cam",
  label: "Attention Grad-CAM",
  family: "gradient",
  cite: "Chefer, Gur & Wolf 2021 (CVPR), the baseline “GradCAM”",
  paper: "https://arxiv.org/abs/2012.09838",
  formula: "map = relu(mean_h(w_h A_{L−1}[h, CLS, ·])),  w_h = mean_j ∂y/∂A_{L−1}[h, CLS, j]",
  summary: "The last layer's heads, each weighted by what more attention in it would do for the class.",
  caveats: [
    "It is undefined where every head has a negative weight, on about one photograph in six.",
    "A head has one weight for the whole picture, so the map cannot tell places apart that one head looks at.",
    "Only the last layer is seen.",
  ],
  licence: "The authors' code is under the MIT licence; none of it is here.",
  classSpecific: true,
  signed: false,
  resolution: "patches",
  needs: ["attention", "attentionGradient"],
  options: {},
  explainer:
    ({ attention, attentionGradient }) =>
    () => {
      const map = new Float64Array(attention.tokens - attention.prefixTokens);
      for (const token of attention.outputTokens)
        for (let head = 0; head < attention.heads; head++)
          addWeighted(map, patchRow(attention, token, head), patchRow(attentionGradient, token, head));
      const share = 1 / (attention.heads * attention.outputTokens.length);
      const positive = map.map((value) => Math.max(value * share, 0));
      if (positive.some((value) => value > 0)) return positive;
      throw new XaiError("attribution/empty-map", {
        reason: "attention Grad-CAM is undefined: no patch is above zero for this class",
      });
    },
});

/** What one token gives to every patch in one head of the last layer, `[P]`. */
function patchRow(stack: AttentionStack, token: number, head: number): Float64Array {
  const layer = stack.layers[stack.layers.length - 1];
  return outputRowOf(layer, head, { tokens: stack.tokens, outputTokens: [token] }).subarray(
    stack.prefixTokens,
  );
}

/** `sum += mean(gradient) * activation` */
function addWeighted(sum: Float64Array, activation: Float64Array, gradient: Float64Array): void {
  let weight = 0;
  for (const value of gradient) weight += value / gradient.length;
  for (let j = 0; j < sum.length; j++) sum[j] += weight * activation[j];
}
