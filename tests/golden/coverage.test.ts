// Nothing in the goldens goes unread: a file, or an entry of a case, that no test here knows is a failure.
import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readGolden } from "../support/golden.ts";
import { missing, witnesses } from "../support/witnesses.ts";

const skipped = missing("golden");

/** Entries that tests read of a file of maps, or of each of its cases; lists of cases by their own name. */
interface Known {
  readonly entries: RegExp;
  readonly cases?: Readonly<Record<string, RegExp>>;
}

const map = /^(?:category|class|map|logit|sum|method|layer|discard_ratio|start_layer|steps|entry)$/;

const known: Readonly<Record<string, Known>> = {
  "attention_flow.json": { entries: /^(?:rollout_(?:no)?residual|flow_cls_layer\d+(?:_raw)?)$/ },
  "attnlrp_ops.json": { entries: /^(?:softmax|matmul|linear_epsilon|add2|mul2|layer_norm)$/ },
  "attnlrp_vit.json": {
    entries: /^logits$/,
    cases: { cases: /^(?:(?:conv|linear)_gamma|category|logit|map|sum)$/ },
  },
  "captum_ig.json": {
    entries: /^$/,
    cases: {
      cases:
        /^(?:category|saliency_abs|input_x_gradient|ig_(?:gausslegendre|riemann_(?:trapezoid|middle|left|right)))$/,
    },
  },
  "chefer_f64.json": {
    entries: /^logits_ViT_LRP$/,
    cases: {
      ours: /^(?:class|(?:transformer_attribution|rollout)_start\d+|full|(?:last|second)_layer(?:_ablation)?|last_layer_attn|(?:attn|v)_cam_\d+|attn_grad_\d+)$/,
      orig_lrp:
        /^(?:class|(?:grad|rollout)_start\d+|full|(?:last|second)_layer(?:_ablation)?|last_layer_attn)$/,
      baselines: map,
      iccv2021: map,
    },
  },
  "gradcam.json": {
    entries: /^cnn_(?:weights|logits)$/,
    cases: {
      vit: /^(?:layer|method|category|map|raw|activations|gradients)$/,
      cnn: /^(?:method|category|map|raw|activations|gradients)$/,
    },
  },
  "jacobgil_grad_rollout.json": {
    entries: /^$/,
    cases: {
      cases:
        /^(?:category|discard_ratio|as_written(?:_f64)?|order_fixed_score_grad|attn_grad_reversed|intended)$/,
    },
  },
  "jacobgil_rollout.json": { entries: /^$/, cases: { cases: /^(?:head_fusion|discard_ratio|mask(?:64)?)$/ } },
  "legrad_clip_f64.json": {
    entries: /^(?:text_embedding_raw|extra_params)$/,
    cases: { layers: /^(?:layer_index|starting_depth|single|multi|per_layer)$/ },
  },
  "legrad_siglip_f64.json": {
    entries: /^(?:text|empty_text|extra_params)$/,
    cases: { cases: /^(?:layer_index|apply_correction|threshold|prompt|map)$/ },
  },
  "mxz2013_f64.json": { entries: /^models$/ },
  "other_methods_f64.json": {
    entries: /^$/,
    cases: {
      tam: /^(?:category|start_layer|steps|with_integral|map)$/,
      bth: map,
      agcam: /^(?:category|map)$/,
    },
  },
};

/** The tiny ViT itself, the same numbers in single precision, and what is not about methods. */
const elsewhere =
  /^(?:model_weights|forward_f(?:32|64)|\w+_f32|resize_colormap|chefer_perturbation|quantus_metrics|rise_insertion_deletion|road_imputer|segmentation_metrics)\.json$/;

describe.skipIf(skipped)(`goldens${skipped}`, () => {
  const files = skipped ? [] : readdirSync(witnesses.golden).filter((name) => name.endsWith(".json"));

  test("every file is read", () => {
    expect(files.filter((file) => !Object.hasOwn(known, file) && !elsewhere.test(file))).toEqual([]);
  });

  test.each(files.filter((file) => Object.hasOwn(known, file)))("every entry of %s is read", (file) => {
    const { entries, cases = {} } = known[file]!;
    const { meta: _, ...golden } = readGolden<Record<string, unknown>>(file);
    const unread = Object.entries(golden).flatMap(([name, value]) => {
      if (!Object.hasOwn(cases, name)) return entries.test(name) ? [] : [name];
      const names = (value as readonly object[]).flatMap((each) => Object.keys(each));
      return [...new Set(names)].filter((each) => !cases[name]!.test(each)).map((each) => `${name}.${each}`);
    });
    expect(unread).toEqual([]);
  });
});
