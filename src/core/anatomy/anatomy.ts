// What is known about a classifier's graph: where the picture goes in, where attention and logits come out.

/** The input that takes the picture. */
export interface ImageInput {
  readonly name: string;
  readonly elementType: "float32" | "float16" | "float64";
  /** 3 in all but exotic files; null where the file leaves it open. */
  readonly channels: number | null;
  /** Side of the square picture in pixels; null where neither the input nor the position embeddings fix it. */
  readonly size: number | null;
}

/** An input that is no picture: a text encoder's tokens, a mask. It must be fed too. */
export interface OtherInput {
  readonly name: string;
  /** ONNX's number for the element type, see `ElementType`. */
  readonly elementType: number;
  /** null: dynamic. */
  readonly shape: readonly (number | null)[] | null;
}

export interface LogitsOutput {
  /** The scores before any softmax. It need not be an output of the file: pass it to `exposeOutputs`. */
  readonly name: string;
  /** C; null where only a run tells. */
  readonly classes: number | null;
}

/** One attention softmax: `[1,H,N,N]`, or `[H,N,N]` where heads were folded into the batch. */
export interface AttentionTensor {
  /** Name of the softmax's output. */
  readonly tensor: string;
  /** H; null where only a run tells. */
  readonly heads: number | null;
  /** N, keys included in a row; null where only a run tells. */
  readonly tokens: number | null;
}

/** One operand of an attention's products, heads apart: `[1,H,N,d]`, or with its last axes swapped. */
export interface HeadTensor {
  readonly tensor: string;
  /** The axis of the tokens; of the last two the other one is d. */
  readonly tokenAxis: number;
}

/** One attention with what it is made of. */
export interface AttentionLayer extends AttentionTensor {
  /** What the softmax reads, `[1,H,N,N]`: products after scale, masks and position bias. */
  readonly scores: string;
  /** Before the scale, after rotary positions. Operands are null where their axes cannot be told. */
  readonly queries: HeadTensor | null;
  readonly keys: HeadTensor | null;
  readonly values: HeadTensor | null;
}

/** Names of a block's values of the residual stream, in the notation of the papers; all of one shape. */
export interface StreamBlock {
  /** X_l. */
  readonly input: string;
  /** What the attention's first weights read: the norm of X_l, or X_l itself without one. null: no weights. */
  readonly norm1: string | null;
  /** M_l: X_l plus the attention's branch. */
  readonly mid: string;
  /** What the MLP's first weights read: the norm of M_l. null where nothing follows the attention. */
  readonly norm2: string | null;
  /** X_{l+1}; the same as `mid` where nothing follows the attention. */
  readonly output: string;
}

/** A way in which tokens reach the scores: one by itself, or several as a mean, a maximum, or otherwise mixed. */
export interface TokenReading {
  readonly kind: "token" | "mean" | "maximum" | "mixture";
  /** Ascending; a single one for "token". */
  readonly tokens: readonly number[];
}

/** What of the tokens the classification head reads. */
export interface ClassifierHead {
  /** X_L: everything after it is final norm and head, see `rerootHead`. */
  readonly input: string;
  /** All tokens after the final norm; null where they are pooled first, or not normalised. */
  readonly norm: string | null;
  /** How tokens reach the scores. */
  readonly readings: readonly TokenReading[];
  /**
   * The tokens whose rows of a rollout are averaged: those that are read by themselves (the class token; class and
   * distillation token); else all that are read together. Beside a class token a mean of patches counts for nothing,
   * as in the reference for DINOv2: see `readings` for it.
   */
  readonly outputTokens: readonly number[];
}

/** The values that all blocks add to. */
export interface ResidualStream {
  /** The axis of the tokens in X_l, M_l and X_{l+1}: 1 in `[1,N,D]`. */
  readonly tokenAxis: number;
  /** One for every attention. */
  readonly blocks: readonly StreamBlock[];
  readonly head: ClassifierHead;
}

export interface Grid {
  readonly rows: number;
  readonly columns: number;
}

/** A value in which every position belongs to a cell of the picture: what CAM methods weigh and sum. */
export interface FeatureMap {
  readonly tensor: string;
  /** `[1,C,h,w]` or `[1,h,w,C]`; or `[1,N,C]`, whose patches begin at position `first`, row by row. */
  readonly places: SpatialLayout;
  /** The axis of C. */
  readonly channelAxis: number;
  /** C; null where only a run tells. */
  readonly channels: number | null;
  /** Cells; null where only a run tells. */
  readonly grid: Grid | null;
}

/** Where the picture's rows and columns lie in a value. */
export type SpatialLayout =
  | { readonly kind: "map"; readonly rows: number; readonly columns: number }
  /** Patches row by row along one axis, from position `first` on; others there are learnt tokens. */
  | { readonly kind: "tokens"; readonly axis: number; readonly first: number; readonly grid: Grid };

/** A classifier that keeps feature maps until it pools them: convolutional networks, Swin, PVT, mixers. */
export interface ConvolutionalAnatomy {
  readonly input: ImageInput;
  readonly otherInputs: readonly OtherInput[];
  readonly logits: LogitsOutput;
  /** The last map of every resolution, from the first to the last; all that the scores know passes each of them. */
  readonly stages: readonly FeatureMap[];
  /** The last one, after its activation and before the pooling: what Grad-CAM is taken on. */
  readonly featureMap: FeatureMap;
}

/** Found by data flow, never by names. What only a run can tell is null: see `completeAnatomy`. */
export interface ClassifierAnatomy {
  readonly input: ImageInput;
  readonly otherInputs: readonly OtherInput[];
  readonly logits: LogitsOutput;
  /** Self-attention over the patches, in execution order; at least one. */
  readonly attention: readonly AttentionLayer[];
  /** null where it cannot be told; `gaps` says why. */
  readonly stream: ResidualStream | null;
  /** Attention with a single query (MAP head, attention pooling, class attention), `[1,H,1,N]`. */
  readonly pooling: readonly AttentionTensor[];
  /** Side of a patch in pixels of the input; null where only a run tells. */
  readonly patchSize: number | null;
  readonly grid: Grid | null;
  /** N. */
  readonly tokens: number | null;
  /** CLS, distillation and register tokens, which come before the first patch. */
  readonly prefixTokens: number | null;
  /** Sentences on what could not be found, and so cannot be computed. */
  readonly gaps: readonly string[];
}

/** An anatomy without gaps. */
export interface CompleteAnatomy extends ClassifierAnatomy {
  readonly input: ImageInput & { readonly channels: number; readonly size: number };
  readonly logits: LogitsOutput & { readonly classes: number };
  readonly attention: readonly (AttentionLayer & { readonly heads: number; readonly tokens: number })[];
  readonly patchSize: number;
  readonly grid: Grid;
  readonly tokens: number;
  readonly prefixTokens: number;
  /** See `ClassifierHead`; told from the prefix tokens where the head cannot be followed. */
  readonly outputTokens: readonly number[];
}
