// Gradients of convolutions, by their feature map and bias: each is the other kind with the same weights.
import { intAttribute, intsAttribute, textAttribute } from "../../onnx/attributes.ts";
import type { GraphBuilder, Ref } from "../graph-builder.ts";
import { perInput, type Rule, type RuleTable, unsupported } from "../rule.ts";
import { layBack, windowsOf } from "../windows.ts";

const conv: Rule = (node, upstream, builder) => {
  const [x, weight, bias] = node.inputs as readonly [Ref, Ref, Ref?];
  return perInput(
    node,
    builder,
    () => {
      const kernel = builder.dims(weight).slice(2);
      const windows = windowsOf(node, builder, { map: x, result: upstream, kernel });
      const group = intAttribute(node, "group") ?? 1;
      return layBack(builder, upstream, weight, windows, { channels: builder.dims(x)[1]!, group });
    },
    () => {
      throw unsupported(node, "its weights depend on the picture");
    },
    () => byBias(builder, upstream, bias!),
  );
};

const convTranspose: Rule = (node, upstream, builder) => {
  const [x, weight, bias] = node.inputs as readonly [Ref, Ref, Ref?];
  return perInput(
    node,
    builder,
    () => {
      const sizes = builder.dims(upstream).slice(2);
      const kernel = builder.dims(weight).slice(2);
      const each = (name: string, otherwise: number) =>
        intsAttribute(node, name) ?? sizes.map(() => otherwise);
      const [strides, dilations] = [each("strides", 1), each("dilations", 1)];
      const pads = intsAttribute(node, "pads") ?? [...sizes, ...sizes].map(() => 0);
      const isAutomatic = (textAttribute(node, "auto_pad") ?? "NOTSET") !== "NOTSET";
      if (isAutomatic || intsAttribute(node, "output_shape") !== undefined)
        throw unsupported(node, "its padding is not written out");
      const group = intAttribute(node, "group") ?? 1;
      return builder.emit(
        "Conv",
        [upstream, weight],
        { kernel_shape: kernel, strides, dilations, pads, group },
        {
          dims: builder.dims(x),
        },
      );
    },
    () => {
      throw unsupported(node, "its weights depend on the picture");
    },
    () => byBias(builder, upstream, bias!),
  );
};

function byBias(builder: GraphBuilder, upstream: Ref, bias: Ref): Ref {
  const axes = builder.dims(upstream).flatMap((_, axis) => (axis === 1 ? [] : [axis]));
  return builder.reshape(builder.sum(upstream, axes), builder.dims(bias));
}

export const convolutionGradients = {
  Conv: conv,
  ConvTranspose: convTranspose,
} satisfies RuleTable;
