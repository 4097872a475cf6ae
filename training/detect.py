"""
Finds instances with a Mask R-CNN in three ONNX parts (trunk, box head, mask head) as the app does: the same steps for
Mask R-CNN2Go, which teaches, and for maskrcnn-nano, which is measured.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image

from boxes import BOX_WEIGHTS, clip, decode, propose, without_overlaps


@dataclass(frozen=True)
class Instance:
    """`label` counts COCO's detector classes from 1; `box` and `mask` (bool [h,w]) are in pixels of the picture."""

    label: int
    score: float
    box: np.ndarray
    mask: np.ndarray


class Detector:
    def __init__(self, trunk: Path, box_head: Path, mask_head: Path, anchors: np.ndarray, threads: int = 2) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.trunk, self.box_head, self.mask_head = (
            onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])
            for path in (trunk, box_head, mask_head)
        )
        self.anchors = anchors

    def detect(self, picture: Image.Image, least_score: float = 0.5) -> list[Instance]:
        """Instances by descending score."""
        resized = picture.resize(detector_size(*picture.size), Image.Resampling.BILINEAR)
        instances, _ = self.detect_at_size(np.asarray(resized.convert("RGB")), picture.size, least_score)
        return instances

    def detect_at_size(
        self, pixels: np.ndarray, canvas: tuple[int, int], least_score: float
    ) -> tuple[list[Instance], np.ndarray]:
        """`pixels` RGB [h,w,3] at the detector's size; masks on a canvas (width, height). Also the trunk's features."""
        height, width = pixels.shape[:2]
        data = pixels[:, :, ::-1].transpose(2, 0, 1)[None].astype(np.float32)
        features, scores, deltas = self.trunk.run(["features", "rpn_probs", "rpn_deltas"], {"data": data})
        regions = propose(scores[0], deltas[0], self.anchors, (width, height), 3000, 120)
        if len(regions) == 0:
            return [], features
        feeds = {"features": features, "rois": regions.astype(np.float32)}
        probabilities, differences = self.box_head.run(["cls_prob", "bbox_pred"], feeds)
        chosen = choose(probabilities, differences, regions, (width, height), least_score)
        if not chosen:
            return [], features
        boxes = np.stack([box for _, _, box in chosen]).astype(np.float32)
        (masks,) = self.mask_head.run(["mask_probs"], {"features": features, "boxes": boxes})
        scale = np.array((canvas[0] / width, canvas[1] / height) * 2, np.float32)
        return [
            Instance(label, score, box * scale, paste(masks[row, label], box * scale, canvas))
            for row, (label, score, box) in enumerate(chosen)
        ], features


def detector_size(width: int, height: int) -> tuple[int, int]:
    """Shorter side 320, unless the longer one would pass 640."""
    scale = 320 / min(width, height)
    if round(scale * max(width, height)) > 640:
        scale = 640 / max(width, height)
    return max(1, round(scale * width)), max(1, round(scale * height))


def choose(
    probabilities: np.ndarray, deltas: np.ndarray, regions: np.ndarray, size: tuple[int, int], least_score: float
) -> list[tuple[int, float, np.ndarray]]:
    """(class, score, box), at most 100 by descending score; classes are suppressed apart from each other."""
    chosen = []
    for label in range(1, probabilities.shape[1]):
        rows = np.flatnonzero(probabilities[:, label] > 0.05)
        rows = rows[np.argsort(-probabilities[rows, label], kind="stable")]
        boxes = clip(decode(regions[rows], deltas[rows, 4 * label : 4 * label + 4], BOX_WEIGHTS), *size)
        for place in without_overlaps(boxes, 0.3, len(boxes)):
            score = float(probabilities[rows[place], label])
            if score >= least_score:
                chosen.append((label, score, boxes[place]))
    return sorted(chosen, key=lambda each: -each[1])[:100]


def paste(square: np.ndarray, box: np.ndarray, canvas: tuple[int, int]) -> np.ndarray:
    """The square of probabilities, with a ring of zeros, laid over the canvas and cut at one half."""
    width, height = canvas
    side = len(square) + 2
    centre, half = (box[:2] + box[2:]) / 2, (box[2:] - box[:2]) / 2 * side / len(square)
    x0, y0 = np.trunc(centre - half).astype(int)
    x1, y1 = np.trunc(centre + half).astype(int)
    padded = np.pad(square, 1).astype(np.float32)
    columns = np.clip((np.arange(x1 - x0 + 1) + 0.5) * side / (x1 - x0 + 1) - 0.5, 0, side - 1)
    rows = np.clip((np.arange(y1 - y0 + 1) + 0.5) * side / (y1 - y0 + 1) - 0.5, 0, side - 1)
    blended = _blend(_blend(padded, rows).T, columns).T
    mask = np.zeros((height, width), bool)
    left, top, right, bottom = max(x0, 0), max(y0, 0), min(x1 + 1, width), min(y1 + 1, height)
    if right > left and bottom > top:
        mask[top:bottom, left:right] = blended[top - y0 : bottom - y0, left - x0 : right - x0] >= 0.5
    return mask


def _blend(values: np.ndarray, positions: np.ndarray) -> np.ndarray:
    before = np.floor(positions).astype(int)
    after = np.minimum(before + 1, len(values) - 1)
    share = (positions - before)[:, None]
    return values[before] * (1 - share) + values[after] * share
