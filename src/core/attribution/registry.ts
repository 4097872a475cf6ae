// Every explanation method of Patchlight. Pickers, docs and goldens iterate this list.

import { abnarZuidema } from "./abnar-zuidema.ts";
import { agcam } from "./agcam.ts";
import { attcat } from "./attcat.ts";
import { attentionFlow } from "./attention-flow.ts";
import { attentionGradCam } from "./attention-grad-cam.ts";
import { attnLrp } from "./attn-lrp.ts";
import { beyondIntuition } from "./beyond-intuition.ts";
import { eigenCam } from "./eigen-cam.ts";
import { eigenGradCam } from "./eigen-grad-cam.ts";
import { elementWiseCam } from "./element-wise-cam.ts";
import { fullRelevance } from "./full-relevance.ts";
import { genericAttention } from "./generic-attention.ts";
import { gradCam } from "./grad-cam.ts";
import { gradCamPlusPlus } from "./grad-cam-plus-plus.ts";
import { gradSam } from "./grad-sam.ts";
import { gradientRollout } from "./gradient-rollout.ts";
import { hiresCam } from "./hires-cam.ts";
import { inputXGradient } from "./input-x-gradient.ts";
import { integratedGradients } from "./integrated-gradients.ts";
import { lastLayerAttention } from "./last-layer-attention.ts";
import { layerCam } from "./layer-cam.ts";
import { legrad } from "./legrad.ts";
import { legradPooler } from "./legrad-pooler.ts";
import type { OptionValues } from "./method.ts";
import { partialRelevance } from "./partial-relevance.ts";
import { rawAttention } from "./raw-attention.ts";
import { relevanceRollout } from "./relevance-rollout.ts";
import { rollout } from "./rollout.ts";
import { saliency } from "./saliency.ts";
import { smoothgrad } from "./smoothgrad.ts";
import { tam } from "./tam.ts";
import { tokentm } from "./tokentm.ts";
import { transformerAttribution } from "./transformer-attribution.ts";
import { xGradCam } from "./x-grad-cam.ts";

export const methods = [
  rollout,
  abnarZuidema,
  attentionFlow,
  lastLayerAttention,
  rawAttention,
  gradientRollout,
  genericAttention,
  attentionGradCam,
  agcam,
  gradSam,
  attcat,
  tam,
  beyondIntuition,
  legrad,
  legradPooler,
  tokentm,
  transformerAttribution,
  relevanceRollout,
  partialRelevance,
  fullRelevance,
  attnLrp,
  gradCam,
  gradCamPlusPlus,
  xGradCam,
  hiresCam,
  layerCam,
  elementWiseCam,
  eigenCam,
  eigenGradCam,
  saliency,
  inputXGradient,
  smoothgrad,
  integratedGradients,
] as const;

export type AnyMethod = (typeof methods)[number];
export type MethodId = AnyMethod["id"];
export type MethodById<Id extends MethodId> = Extract<AnyMethod, { readonly id: Id }>;
export type OptionsOf<Id extends MethodId> = OptionValues<MethodById<Id>["options"]>;
