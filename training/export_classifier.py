"""Writes a trained classifier as ONNX, in the form that torch's exporter gives, with weights stored as halves."""

import argparse
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import nn

from convnet import ConvNetNano
from deit import DeitNano

# Smaller tensors (sizes, scales, biases) are kept as they are: halving them saves nothing.
SMALLEST = 1_024


def stored_as_halves(model: onnx.ModelProto) -> onnx.ModelProto:
    """Large weights become float16 initialisers, each behind a Cast to float32: the arithmetic stays in float32."""
    graph = model.graph
    casts = []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < SMALLEST:
            continue
        wide = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{wide}.half"))
        casts.append(helper.make_node("Cast", [f"{wide}.half"], [wide], name=f"{wide}.widen", to=onnx.TensorProto.FLOAT))
    nodes = list(graph.node)
    del graph.node[:]
    graph.node.extend([*casts, *nodes])
    onnx.checker.check_model(model)
    return model


def export(model: nn.Module, path: Path) -> None:
    unfinished = path.with_suffix(".float.onnx")
    torch.onnx.export(
        model.eval(),
        (torch.zeros(1, 3, 32, 32),),
        str(unfinished),
        input_names=["pixel_values"],
        output_names=["logits"],
        opset_version=17,
        dynamo=False,
    )
    onnx.save(stored_as_halves(onnx.load(unfinished)), path)
    unfinished.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", choices=["convnet-nano", "deit-nano"])
    parser.add_argument("weights", type=Path, help="final.pt of the run")
    parser.add_argument("path", type=Path, help="the ONNX file to write")
    options = parser.parse_args()
    model = ConvNetNano() if options.model == "convnet-nano" else DeitNano(grid=14)
    model.load_state_dict(torch.load(options.weights, weights_only=True))
    export(model, options.path)


if __name__ == "__main__":
    main()
