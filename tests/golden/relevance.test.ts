// Methods on relevance against the authors' own code on the tiny ViT and its relatives, in double precision.
import { describe, expect, test } from "vitest";
import { fullRelevance } from "../../src/core/attribution/full-relevance.ts";
import { lastLayerAttention } from "../../src/core/attribution/last-layer-attention.ts";
import { initialOptions } from "../../src/core/attribution/method.ts";
import { partialRelevance } from "../../src/core/attribution/partial-relevance.ts";
import type { MethodId } from "../../src/core/attribution/registry.ts";
import { relevanceRollout } from "../../src/core/attribution/relevance-rollout.ts";
import { rollout } from "../../src/core/attribution/rollout.ts";
import type { FloatArray } from "../../src/core/attribution/tensors.ts";
import { transformerAttribution } from "../../src/core/attribution/transformer-attribution.ts";
import { type GoldenArray, readGolden, relativeError, toNumbers } from "../support/golden.ts";
import {
  type GoldenNetwork,
  goldenValues,
  type RelevanceTensors,
  relevanceTensorsOf,
} from "../support/golden-gradients.ts";
import { type VitWeights, vitValues } from "../support/golden-vit-parts.ts";
import { noteError } from "../support/measured-errors.ts";
import { type Relative, relativeOfVit } from "../support/relatives.ts";
import { missing } from "../support/witnesses.ts";

const skipped = missing("golden");
const tolerance = 1e-8;

type Case = { readonly class: number | null } & Readonly<Record<string, GoldenArray>>;

/** How a golden's name reads: the method, and what the name leaves open. */
interface Reading {
  readonly name: RegExp;
  /** null where the golden is a tensor that methods are given. */
  readonly id: MethodId | null;
  /** @param layer the number at the end of the name, or 0. */
  readonly explain: (tensors: RelevanceTensors, layer: number, code: Code) => FloatArray;
}

/** What differs between the authors' first code and what followed it for other networks. */
interface Code {
  readonly clamp: "before-mean" | "after-mean";
  readonly rowNormalisation: "off" | "on";
  /** There "rollout" and "last_layer" are of attention itself for two of the networks. */
  readonly readsAttention: boolean;
}

/** Relevance depends on the rules, which the tensors were made by; the option says it once more. */
const rules = "ours";

const readings: readonly Reading[] = [
  {
    name: /^(?:transformer_attribution|grad)_start(\d+)$/,
    id: transformerAttribution.id,
    explain: (tensors, startLayer, { clamp, rowNormalisation }) =>
      transformerAttribution.explainer(tensors)({ rules, startLayer, clamp, rowNormalisation }),
  },
  {
    name: /^rollout_start(\d+)$/,
    id: relevanceRollout.id,
    explain: (tensors, startLayer, { rowNormalisation, readsAttention }) =>
      readsAttention
        ? rollout.explainer(tensors)({ ...initialOptions(rollout.options), discardRatio: 0, startLayer })
        : relevanceRollout.explainer(tensors)({ rules, startLayer, rowNormalisation }),
  },
  {
    name: /^full(?:_start\d+)?$/,
    id: fullRelevance.id,
    explain: (tensors) => fullRelevance.explainer(tensors)({ rules }),
  },
  partial(/^last_layer(?:_start\d+)?$/, -1, "none"),
  partial(/^last_layer_ablation$/, -1, "gradient"),
  partial(/^second_layer$/, 1, "none"),
  partial(/^second_layer_ablation$/, 1, "gradient"),
  {
    name: /^last_layer_attn(?:_start\d+)?$/,
    id: lastLayerAttention.id,
    explain: (tensors) => lastLayerAttention.explainer(tensors)({}),
  },
  {
    name: /^attn_cam_(\d+)$/,
    id: null,
    explain: ({ attentionRelevance }, layer) => attentionRelevance.layers[layer]!,
  },
  {
    name: /^attn_grad_(\d+)$/,
    id: null,
    explain: ({ attentionGradient }, layer) => attentionGradient.layers[layer]!,
  },
];

function partial(name: RegExp, layer: number, weighting: "none" | "gradient"): Reading {
  return {
    name,
    id: partialRelevance.id,
    explain: (tensors, _, { readsAttention }) => {
      const given = readsAttention ? { ...tensors, attentionRelevance: tensors.attention } : tensors;
      return partialRelevance.explainer(given)({ rules, layer, weighting });
    },
  };
}

/** The class, and relevance of values, which no method is given; see lrp.test.ts. */
const elsewhere = /^(?:class|v_cam_\d+)$/;

function check(label: string, golden: Case, tensors: RelevanceTensors, code: Code): void {
  for (const name of Object.keys(golden)) {
    if (elsewhere.test(name)) continue;
    const expected = toNumbers(golden[name]!);
    const reading = readings.find((each) => each.name.test(name));
    expect(reading, `a reading of ${name}`).toBeDefined();
    const map = reading!.explain(tensors, Number(reading!.name.exec(name)![1] ?? 0), code);
    const error = relativeError(map, expected);
    if (reading!.id !== null) noteError(reading!.id, "tiny", error);
    expect(error, `${label} ${name} of class ${golden.class}`).toBeLessThan(tolerance);
  }
}

/** The class, or the most probable one where the golden left the choice to the authors' code. */
function classOf(golden: Case, network: GoldenNetwork): number {
  const [logits] = goldenValues(network, [vitValues.logits]);
  return golden.class ?? logits!.indexOf(Math.max(...logits!));
}

describe.skipIf(skipped)(`methods on CVPR 2021 relevance${skipped}`, () => {
  const golden = skipped ? undefined : readGolden<Record<"ours" | "orig_lrp", Case[]>>("chefer_f64.json");
  const code = { clamp: "before-mean", rowNormalisation: "off", readsAttention: false } as const;
  const network = skipped ? undefined : { model: relativeOfVit("vit", {}) };
  const cases = (["ours", "orig_lrp"] as const).flatMap((set) =>
    (golden?.[set] ?? []).map((each) => [set, each.class, each] as const),
  );

  test("has both sets of layers", () => {
    expect(new Set(cases.map(([set]) => set))).toEqual(new Set(["ours", "orig_lrp"]));
  });

  test.each(cases)("%s, class %s", (set, _, each) => {
    const layers = set === "ours" ? "ours" : "original";
    const { relevance } = transformerAttribution.variant!({
      ...initialOptions(transformerAttribution.options),
      rules: layers,
    });
    expect(relevance).toEqual({ table: "lrp", layers });
    check(set, each, relevanceTensorsOf(network!, classOf(each, network!), relevance!), code);
  });
});

describe.skipIf(skipped)(`the same methods in the code for other networks${skipped}`, () => {
  interface Network {
    readonly extra_params: VitWeights;
    readonly cases: readonly Case[];
  }
  const models = skipped ? {} : readGolden<{ models: Record<Relative, Network> }>("mxz2013_f64.json").models;
  const networks = Object.entries(models) as [Relative, Network][];

  test("has networks", () => expect(networks.length).toBeGreaterThan(0));

  test.each(networks)("%s", (name, { extra_params, cases }) => {
    expect(cases.length).toBeGreaterThan(0);
    const network = { model: relativeOfVit(name, extra_params) };
    const readsAttention = name === "dinov2" || name === "clip";
    const code = { clamp: "after-mean", rowNormalisation: "on", readsAttention } as const;
    for (const each of cases) {
      const tensors = relevanceTensorsOf(network, classOf(each, network), { table: "lrp", layers: "ours" });
      check(name, each, tensors, code);
    }
  });
});
