// Says in one sentence why a graph gives no attention maps, and what is possible instead.
import { XaiError } from "../errors.ts";
import type { Node } from "../onnx/model.ts";
import type { FlowContext } from "./softmax-attention.ts";

/** An `anatomy/no-attention` error. */
export function noAttention(reason: string): XaiError<"anatomy/no-attention"> {
  return new XaiError("anatomy/no-attention", { reason });
}

/** @throws anatomy/no-attention where attention is a single operator that keeps its matrix to itself. */
export function refuseFused(context: FlowContext): void {
  const fused = nodesOnPicture(context).filter(isFusedAttention);
  const [first] = fused;
  if (first === undefined) return;
  const origin = first.domain === "com.microsoft" ? "com.microsoft" : "operator set 23";
  throw noAttention(
    `its attention is fused into ${fused.length} nodes ${first.opType} (${origin}), which do not give out their ` +
      "matrix; they must be expanded into MatMul, Softmax, MatMul first, or the model exported unfused",
  );
}

/** @throws anatomy/no-attention where activations are rounded to 8 bits. */
export function refuseQuantised(context: FlowContext): void {
  const operators = new Set(
    nodesOnPicture(context)
      .map(({ opType }) => opType)
      .filter((opType) => quantising.test(opType)),
  );
  if (operators.size === 0) return;
  throw noAttention(
    `its activations are quantised to 8 bits (${[...operators].join(", ")}), so its attention is not that of the ` +
      "trained model; use the fp32 or fp16 file",
  );
}

/** Why no softmax was found that multiplies values. */
export function attentionFree(context: FlowContext): XaiError<"anatomy/no-attention"> {
  const nodes = nodesOnPicture(context);
  const isConvolutional = nodes.some(({ opType }) => opType === "Conv" || opType === "FusedConv");
  const hasSoftmax = nodes.some(({ opType }) => opType === "Softmax");
  const what = hasSoftmax
    ? "no softmax over queries and keys is multiplied directly with values made from the picture"
    : "it has no attention: no softmax works on the picture";
  return noAttention(isConvolutional ? `${what}; for a convolutional network use Grad-CAM` : what);
}

const fusedAttentions: ReadonlySet<string> = new Set([
  "Attention",
  "MultiHeadAttention",
  "GroupQueryAttention",
  "PackedAttention",
  "PackedMultiHeadAttention",
  "DecoderMaskedMultiHeadAttention",
  "DecoderMaskedSelfAttention",
  "LongformerAttention",
  "QAttention",
  "QOrderedAttention",
]);

function isFusedAttention(node: Node): boolean {
  return fusedAttentions.has(node.opType);
}

/** Activations only: a DequantizeLinear on weights alone never meets the picture. */
const quantising =
  /^(?:(?:Dynamic)?QuantizeLinear|DequantizeLinear|MatMulInteger(?:ToFloat)?|ConvInteger|Q(?:Linear|Attention|Gemm).*|DynamicQuantize.*)$/;

function nodesOnPicture(context: FlowContext): readonly Node[] {
  return context.index.order.filter((node) => node.outputs.some((name) => context.fromImage.has(name)));
}
