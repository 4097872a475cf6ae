// DeiT-Tiny/16 at 224 pixels: the small Vision Transformer that the app explains by default.
import type { ClassifierDescriptor } from "./descriptor.ts";

/**
 * No publisher vouches for one file of it (exports differ), so the store pins what it gets on first use.
 * As model hubs publish it: `pixel_values` -> `logits`, attention not exposed.
 */
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
