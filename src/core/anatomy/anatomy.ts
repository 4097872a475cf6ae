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

export interface Grid {
  readonly rows: number;
  readonly columns: number;
}

/** Found by data flow, never by names. What only a run can tell is null: see `completeAnatomy`. */
export interface ClassifierAnatomy {
  readonly input: ImageInput;
  readonly otherInputs: readonly OtherInput[];
  readonly logits: LogitsOutput;
  /** Self-attention over the patches, in execution order; at least one. */
  readonly attention: readonly AttentionTensor[];
  /** Attention with a single query (MAP head, attention pooling, class attention), `[1,H,1,N]`. */
  readonly pooling: readonly AttentionTensor[];
  /** Side of a patch in pixels of the input; null where only a run tells. */
  readonly patchSize: number | null;
  readonly grid: Grid | null;
  /** N. */
  readonly tokens: number | null;
  /** CLS, distillation and register tokens, which come before the first patch. */
  readonly prefixTokens: number | null;
}

/** An anatomy without gaps. */
export interface CompleteAnatomy extends ClassifierAnatomy {
  readonly input: ImageInput & { readonly channels: number; readonly size: number };
  readonly logits: LogitsOutput & { readonly classes: number };
  readonly attention: readonly (AttentionTensor & { readonly heads: number; readonly tokens: number })[];
  readonly patchSize: number;
  readonly grid: Grid;
  readonly tokens: number;
  readonly prefixTokens: number;
}
