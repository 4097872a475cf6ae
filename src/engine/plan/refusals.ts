// Why a network does not give a tensor: what its anatomy lacks, or where a gradient's way ends.
import type { MethodRefusal } from "../../bridge/contract.ts";
import { isXaiError, XaiError } from "../../core/errors.ts";
import type { Network } from "./network.ts";
import type { TensorNeed } from "./tensor-need.ts";

/** What the network lacks for this tensor; null where it has all that is needed, gradients aside. */
export function lackOf(network: Network, need: TensorNeed): MethodRefusal | null {
  const { kind } = need;
  if (kind === "picture" || kind.startsWith("input")) return null;
  if (kind === "features") return lackOfMap(network, (need as { readonly layer?: number }).layer ?? 0);
  const { transformer, refused } = network;
  const reasonOf = (what: "attention" | "stream") => refused.find((each) => each.what === what)?.reason;
  if (transformer === null)
    return { kind: "no-attention", reason: reasonOf("attention") ?? "it has no attention" };
  if (onStream.has(kind) && transformer.stream === null)
    return { kind: "no-stream", reason: reasonOf("stream") ?? "its blocks do not add to one stream" };
  if (kind === "poolerGradient" && transformer.pooling.length !== 1)
    return { kind: "no-attention", reason: "it does not pool its tokens by one attention" };
  return null;
}

function lackOfMap({ featureMaps, refused }: Network, layer: number): MethodRefusal | null {
  if (layer < featureMaps.length) return null;
  const reason =
    featureMaps.length > 0
      ? `it has ${featureMaps.length} feature maps`
      : (refused.find(({ what }) => what === "stream")?.reason ??
        "none of its values keeps rows and columns");
  return { kind: "no-feature-map", reason };
}

const onStream: ReadonlySet<TensorNeed["kind"]> = new Set([
  "tokens",
  "tokenGradient",
  "localGradient",
  "poolerGradient",
  "projectedValues",
]);

/** The same as an error, for a request that was made all the same. */
export function errorOfRefusal(refusal: MethodRefusal): XaiError {
  const { kind } = refusal;
  if (kind !== "no-gradient") return new XaiError(`anatomy/${kind}`, { reason: refusal.reason });
  const { operator, node, reason } = refusal;
  return reason === undefined
    ? new XaiError("autodiff/no-rule", { operator, node })
    : new XaiError("autodiff/unsupported", { operator, node, reason });
}

/** What a failed try to build a backward pass says about the method; null for other errors. */
export function refusalOfError(error: unknown): MethodRefusal | null {
  if (isXaiError(error, "autodiff/no-rule")) return { kind: "no-gradient", ...error.details };
  if (isXaiError(error, "autodiff/unsupported")) return { kind: "no-gradient", ...error.details };
  if (isXaiError(error, "autodiff/unreachable") || isXaiError(error, "autodiff/unknown-shape")) {
    const { tensor } = error.details;
    const reason = isXaiError(error, "autodiff/unreachable")
      ? "the scores do not depend on it"
      : "its shape cannot be told";
    return { kind: "no-gradient", operator: tensor, node: tensor, reason };
  }
  return null;
}
