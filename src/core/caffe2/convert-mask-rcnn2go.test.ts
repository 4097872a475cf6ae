// Where a network is cut into its three parts, shown on the smallest network of the right shape.
import { describe, expect, test } from "vitest";
import { type WrittenNet, type WrittenOperator, writeNet } from "../../../tests/support/caffe2-writer.ts";
import { readOnnx } from "../onnx/read-onnx.ts";
import { convertMaskRcnn2Go } from "./convert-mask-rcnn2go.ts";

const pool = { pooled_h: 1, pooled_w: 1, spatial_scale: { float: 0.0625 } };
const operators: readonly WrittenOperator[] = [
  { type: "Sigmoid", inputs: ["picture"], outputs: ["deep"] },
  { type: "Sigmoid", inputs: ["deep"], outputs: ["scores"] },
  { type: "Sigmoid", inputs: ["deep"], outputs: ["moves"] },
  {
    type: "GenerateProposals",
    inputs: ["scores", "moves", "info", "boxes0"],
    outputs: ["rois", "roi_scores"],
  },
  { type: "RoIAlign", inputs: ["deep", "rois"], outputs: ["pooled"], arguments: pool },
  { type: "Sigmoid", inputs: ["pooled"], outputs: ["kinds"] },
  { type: "Sigmoid", inputs: ["pooled"], outputs: ["shifts"] },
  { type: "BBoxTransform", inputs: ["rois", "shifts", "info"], outputs: ["moved"] },
  { type: "BoxWithNMSLimit", inputs: ["kinds", "moved"], outputs: ["s", "kept", "c"] },
  { type: "RoIAlign", inputs: ["deep", "kept"], outputs: ["pooled2"], arguments: pool },
  { type: "Sigmoid", inputs: ["pooled2"], outputs: ["shapes"] },
];
const net: WrittenNet = {
  operators,
  externalInputs: ["picture", "info", "boxes0"],
  externalOutputs: ["s", "kept", "c", "shapes"],
};
const init: WrittenNet = {
  operators: [
    {
      type: "GivenTensorFill",
      outputs: ["boxes0"],
      arguments: { shape: { ints: [2, 4] }, values: { floats: [0, 0, 7, 7, -8, -8, 15, 15] } },
    },
    {
      type: "GivenTensorFill",
      outputs: ["info"],
      arguments: { shape: { ints: [1, 3] }, values: { floats: [320, 320, 1] } },
    },
  ],
};

function convert(changed: Partial<WrittenNet> = {}, changedInit: Partial<WrittenNet> = {}) {
  return convertMaskRcnn2Go(writeNet({ ...net, ...changed }), writeNet({ ...init, ...changedInit }));
}

/** The operators with the one that writes `output` replaced, or taken away. */
function without(output: string, instead: readonly WrittenOperator[] = []): Partial<WrittenNet> {
  return { operators: operators.flatMap((each) => (each.outputs?.[0] === output ? instead : [each])) };
}

describe("convertMaskRcnn2Go", () => {
  test("three files with the agreed names, and the anchors", () => {
    const { trunk, boxHead, maskHead, anchors } = convert();
    const ends = [trunk, boxHead, maskHead].map((bytes) => {
      const { inputs, outputs } = readOnnx(bytes).graph;
      return { inputs: inputs.map(({ name }) => name), outputs: outputs.map(({ name }) => name) };
    });
    expect(ends).toEqual([
      { inputs: ["data"], outputs: ["features", "rpn_probs", "rpn_deltas"] },
      { inputs: ["features", "rois"], outputs: ["cls_prob", "bbox_pred"] },
      { inputs: ["features", "boxes"], outputs: ["mask_probs"] },
    ]);
    expect([...anchors]).toEqual([0, 0, 7, 7, -8, -8, 15, 15]);
  });

  test("each part holds its own operators only", () => {
    const { trunk, boxHead, maskHead } = convert();
    const count = (bytes: Uint8Array, type: string) =>
      readOnnx(bytes).graph.nodes.filter(({ opType }) => opType === type).length;
    expect([trunk, boxHead, maskHead].map((bytes) => count(bytes, "Sigmoid"))).toEqual([3, 2, 1]);
    expect([trunk, boxHead, maskHead].map((bytes) => count(bytes, "RoiAlign"))).toEqual([0, 1, 1]);
  });

  test.each([
    ["no proposals", without("rois"), {}],
    ["two ways to choose boxes", { operators: [...operators, operators[8]] }, {}],
    ["no mask head", without("pooled2"), {}],
    ["no mask output", { externalOutputs: ["s", "kept", "c"] }, {}],
    ["two pictures", { externalInputs: ["picture", "other", "info", "boxes0"] }, {}],
    ["no anchors", {}, { operators: init.operators.slice(1) }],
    [
      "heads on different features",
      without("pooled2", [{ ...operators[9], inputs: ["scores", "kept"] }]),
      {},
    ],
    ["proposals without anchors", without("rois", [{ ...operators[3], inputs: ["scores"] }]), {}],
  ] as const)("%s: not this network", (_, changed, changedInit) => {
    expect(() => convert(changed, changedInit)).toThrow(
      expect.objectContaining({ code: "caffe2/malformed" }),
    );
  });

  test("the two files swapped are refused", () => {
    expect(() => convertMaskRcnn2Go(writeNet(init), writeNet(net))).toThrow(
      expect.objectContaining({ code: "caffe2/unsupported-operator" }),
    );
  });
});
