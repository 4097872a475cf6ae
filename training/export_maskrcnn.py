"""
Writes maskrcnn-nano as three ONNX parts with the inputs and outputs of Mask R-CNN2Go: what it knows of 13 classes is
spread over COCO's 81, so that whoever runs the one can run the other. Anchors lie beside them as JSON.
"""

import argparse
import json
from pathlib import Path

import onnx
import torch
from onnx import helper
from torch import nn

from boxes import base_anchors
from detection_classes import DETECTOR_CLASSES, DETECTOR_INDEX, NAMES
from export_classifier import stored_as_halves
from maskrcnn import BOX_SIDE, CELL, MASK_SIDE, BoxHead, MaskHead, MaskRcnnNano, Trunk

OPSET = 17


class ExportedTrunk(nn.Module):
    def __init__(self, trunk: Trunk) -> None:
        super().__init__()
        self.trunk = trunk

    def forward(self, data: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        features, logits, deltas, _ = self.trunk(data)
        return features, logits.sigmoid(), deltas


class ExportedBoxHead(nn.Module):
    def __init__(self, head: BoxHead) -> None:
        super().__init__()
        self.head = head
        # Each of the 81 columns is taken from one of the 14, or from one more that is always 0.
        columns = [1 + len(NAMES)] * DETECTOR_CLASSES
        columns[0] = 0
        for label, name in enumerate(NAMES, 1):
            columns[DETECTOR_INDEX[name]] = label
        self.register_buffer("columns", torch.tensor(columns))

    def forward(self, cut_outs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        classes, deltas = self.head(cut_outs)
        probabilities = nn.functional.pad(classes.softmax(1), (0, 1))
        return probabilities.index_select(1, self.columns), deltas.repeat(1, DETECTOR_CLASSES)


class ExportedMaskHead(nn.Module):
    def __init__(self, head: MaskHead) -> None:
        super().__init__()
        self.head = head

    def forward(self, cut_outs: torch.Tensor) -> torch.Tensor:
        return self.head(cut_outs).sigmoid().repeat(1, DETECTOR_CLASSES, 1, 1)


def export_trunk(trunk: Trunk, path: Path) -> None:
    torch.onnx.export(
        ExportedTrunk(trunk).eval(),
        (torch.zeros(1, 3, 320, 448),),
        str(path),
        input_names=["data"],
        output_names=["features", "rpn_probs", "rpn_deltas"],
        dynamic_axes={
            "data": {2: "H", 3: "W"},
            "features": {2: "H8", 3: "W8"},
            "rpn_probs": {2: "H16", 3: "W16"},
            "rpn_deltas": {2: "H16", 3: "W16"},
        },
        opset_version=OPSET,
        dynamo=False,
    )
    onnx.save(stored_as_halves(onnx.load(path)), path)


def export_head(head: nn.Module, path: Path, boxes: str, side: int, outputs: list[str]) -> None:
    torch.onnx.export(
        head.eval(),
        (torch.zeros(3, 96, side, side),),
        str(path),
        input_names=["cut_outs"],
        output_names=outputs,
        dynamic_axes={name: {0: "N"} for name in ["cut_outs", *outputs]},
        opset_version=OPSET,
        dynamo=False,
    )
    model = onnx.load(path)
    put_cutting_first(model.graph, boxes, side)
    onnx.save(stored_as_halves(model), path)


def put_cutting_first(graph: onnx.GraphProto, boxes: str, side: int) -> None:
    """RoIAlign is written in Python for training; here it becomes ONNX's own operator."""
    count = helper.make_node("Shape", [boxes], ["box_count"], start=0, end=1)
    zeros = helper.make_node("ConstantOfShape", ["box_count"], ["picture_of_box"])
    zeros.attribute.append(
        helper.make_attribute("value", helper.make_tensor("zero", onnx.TensorProto.INT64, [1], [0]))
    )
    align = helper.make_node(
        "RoiAlign",
        ["features", boxes, "picture_of_box"],
        ["cut_outs"],
        coordinate_transformation_mode="half_pixel",
        mode="avg",
        output_height=side,
        output_width=side,
        sampling_ratio=2,
        spatial_scale=1 / CELL,
    )
    nodes = [count, zeros, align, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    del graph.input[:]
    graph.input.extend(
        [
            helper.make_tensor_value_info("features", onnx.TensorProto.FLOAT, [1, 96, "H8", "W8"]),
            helper.make_tensor_value_info(boxes, onnx.TensorProto.FLOAT, ["N", 4]),
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path, help="final.pt of the run, or its checkpoint.pt")
    parser.add_argument("folder", type=Path, help="where trunk.onnx, box-head.onnx, mask-head.onnx go")
    options = parser.parse_args()
    state = torch.load(options.weights, weights_only=True)
    network = MaskRcnnNano()
    network.load_state_dict(state.get("averaged", state))
    network.eval()
    options.folder.mkdir(parents=True, exist_ok=True)
    export_trunk(network.trunk, options.folder / "trunk.onnx")
    box_head, mask_head = ExportedBoxHead(network.box_head), ExportedMaskHead(network.mask_head)
    export_head(box_head, options.folder / "box-head.onnx", "rois", BOX_SIDE, ["cls_prob", "bbox_pred"])
    export_head(mask_head, options.folder / "mask-head.onnx", "boxes", MASK_SIDE, ["mask_probs"])
    (options.folder / "anchors.json").write_text(json.dumps(base_anchors().round(4).tolist()) + "\n")


if __name__ == "__main__":
    main()
