// Every explanation method of Patchlight. Pickers, docs and goldens iterate this list.

import { abnarZuidema } from "./abnar-zuidema.ts";
import { agcam } from "./agcam.ts";
import { attcat } from "./attcat.ts";
import { attentionFlow } from "./attention-flow.ts";
import { attentionGradCam } from "./attention-grad-cam.ts";
import { genericAttention } from "./generic-attention.ts";
import { gradSam } from "./grad-sam.ts";
import { gradientRollout } from "./gradient-rollout.ts";
import { lastLayerAttention } from "./last-layer-attention.ts";
import type { OptionValues } from "./method.ts";
import { rawAttention } from "./raw-attention.ts";
import { rollout } from "./rollout.ts";

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
] as const;

export type AnyMethod = (typeof methods)[number];
export type MethodId = AnyMethod["id"];
export type MethodById<Id extends MethodId> = Extract<AnyMethod, { readonly id: Id }>;
export type OptionsOf<Id extends MethodId> = OptionValues<MethodById<Id>["options"]>;
