// Every operator that is more than one step, and how it is written in steps.
import type { RewriteTable } from "../rewrite.ts";
import { fastGelu, gelu, sigmoidGated } from "./activations.ts";
import { multiHeadAttention } from "./multi-head-attention.ts";
import {
  rmsNormalization,
  skipLayerNormalization,
  skipSimplifiedLayerNormalization,
} from "./normalisations.ts";
import { packedAttention } from "./packed-attention.ts";
import { biasSoftmax, fusedConv, fusedGemm, fusedMatMul } from "./products.ts";
import { rotaryEmbedding } from "./rotary-embedding.ts";
import { standardAttention } from "./standard-attention.ts";

export const fusedOperators: RewriteTable = {
  Attention: [standardAttention],
  RMSNormalization: [rmsNormalization],
  RotaryEmbedding: [rotaryEmbedding],
  SimplifiedLayerNormalization: [rmsNormalization],
  Swish: [sigmoidGated(1)],
  "com.microsoft.Attention": [packedAttention],
  "com.microsoft.BiasGelu": [gelu],
  "com.microsoft.BiasSoftmax": [biasSoftmax],
  "com.microsoft.FastGelu": [fastGelu],
  "com.microsoft.FusedConv": [fusedConv],
  "com.microsoft.FusedGemm": [fusedGemm],
  "com.microsoft.FusedMatMul": [fusedMatMul],
  "com.microsoft.Gelu": [gelu],
  "com.microsoft.MultiHeadAttention": [multiHeadAttention],
  "com.microsoft.QuickGelu": [sigmoidGated(1.702)],
  "com.microsoft.SimplifiedLayerNormalization": [rmsNormalization],
  "com.microsoft.SkipLayerNormalization": [skipLayerNormalization],
  "com.microsoft.SkipSimplifiedLayerNormalization": [skipSimplifiedLayerNormalization],
  "com.microsoft.TransposeMatMul": [fusedMatMul],
};
