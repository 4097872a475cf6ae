// What the goldens of the real DeiT-Tiny call their maps, as requests to the product and in the scale they have there.
import type { ExplainRequest } from "../../src/bridge/contract.ts";
import type { OptionsOf } from "../../src/core/attribution/registry.ts";
import type { GoldenMap } from "./golden-real.ts";
import { requestOf } from "./request-of.ts";
import { dividedByMaximum, stretched } from "./stretched.ts";

/** How a recorded map is had. */
export interface RealMap {
  readonly requests: readonly ExplainRequest[];
  /** Brings what the product gives to the witness's scale. */
  readonly scaled: (map: Float32Array) => ArrayLike<number>;
  /** What the product gives of the witness's map: methods that show no negative part have none. */
  readonly shown: (map: readonly number[]) => readonly number[];
  /** Divisions near zero leave entries open in single precision; only their order is compared. */
  readonly isUnstable: boolean;
}

const raw = { scaled: (map: Float32Array) => map, shown: same, isUnstable: false } as const;

/** By the goldens' names of methods. */
const readings: Readonly<Record<string, (map: GoldenMap) => RealMap>> = {
  rollout: ({ variant = "", head_fusion: fusion = "mean", discard: discardRatio = 0 }) => ({
    ...raw,
    requests: [
      requestOf("rollout", { fusion, discardRatio, normalisation: rolloutNormalisations[variant]! }),
    ],
    scaled: dividedByMaximum,
  }),
  chefer_rollout: ({ start_layer: startLayer = 0 }) => ({
    ...raw,
    requests: [
      requestOf("rollout", { discardRatio: 0, startLayer }),
      requestOf("abnar-zuidema", { startLayer }),
    ],
  }),
  last_layer_attn: () => ({
    ...raw,
    requests: [requestOf("last-layer-attention"), requestOf("raw-attention")],
  }),
  grad_rollout: ({ variant = "", discard: discardRatio = 0, cls }) => {
    const options = { discardRatio, normalisation: "vit-explain" } as const;
    const request = requestOf("gradient-rollout", { variant: gradientVariants[variant]!, ...options }, cls);
    return { ...raw, requests: [request], scaled: dividedByMaximum };
  },
  iccv21: ({ cls }) => ({ ...raw, requests: [requestOf("generic-attention", {}, cls)] }),
  agcam: ({ cls }) => ({ ...raw, requests: [requestOf("agcam", {}, cls)] }),
  attn_gradcam: ({ cls }) => ({
    ...raw,
    requests: [requestOf("attention-grad-cam", {}, cls)],
    scaled: stretched,
  }),
  legrad_classifier: ({ layers, pool, cls }) => {
    const pooling = pool === "mean" ? "mean" : "head";
    const request = requestOf("legrad", { firstLayer: layers === "all" ? 0 : -2, pooling }, cls);
    return { ...raw, requests: [request], scaled: stretched };
  },
  tam: ({ start_layer: startLayer = 0, cls }) => ({
    ...raw,
    requests: [requestOf("tam", { startLayer, steps: 20 }, cls)],
  }),
  gradcam_norm1: ({ cls }) => ({
    ...raw,
    requests: [requestOf("grad-cam", {}, cls)],
    scaled: (map) => stretched(map, 1e-7),
  }),
  gradcam_norm1_raw: ({ cls }) => ({
    ...raw,
    requests: [requestOf("grad-cam", {}, cls)],
    shown: (map) => map.map((value) => Math.max(value, 0)),
  }),
  cvpr21_transformer_attribution: ({ start_layer: startLayer = 0, cls }) => ({
    ...raw,
    requests: [requestOf("transformer-attribution", { startLayer }, cls)],
    isUnstable: true,
  }),
};

/** @throws Error for a map that no method here gives: every one of a file must be had. */
export function realMap(map: GoldenMap): RealMap {
  const reading = Object.hasOwn(readings, map.method) ? readings[map.method]!(map) : undefined;
  const isKnown = reading?.requests.every(
    ({ options }) => !Object.values(options).includes(undefined as never),
  );
  if (reading !== undefined && isKnown) return reading;
  throw new Error(`no method gives the golden map ${map.method} ${map.variant ?? ""}`);
}

const rolloutNormalisations: Readonly<Record<string, OptionsOf<"rollout">["normalisation"]>> = {
  as_written: "vit-explain",
  as_written_f32: "vit-explain",
  row_normalised: "row",
};

const gradientVariants: Readonly<Record<string, OptionsOf<"gradient-rollout">["variant"]>> = {
  intended: "intended",
  order_fixed: "order-fixed",
  as_written: "as-written",
  as_written_f32: "as-written",
};

function same(map: readonly number[]): readonly number[] {
  return map;
}
