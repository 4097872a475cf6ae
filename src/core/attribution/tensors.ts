// What methods can ask for, and in which variants: each field is worked out only for methods that name it.

/** Tensors a method can ask for. A method sees only those it names. */
export interface Tensors {
  /** A_l: softmax(QK^T/sqrt(d)) of every layer, and the sizes needed to read it. Rows (queries) sum to 1. */
  readonly attention: AttentionStack;
  /** S_l: what the softmaxes read, after the scale. */
  readonly scores: AttentionStack;
  /** G_l: dy/dA_l of the target y. */
  readonly attentionGradient: AttentionStack;
  /** R_l: relevance of A_l under the rules of `TensorVariant.relevance`. */
  readonly attentionRelevance: AttentionStack;
  /** ds_l/dA_l, where s_l is the target's score with final norm and head put on X_{l+1}: LeGrad's gradient. */
  readonly localGradient: AttentionStack;
  /**
   * ds_l/dP of the attention with which the model pools its tokens, P, where s_l is the target's score with the pooler
   * put on X_{l+1} as it is, without the final norm: LeGrad's gradient of models without a class token.
   */
  readonly poolerGradient: PoolerStack;
  /** X_l, M_l and X_{l+1} of every block. */
  readonly tokens: readonly TokenBlock[];
  /**
   * The values of every layer behind its output weights: what its attention would add to the stream if each token
   * attended to itself alone, without the bias of these weights, each `[N,D]`.
   */
  readonly projectedValues: readonly FloatArray[];
  /** dy/dX_l of every block's input, each `[N,D]`. */
  readonly tokenGradient: readonly FloatArray[];
  /** The chosen feature map and dy/d(that map). */
  readonly features: FeatureTensors;
  /** The normalised picture as the model takes it. */
  readonly picture: Picture;
  /** dy/dx, `[3,S,S]`. */
  readonly inputGradient: FloatArray;
  /**
   * Relevance of the picture under the rules of `TensorVariant.relevance`, `[3,S,S]`; where these are modified
   * gradients, already times the picture. See `relevancePass`.
   */
  readonly inputRelevance: FloatArray;
  /** Mean over `TensorVariant.path` of dy/dA_{L-1}, `[H,N,N]`. */
  readonly attentionPath: FloatArray;
  /** What dy/dx is along `TensorVariant.path`. */
  readonly inputPath: InputPath;
}
export type TensorKind = keyof Tensors;

export type FloatArray = Float32Array | Float64Array;

/** A matrix for every layer and head, of the shape of attention. */
export interface AttentionStack {
  /** One `[H,N,N]` array a layer, row-major. */
  readonly layers: readonly FloatArray[];
  /** H. */
  readonly heads: number;
  /** N, prefix tokens included. */
  readonly tokens: number;
  /** CLS, distillation and register tokens before the first patch; token 0 is the CLS token. */
  readonly prefixTokens: number;
  /** Tokens that the classification head reads, averaged: `[0]` for CLS, `[0, 1]` for a distilled DeiT. */
  readonly outputTokens: readonly number[];
}

/** A row for every query of an attention pooler, put on the tokens after every layer. */
export interface PoolerStack {
  /** One `[H,Q,N]` array a layer, row-major. */
  readonly layers: readonly FloatArray[];
  /** The same for the empty prompt, where the target is a text embedding that comes with one. */
  readonly emptyPrompt: readonly FloatArray[] | null;
  /** H. */
  readonly heads: number;
  /** Q: learnt queries, 1 in most models. */
  readonly queries: number;
  /** N, prefix tokens included. */
  readonly tokens: number;
  readonly prefixTokens: number;
}

/** The residual stream around one block, each `[N,D]`. */
export interface TokenBlock {
  /** X_l. */
  readonly input: FloatArray;
  /** M_l: after attention, before the MLP. */
  readonly mid: FloatArray;
  /** X_{l+1}. */
  readonly output: FloatArray;
}

/** A value with a cell of the picture at every position: activation and gradient, each `[C,h,w]`. */
export interface FeatureTensors {
  readonly activation: FloatArray;
  readonly gradient: FloatArray;
  readonly channels: number;
  readonly rows: number;
  readonly columns: number;
}

/** `[3,S,S]`, normalised. */
export interface Picture {
  readonly pixels: FloatArray;
  /** S. */
  readonly size: number;
}

/** Weighted sums over the pictures of a path, each `[3,S,S]`. */
export interface InputPath {
  readonly gradient: FloatArray;
  readonly absolute: FloatArray;
  readonly square: FloatArray;
  /** y at the picture. */
  readonly scoreAtPicture: number;
  /** y at the all-zero picture (mean grey), from which integrated gradients start. */
  readonly scoreAtBaseline: number;
}

/** Which variant of its tensors a method wants; what is absent is the default. */
export interface TensorVariant {
  /** Rules of `attentionRelevance` and `inputRelevance`. */
  readonly relevance?: RelevanceRules;
  /** Feature map of `features`, counted back from the last one: 0 is the last. */
  readonly featureLayer?: number;
  /** What the head is put on for `localGradient`: the mean of all tokens (LeGrad's code), or what it always reads. */
  readonly pooling?: "mean" | "head";
  /** Pictures of `attentionPath` and `inputPath`; their weights sum to 1, but for rules kept to match authors' code. */
  readonly path?: readonly PictureVariant[];
}

/** How relevance is passed on. */
export type RelevanceRules =
  /** Chefer et al. 2021, see `lrp`. */
  | { readonly table: "lrp"; readonly layers: "ours" | "original"; readonly epsilon?: number }
  /** Achtibat et al. 2024; `explicit` are the rules per operator, the others gradient times input. */
  | { readonly table: "attn-lrp-explicit" }
  /** Without a gamma, linear layers keep the gradient's own rule; gamma 0 is the gamma rule with its stabilisers. */
  | {
      readonly table: "attn-lrp" | "cp-lrp";
      readonly gamma?: { readonly convolution: number; readonly linear: number };
    };

/** One picture of a path: `scale * x + noise * (max x - min x) * n`, n standard normal from `seed`. */
export interface PictureVariant {
  readonly weight: number;
  readonly scale: number;
  readonly noise?: { readonly deviation: number; readonly seed: number };
}
