"""How well a three-part Mask R-CNN finds the foreground and the instances of its 13 classes on COCO's val photographs."""

import json
from collections import defaultdict
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from boxes import overlaps
from detect import Detector, Instance
from detection_classes import DETECTOR_INDEX, LABEL_OF_CATEGORY, LABEL_OF_DETECTOR_INDEX, NAMES

THRESHOLDS = np.arange(0.5, 1.0, 0.05)


def truth_of(data: Path) -> list[tuple[Path, list[tuple[int, np.ndarray]]]]:
    """(photograph, [(label, mask)]) for each photograph of the val set that shows one of the classes."""
    coco = json.loads((data / "coco-mini" / "val.json").read_text())
    by_image = defaultdict(list)
    for each in coco["annotations"]:
        if each["category_id"] in LABEL_OF_CATEGORY:
            by_image[each["image_id"]].append(each)
    result = []
    for image in coco["images"]:
        size = (image["width"], image["height"])
        known = [
            (LABEL_OF_CATEGORY[each["category_id"]], polygon_mask(each["segmentation"], size))
            for each in by_image[image["id"]]
        ]
        known = [(label, mask) for label, mask in known if mask.any()]
        if known:
            result.append((data / "coco-mini" / "images" / image["file_name"], known))
    return result


def polygon_mask(polygons: list[list[float]], size: tuple[int, int]) -> np.ndarray:
    mask = Image.new("1", size)
    for polygon in polygons:
        ImageDraw.Draw(mask).polygon(polygon, fill=1)
    return np.asarray(mask)


def foreground_overlap(found: list[Instance], known: list[tuple[int, np.ndarray]]) -> float:
    truth = np.any([mask for _, mask in known], 0)
    said = np.any([each.mask for each in found], 0) if found else np.zeros_like(truth)
    return float((truth & said).sum() / (truth | said).sum())


def measure_detector(detector: Detector, data: Path) -> dict[str, object]:
    shares = []
    everything = []
    for path, known in truth_of(data):
        picture = Image.open(path).convert("RGB")
        found = [each for each in detector.detect(picture, 0.05) if each.label in LABEL_OF_DETECTOR_INDEX]
        shares.append(foreground_overlap([each for each in found if each.score >= 0.5], known))
        everything.append((found, known))
    random = np.random.default_rng(0)
    means = np.mean(random.choice(shares, (10_000, len(shares))), 1)
    return {
        "foregroundOverlap": {
            "value": round(float(np.mean(shares)), 4),
            "interval95": [round(float(each), 4) for each in np.percentile(means, (2.5, 97.5))],
            "images": len(shares),
        },
        "boxAveragePrecision": average_precision(everything, "box"),
        "maskAveragePrecision": average_precision(everything, "mask"),
    }


def average_precision(everything: list, kind: str) -> dict[str, object]:
    """Mean over the classes that occur, over ten thresholds as COCO has them, at 101 recalls."""
    by_class = {}
    for label, name in enumerate(NAMES, 1):
        curve = class_precision(everything, label, DETECTOR_INDEX[name], kind)
        if curve is not None:
            by_class[name] = curve
    table = np.array(list(by_class.values()))
    return {
        "mean": round(float(table.mean()), 4),
        "at50": round(float(table[:, 0].mean()), 4),
        "byClassAt50": {name: round(float(curve[0]), 4) for name, curve in by_class.items()},
    }


def class_precision(everything: list, label: int, index: int, kind: str) -> np.ndarray | None:
    scores, hits, count = [], [], 0
    for found, known in everything:
        truth = [mask for each, mask in known if each == label]
        mine = sorted((each for each in found if each.label == index), key=lambda each: -each.score)
        count += len(truth)
        table = overlap_table(mine, truth, kind)
        taken = np.zeros((len(THRESHOLDS), len(truth)), bool)
        for row, each in enumerate(mine):
            hit = np.zeros(len(THRESHOLDS), bool)
            for at, threshold in enumerate(THRESHOLDS):
                free = np.where(taken[at], 0, table[row]) if len(truth) else np.zeros(0)
                if len(free) and free.max() >= threshold:
                    taken[at, free.argmax()] = hit[at] = True
            scores.append(each.score)
            hits.append(hit)
    if count == 0:
        return None
    if not scores:
        return np.zeros(len(THRESHOLDS))
    ordered = np.array(hits)[np.argsort(-np.array(scores), kind="stable")]
    true = ordered.cumsum(0)
    precision = true / np.arange(1, len(ordered) + 1)[:, None]
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    recall = true / count
    return np.array([curve_mean(recall[:, at], precision[:, at]) for at in range(len(THRESHOLDS))])


def curve_mean(recall: np.ndarray, precision: np.ndarray) -> float:
    places = np.searchsorted(recall, np.linspace(0, 1, 101), side="left")
    return float(np.mean([precision[place] if place < len(precision) else 0.0 for place in places]))


def overlap_table(found: list[Instance], truth: list[np.ndarray], kind: str) -> np.ndarray:
    if not found or not truth:
        return np.zeros((len(found), len(truth)))
    if kind == "box":
        known = np.array([box_of(mask) for mask in truth], np.float32)
        return overlaps(np.stack([each.box for each in found]), known)
    first = np.stack([each.mask.ravel() for each in found]).astype(np.float32)
    second = np.stack([mask.ravel() for mask in truth]).astype(np.float32)
    common = first @ second.T
    return common / np.maximum(first.sum(1)[:, None] + second.sum(1) - common, 1)


def box_of(mask: np.ndarray) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return columns[0], rows[0], columns[-1], rows[-1]
