// What the COCO experiment calls its maps, as requests to the product.
import type { ExplainRequest } from "../../src/bridge/contract.ts";
import type { OptionsOf } from "../../src/core/attribution/registry.ts";
import { requestOf } from "./request-of.ts";

/** How a map of the experiment is had. */
export interface ExperimentMap {
  /** null for the map that is 1 everywhere. */
  readonly request: ExplainRequest | null;
  /** Whether FAF is taken of the map brought from its smallest value to its largest as 0..1. */
  readonly isStretched: boolean;
  /** Divisions near zero leave a single picture's value open in single precision; only means are compared. */
  readonly isUnstable: boolean;
}

type Groups = Readonly<Record<string, string | undefined>>;

/** Names, and what they ask for. */
const readings: readonly (readonly [name: RegExp, request: (groups: Groups) => ExplainRequest | null])[] = [
  [/^uniform$/, () => null],
  [
    /^rollout_(?<asWritten>vitexplain_aswritten_)?(?<fusion>mean|max|min)_d(?<ratio>\d+)$/,
    ({ asWritten, fusion, ratio }) =>
      requestOf("rollout", {
        fusion: fusion as OptionsOf<"rollout">["fusion"],
        discardRatio: ratioOf(ratio),
        normalisation: asWritten ? "vit-explain" : "row",
      }),
  ],
  [
    /^gradroll_(?<variant>intended|aswritten)_d(?<ratio>\d+)(?<columns>_colnorm)?$/,
    ({ variant, ratio, columns }) =>
      requestOf("gradient-rollout", {
        variant: variant === "intended" ? "intended" : "as-written",
        discardRatio: ratioOf(ratio),
        normalisation: variant === "aswritten" || columns ? "vit-explain" : "row",
      }),
  ],
  [/^iccv21$/, () => requestOf("generic-attention")],
  [
    /^cvpr21_ta_s(?<start>\d+)$/,
    ({ start }) => requestOf("transformer-attribution", { startLayer: Number(start) }),
  ],
  [
    /^legrad_all_(?<token>mean|cls)pool(?:_minmax)?$/,
    ({ token }) => requestOf("legrad", { pooling: token === "mean" ? "mean" : "head" }),
  ],
  [/^last_layer_attn$/, () => requestOf("last-layer-attention")],
  [/^attn_gradcam(?:_minmax)?$/, () => requestOf("attention-grad-cam")],
  [/^gradcam_norm1$/, () => requestOf("grad-cam")],
  [/^agcam$/, () => requestOf("agcam")],
];

/** @throws Error for a name that says nothing here: every map of the experiment must be had. */
export function experimentMap(name: string): ExperimentMap {
  for (const [pattern, request] of readings) {
    const match = pattern.exec(name);
    if (match !== null)
      return {
        request: request(match.groups ?? {}),
        isStretched: name.endsWith("_minmax"),
        isUnstable: name.startsWith("cvpr21_ta_"),
      };
  }
  throw new Error(`no method gives the experiment's map ${name}`);
}

/** "09" is 0.9, and "0" is 0. */
function ratioOf(digits: string | undefined): number {
  return Number(digits?.replace(/^0(?=\d)/, "0."));
}
