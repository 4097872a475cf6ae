// Mask R-CNN2Go: the small instance segmenter whose masks are the foreground of FAF and BAF.
import { cocoClasses } from "../detection/coco-classes.ts";
import type { DetectorDescriptor } from "./descriptor.ts";

const hub =
  "https://raw.githubusercontent.com/facebookarchive/models/65b8ec4b1eccfbce30e6ab70492c674aafbe007c/mask_rcnn_2go/model/int8";

const network = {
  bytes: 25_424,
  sha256: "9ebb05d8981f18f0da81e4b72a32e6507e67a4ae7d52b51fdb736b21d024de1f",
};

const weights = {
  bytes: 3_802_460,
  sha256: "535faf6ba4f724f7b1b9b6ddd35b7c77048b7c44d7027fa1bb4941e5388fbc79",
};

/** The original Caffe2 pair, int8: first the network, then its weights. It becomes ONNX on the user's machine. */
export const maskRcnn2go = {
  id: "mask-rcnn2go",
  label: "Mask R-CNN2Go",
  task: "instance-segmentation",
  files: [
    {
      name: "mask-rcnn2go/model.pb",
      sources: [
        { kind: "mirror", location: "maskrcnn2go/int8_model.pb", ...network },
        { kind: "hub", location: `${hub}/model.pb`, ...network },
      ],
    },
    {
      name: "mask-rcnn2go/model_init.pb",
      sources: [
        { kind: "mirror", location: "maskrcnn2go/int8_model_init.pb", ...weights },
        { kind: "hub", location: `${hub}/model_init.pb`, ...weights },
      ],
    },
  ],
  labels: cocoClasses,
  licence: "Apache-2.0",
  origin: "Trained on COCO by Facebook, published as facebookarchive/models (mask_rcnn_2go, int8).",
} as const satisfies DetectorDescriptor;
