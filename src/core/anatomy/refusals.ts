// Says in one sentence why a graph gives no attention maps, and what is possible instead.
import { XaiError } from "../errors.ts";
import type { Node } from "../onnx/model.ts";
import { isStandardDomain } from "../onnx/operator-sets.ts";
import { stepAt } from "./axes/follow-axis.ts";
import { summedAxis } from "./axes/product-fates.ts";
import type { FlowContext } from "./flow-context.ts";
import type { FoundAttention } from "./softmax-attention.ts";

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

/** @throws anatomy/no-attention where features look at features, so that a row is no patch. */
export function refuseChannelAttention(context: FlowContext, { product, tensor }: FoundAttention): void {
  for (const place of [0, 1]) {
    const layout = context.places.get(product.inputs[place]!);
    const step = stepAt(context, product, place, 0);
    if (layout?.kind !== "tokens" || step === null || summedAxis(step) !== layout.axis) continue;
    const size = context.facts.get(tensor)?.shape?.at(-1) ?? "d";
    throw noAttention(
      `its attention runs over ${size} x ${size} channels, summed over the patches (as in XCiT), so no row of it ` +
        "belongs to a patch",
    );
  }
}

/** @throws anatomy/quantised where activations are rounded to 8 bits. */
export function refuseQuantised(context: FlowContext): void {
  const operators = new Set(
    nodesOnPicture(context)
      .map(({ opType }) => opType)
      .filter((opType) => quantising.test(opType)),
  );
  if (operators.size === 0) return;
  throw new XaiError("anatomy/quantised", { operators: [...operators] });
}

/** @throws anatomy/no-attention where in some layers no softmax alone says how values are mixed. */
export function refuseHidden(hidden: readonly FoundAttention[], found: readonly FoundAttention[]): void {
  if (hidden.length === 0) return;
  throw noAttention(
    `in ${hidden.length} of its ${hidden.length + found.length} layers attention is mixed between heads, cut or ` +
      "weighted after the softmax (as in CaiT or ConViT), so that no softmax alone says how values are mixed",
  );
}

/** Why no softmax was found that multiplies values. */
export function attentionFree(context: FlowContext): XaiError<"anatomy/no-attention"> {
  const nodes = nodesOnPicture(context);
  const wrapped = nodes.find(({ domain }) => !isStandardDomain(domain) && domain !== "com.microsoft");
  if (wrapped !== undefined)
    return noAttention(`its operators are wrapped into functions such as ${wrapped.opType}`);
  const convolutions = nodes.filter(({ opType }) => opType === "Conv" || opType === "FusedConv");
  const advice = convolutions.length > 1 ? "; for a convolutional network use Grad-CAM" : "";
  return noAttention(`it has no attention: no softmax of queries and keys works on the picture${advice}`);
}

/** Why attention with a single query is not enough. */
export function onlyPooling(): XaiError<"anatomy/no-attention"> {
  return noAttention("its only attention is a head that pools the tokens");
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
