"""
Boxes [n,4] (left, top, right, bottom), anchors, and the differences between boxes. Widths count both end pixels
("+1"), as Mask R-CNN2Go does and the app expects.
"""

import math

import numpy as np

STRIDE = 16
LARGEST_LOG_SCALE = math.log(1000 / 16)
REGION_WEIGHTS = (1.0, 1.0, 1.0, 1.0)
BOX_WEIGHTS = (10.0, 10.0, 5.0, 5.0)


def base_anchors() -> np.ndarray:
    """[15,4]: five sizes in three shapes about the middle of the cell at 0, 0."""
    anchors = []
    for size in (28, 60, 120, 210, 320):
        for shape in (0.5, 1.0, 2.0):
            half_width, half_height = size / math.sqrt(shape) / 2, size * math.sqrt(shape) / 2
            anchors.append((8 - half_width, 8 - half_height, 8 + half_width, 8 + half_height))
    return np.array(anchors, np.float32)


def all_anchors(anchors: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """[rows * columns * a, 4], ordered (row, column, anchor)."""
    top, left = np.mgrid[:rows, :columns].astype(np.float32) * STRIDE
    shifts = np.stack((left, top, left, top), -1)
    return (shifts[:, :, None] + anchors).reshape(-1, 4)


def _centres(boxes: np.ndarray) -> tuple[np.ndarray, ...]:
    width, height = boxes[:, 2] - boxes[:, 0] + 1, boxes[:, 3] - boxes[:, 1] + 1
    return boxes[:, 0] + width / 2, boxes[:, 1] + height / 2, width, height


def encode(boxes: np.ndarray, targets: np.ndarray, weights: tuple[float, ...]) -> np.ndarray:
    """What must be added to each box to make it its target."""
    x, y, width, height = _centres(boxes)
    to_x, to_y, to_width, to_height = _centres(targets)
    differences = ((to_x - x) / width, (to_y - y) / height, np.log(to_width / width), np.log(to_height / height))
    return np.stack([each * weight for each, weight in zip(differences, weights, strict=True)], 1)


def decode(boxes: np.ndarray, deltas: np.ndarray, weights: tuple[float, ...]) -> np.ndarray:
    x, y, width, height = _centres(boxes)
    x = x + deltas[:, 0] / weights[0] * width
    y = y + deltas[:, 1] / weights[1] * height
    width = width * np.exp(np.minimum(deltas[:, 2] / weights[2], LARGEST_LOG_SCALE))
    height = height * np.exp(np.minimum(deltas[:, 3] / weights[3], LARGEST_LOG_SCALE))
    return np.stack((x - width / 2, y - height / 2, x + width / 2 - 1, y + height / 2 - 1), 1)


def clip(boxes: np.ndarray, width: int, height: int) -> np.ndarray:
    limits = np.array((width, height, width, height), boxes.dtype) - 1
    return np.clip(boxes, 0, limits)


def overlaps(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Intersection over union, [n,m]"""
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    common = np.prod(np.clip(high - low + 1, 0, None), 2)
    area = lambda boxes: np.prod(boxes[:, 2:] - boxes[:, :2] + 1, 1)  # noqa: E731
    return common / (area(first)[:, None] + area(second)[None] - common)


def without_overlaps(boxes: np.ndarray, limit: float, most: int) -> np.ndarray:
    """Indices of the boxes that are kept, best first; `boxes` come in descending score."""
    kept: list[int] = []
    left = np.arange(len(boxes))
    while len(left) and len(kept) < most:
        kept.append(int(left[0]))
        rest = left[1:]
        left = rest[overlaps(boxes[left[:1]], boxes[rest])[0] <= limit]
    return np.array(kept, np.int64)


def propose(
    scores: np.ndarray, deltas: np.ndarray, anchors: np.ndarray, size: tuple[int, int], before: int, most: int
) -> np.ndarray:
    """
    The regions worth a closer look, best first. `scores` [a,h,w], `deltas` [4a,h,w], `size` (width, height).
    """
    count, rows, columns = scores.shape
    flat = scores.transpose(1, 2, 0).reshape(-1)
    by_anchor = deltas.reshape(count, 4, rows, columns).transpose(2, 3, 0, 1).reshape(-1, 4)
    order = np.argsort(-flat, kind="stable")[:before]
    boxes = decode(all_anchors(anchors, rows, columns)[order], by_anchor[order], REGION_WEIGHTS)
    boxes = clip(boxes, *size)
    return boxes[without_overlaps(boxes, 0.7, most)]
