// Turns the Caffe2 pair of Mask R-CNN2Go into three ONNX models, cut where boxes are decoded and chosen.
import { XaiError } from "../errors.ts";
import { writeOnnx } from "../onnx/write-onnx.ts";
import { malformed } from "./arguments.ts";
import { convertPart, type Part } from "./convert-part.ts";
import { type GivenTensor, givenTensors } from "./given-tensors.ts";
import { type NetDef, type Operator, readNetDef } from "./net-def.ts";

/** The network in parts, each an ONNX file; between them run the steps of `core/detection`. */
export interface MaskRcnn2GoFiles {
  /** `data` `[1,3,H,W]` -> `features`, `rpn_probs` `[1,A,h,w]`, `rpn_deltas` `[1,4A,h,w]` */
  readonly trunk: Uint8Array<ArrayBuffer>;
  /** `features`, `rois` `[N,4]` -> `cls_prob` `[N,C]`, `bbox_pred` `[N,4C]` */
  readonly boxHead: Uint8Array<ArrayBuffer>;
  /** `features`, `boxes` `[N,4]` -> `mask_probs` `[N,C,side,side]` */
  readonly maskHead: Uint8Array<ArrayBuffer>;
  /** The boxes of cell 0, 0: `[A,4]`. */
  readonly anchors: Float32Array;
}

/**
 * The network with its int8 weights as float32 numbers; activations are not rounded to 8 bits, only clipped to
 * their range. The cuts are found by operator, not by name.
 * @param predictNet the bytes of `model.pb`
 * @param initNet the bytes of `model_init.pb`
 * @throws caffe2/malformed, caffe2/unsupported-operator
 */
export function convertMaskRcnn2Go(predictNet: Uint8Array, initNet: Uint8Array): MaskRcnn2GoFiles {
  const net = readNetDef(predictNet);
  const tensors = givenTensors(readNetDef(initNet));
  const { anchors, trunk, boxHead, maskHead } = findParts(net, tensors);
  const write = (part: Part) => writeOnnx(convertPart(net.operators, tensors, part)).bytes;
  return { trunk: write(trunk), boxHead: write(boxHead), maskHead: write(maskHead), anchors };
}

interface Parts {
  readonly anchors: Float32Array;
  readonly trunk: Part;
  readonly boxHead: Part;
  readonly maskHead: Part;
}

/** Boxes are made by GenerateProposals, moved by BBoxTransform and chosen by BoxWithNMSLimit: there the net is cut. */
function findParts(net: NetDef, tensors: ReadonlyMap<string, GivenTensor>): Parts {
  const [scores, deltas, , anchorBlob] = inputsOf(onlyOperator(net, "GenerateProposals"), 4);
  const [regions, boxDeltas] = inputsOf(onlyOperator(net, "BBoxTransform"), 2);
  const choice = onlyOperator(net, "BoxWithNMSLimit");
  const [classScores] = inputsOf(choice, 1);
  const chosenBoxes = choice.outputs[1];
  const [features] = inputsOf(onlyOperator(net, "RoIAlign", regions), 2);
  if (inputsOf(onlyOperator(net, "RoIAlign", chosenBoxes), 2)[0] !== features)
    throw malformed(choice, "the two heads look at different features");
  const picture = onlyName(
    net.externalInputs.filter((blob) => !tensors.has(blob)),
    "input",
  );
  const masks = onlyName(
    net.externalOutputs.filter((blob) => !choice.outputs.includes(blob)),
    "output",
  );
  const anchors = anchorsOf(tensors.get(anchorBlob));
  const count = anchors.length / 4;
  const featureEnd = { blob: features, name: "features", shape: [1, "channels", "h", "w"] };
  return {
    anchors,
    trunk: {
      name: "trunk",
      inputs: [{ blob: picture, name: "data", shape: [1, 3, "H", "W"] }],
      outputs: [
        featureEnd,
        { blob: scores, name: "rpn_probs", shape: [1, count, "h", "w"] },
        { blob: deltas, name: "rpn_deltas", shape: [1, 4 * count, "h", "w"] },
      ],
    },
    boxHead: {
      name: "box_head",
      inputs: [featureEnd, { blob: regions, name: "rois", shape: ["N", 4] }],
      outputs: [
        { blob: classScores, name: "cls_prob", shape: ["N", "classes"] },
        { blob: boxDeltas, name: "bbox_pred", shape: ["N", "4 classes"] },
      ],
    },
    maskHead: {
      name: "mask_head",
      inputs: [featureEnd, { blob: chosenBoxes, name: "boxes", shape: ["N", 4] }],
      outputs: [{ blob: masks, name: "mask_probs", shape: ["N", "classes", "rows", "columns"] }],
    },
  };
}

/** The one operator of that type, if need be the one that works on `regions`. */
function onlyOperator(net: NetDef, type: string, regions?: string): Operator {
  const found = net.operators.filter(
    (operator) => operator.type === type && (regions === undefined || operator.inputs[1] === regions),
  );
  if (found.length !== 1) throw notThisNetwork(`${found.length} operators ${type} where there should be one`);
  return found[0];
}

function inputsOf(operator: Operator, least: number): readonly string[] {
  if (operator.inputs.length < least) throw malformed(operator, `it has fewer than ${least} inputs`);
  return operator.inputs;
}

function onlyName(names: readonly string[], what: string): string {
  if (names.length !== 1) throw notThisNetwork(`${names.length} candidates for its ${what}`);
  return names[0];
}

function anchorsOf(tensor: GivenTensor | undefined): Float32Array {
  if (tensor?.dims.length !== 2 || tensor.dims[1] !== 4 || tensor.dims[0] === 0)
    throw notThisNetwork("it has no anchors");
  return tensor.values;
}

function notThisNetwork(reason: string): XaiError<"caffe2/malformed"> {
  return new XaiError("caffe2/malformed", { reason: `not Mask R-CNN2Go: ${reason}` });
}
