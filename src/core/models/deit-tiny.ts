// DeiT-Tiny/16 at 224 pixels: the small Vision Transformer that the app explains by default.
import type { ClassifierDescriptor } from "./descriptor.ts";

/** As model hubs publish it: `pixel_values` -> `logits`, attention not exposed. */
export const deitTiny = {
  id: "deit-tiny",
  label: "DeiT-Tiny",
  task: "classification",
  files: [
    {
      name: "deit-tiny.onnx",
      sources: [
        {
          kind: "mirror",
          location: "deit-tiny/deit_tiny_hf_opset14.onnx",
          bytes: 23_054_588,
          sha256: "e21d61a24099c851d44d72b38715c91626828840d1a5c8295700c792532d2be0",
        },
        {
          kind: "hub",
          location: "https://huggingface.co/Xenova/deit-tiny-patch16-224/resolve/main/onnx/model.onnx",
        },
      ],
    },
  ],
  preprocessing: {
    framing: "crop",
    shorterSide: 248,
    size: 224,
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
  },
  labels: "imagenet-1k",
  licence: "Apache-2.0",
  origin:
    "Trained on ImageNet-1k by the authors of DeiT (Touvron et al. 2021), published as facebookresearch/deit.",
} as const satisfies ClassifierDescriptor;
