"""Which anchors and regions of a view are trained, and on what."""

from dataclasses import dataclass

import numpy as np

from boxes import BOX_WEIGHTS, REGION_WEIGHTS, encode, overlaps
from detection_batch import View
from maskrcnn import MASK_SIDE

MASK_TARGET = 2 * MASK_SIDE


@dataclass(frozen=True)
class AnchorTargets:
    """Indices into the view's anchors; `deltas` belong to the positive ones."""

    positive: np.ndarray
    negative: np.ndarray
    deltas: np.ndarray


@dataclass(frozen=True)
class RegionTargets:
    """`boxes` [r,4] with class 0 (background) or a label; the first `len(deltas)` are positive."""

    boxes: np.ndarray
    labels: np.ndarray
    deltas: np.ndarray
    instances: np.ndarray


def anchor_targets(view: View, anchors: np.ndarray, random: np.random.Generator, count: int = 128) -> AnchorTargets:
    if len(view.boxes) == 0:
        negative = random.choice(len(anchors), count, replace=False)
        return AnchorTargets(np.zeros(0, np.int64), negative, np.zeros((0, 4), np.float32))
    table = overlaps(anchors, view.boxes)
    best = table.argmax(1)
    share = table[np.arange(len(anchors)), best]
    is_positive = share >= 0.6
    # Every instance has at least its best anchors, however badly they fit.
    is_positive |= ((table == table.max(0)) & (table > 0.15)).any(1)
    is_positive &= view.sure[best]
    positive = np.flatnonzero(is_positive)
    negative = np.flatnonzero(~is_positive & (share < 0.3))
    positive = random.permutation(positive)[: count // 2]
    negative = random.permutation(negative)[: count - len(positive)]
    deltas = encode(anchors[positive], view.boxes[best[positive]], REGION_WEIGHTS)
    return AnchorTargets(positive, negative, deltas.astype(np.float32))


def region_targets(view: View, regions: np.ndarray, random: np.random.Generator, count: int) -> RegionTargets:
    """Always `count` regions: proposed ones and jittered instances, and squares anywhere when these run short."""
    side = view.pixels.shape[0]
    sure = view.boxes[view.sure]
    jitter = np.repeat(sure, 3, 0)
    extent = np.tile(jitter[:, 2:] - jitter[:, :2] + 1, 2)
    jitter = np.clip(jitter + random.normal(0, 0.08, jitter.shape) * extent, 0, side - 1)
    corner = random.uniform(0, side * 0.7, (count, 2))
    anywhere = np.concatenate((corner, np.minimum(corner + random.uniform(24, side, (count, 2)), side - 1)), 1)
    boxes = np.concatenate((regions, sure, jitter, anywhere)).astype(np.float32)
    boxes = boxes[(boxes[:, 2] - boxes[:, 0] >= 4) & (boxes[:, 3] - boxes[:, 1] >= 4)]
    if len(view.boxes) == 0:
        return RegionTargets(boxes[:count], np.zeros(count, np.int64), np.zeros((0, 4), np.float32), np.zeros(0, int))
    table = overlaps(boxes, view.boxes)
    best = table.argmax(1)
    share = table[np.arange(len(boxes)), best]
    positive = random.permutation(np.flatnonzero((share >= 0.5) & view.sure[best]))[: count * 3 // 8]
    negative = np.flatnonzero((share < 0.5) & (view.sure[best] | (share < 0.1)))
    # Proposed regions come first among the boxes and are the hard ones.
    proposed = random.permutation(negative[negative < len(regions)])
    others = random.permutation(negative[negative >= len(regions)])
    negative = np.concatenate((proposed, others))[: count - len(positive)]
    chosen = np.concatenate((positive, negative))
    chosen = np.concatenate((chosen, random.choice(negative, count - len(chosen)))).astype(int)
    labels = np.zeros(count, np.int64)
    labels[: len(positive)] = view.labels[best[positive]]
    deltas = encode(boxes[positive], view.boxes[best[positive]], BOX_WEIGHTS).astype(np.float32)
    return RegionTargets(boxes[chosen], labels, deltas, best[positive])


def mask_target(mask: np.ndarray, box: np.ndarray) -> np.ndarray:
    """The share of the instance in each of 24x24 parts of the box, cut at one half."""
    steps = (np.arange(2 * MASK_TARGET) + 0.5) / (2 * MASK_TARGET)
    columns = np.clip(box[0] + (box[2] - box[0] + 1) * steps, 0, mask.shape[1] - 1).astype(int)
    rows = np.clip(box[1] + (box[3] - box[1] + 1) * steps, 0, mask.shape[0] - 1).astype(int)
    sampled = mask[rows[:, None], columns[None]].astype(np.float32)
    parts = sampled.reshape(MASK_TARGET, 2, MASK_TARGET, 2).mean((1, 3))
    return (parts >= 0.5).astype(np.float32)
