"""
Makes what maskrcnn-nano is trained on: square views of 320 pixels of every photograph, with instances and with the
teacher's features. Instances come from COCO's polygons where a photograph has them, from Mask R-CNN2Go elsewhere.
Run again to go on where it stopped.
"""

import argparse
import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from detect import Detector
from detection_classes import LABEL_OF_CATEGORY, LABEL_OF_DETECTOR_INDEX

SIDE = 320
# Between the two the teacher is unsure: such an instance is neither taught nor counted as background.
SURE, UNSURE = 0.6, 0.25
LEAST_PIXELS = 40


@dataclass(frozen=True)
class Photograph:
    path: Path
    # None: the teacher says what is on it. Otherwise (label, polygons in pixels of the photograph).
    instances: list[tuple[int, list[list[float]]]] | None


def photographs(data: Path) -> list[Photograph]:
    """All training photographs; those of COCO's val set are left out."""
    coco = json.loads((data / "coco-mini" / "train.json").read_text())
    by_image: dict[int, list[tuple[int, list[list[float]]]]] = {image["id"]: [] for image in coco["images"]}
    for each in coco["annotations"]:
        label = LABEL_OF_CATEGORY.get(each["category_id"])
        if label is not None:
            by_image[each["image_id"]].append((label, each["segmentation"]))
    folder = data / "coco-mini" / "images"
    annotated = [Photograph(folder / image["file_name"], by_image[image["id"]]) for image in coco["images"]]
    unlabelled = [Photograph(path, None) for path in sorted((data / "imagenet-samples").glob("*.jpg"))]
    return annotated + unlabelled


def teacher_of(models: Path, threads: int) -> Detector:
    folder = models / "maskrcnn2go"
    parts = (folder / f"maskrcnn2go_{part}_fp32.onnx" for part in ("trunk_rpn", "box_head", "mask_head"))
    anchors = np.array(json.loads((folder / "anchors.json").read_text()), np.float32)
    return Detector(*parts, anchors, threads)


def view_of(picture: Image.Image, random: np.random.Generator) -> tuple[float, float, float]:
    """(left, top, side) of a square in pixels of the picture; it may reach over the picture's end."""
    shorter = min(picture.size)
    side = shorter * float(np.exp(random.uniform(np.log(0.55), np.log(1.25))))
    left, top = (
        random.uniform(min(0, length - side), max(0, length - side)) for length in picture.size
    )
    return left, top, side


def cut(picture: Image.Image, left: float, top: float, side: float) -> np.ndarray:
    scale = SIDE / side
    # Shrink first, so that the cut below never has to skip pixels.
    small = picture.resize([max(1, round(length * scale)) for length in picture.size], Image.Resampling.BILINEAR)
    canvas = Image.new("RGB", (SIDE, SIDE), (124, 116, 104))
    canvas.paste(small, (round(-left * scale), round(-top * scale)))
    return np.asarray(canvas)


def polygon_mask(polygons: list[list[float]], left: float, top: float, side: float) -> np.ndarray:
    scale = SIDE / side
    mask = Image.new("1", (SIDE, SIDE))
    draw = ImageDraw.Draw(mask)
    for polygon in polygons:
        points = np.array(polygon, np.float64).reshape(-1, 2)
        draw.polygon([tuple(point) for point in (points - (left, top)) * scale], fill=1)
    return np.asarray(mask)


def make_view(photograph: Photograph, teacher: Detector, random: np.random.Generator) -> dict[str, np.ndarray]:
    picture = Image.open(photograph.path).convert("RGB")
    left, top, side = view_of(picture, random)
    pixels = cut(picture, left, top, side)
    found, features = teacher.detect_at_size(pixels, (SIDE, SIDE), UNSURE)
    if photograph.instances is None:
        known = [
            (LABEL_OF_DETECTOR_INDEX[each.label], each.score, each.mask)
            for each in found
            if each.label in LABEL_OF_DETECTOR_INDEX
        ]
    else:
        known = [
            (label, 1.0, polygon_mask(polygons, left, top, side)) for label, polygons in photograph.instances
        ]
    known = [each for each in known if each[2].sum() >= LEAST_PIXELS]
    masks = np.stack([mask for _, _, mask in known]) if known else np.zeros((0, SIDE, SIDE), bool)
    return {
        "pixels": pixels,
        "features": features[0].astype(np.float16),
        "labels": np.array([label for label, _, _ in known], np.int64),
        "sure": np.array([score >= SURE for _, score, _ in known], bool),
        "boxes": np.array([box_of(mask) for mask in masks], np.float32).reshape(-1, 4),
        "masks": np.packbits(masks, axis=2),
    }


def box_of(mask: np.ndarray) -> tuple[int, int, int, int]:
    """Left, top, right, bottom, end pixels included."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return columns[0], rows[0], columns[-1], rows[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--models", type=Path, required=True, help="folder that holds maskrcnn2go")
    parser.add_argument("--views", type=Path, required=True, help="folder to fill")
    parser.add_argument("--rounds", type=int, default=4, help="views of each photograph")
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    options.views.mkdir(parents=True, exist_ok=True)
    teacher = teacher_of(options.models, options.threads)
    sources = photographs(options.data)
    for turn in range(options.rounds):
        for number, photograph in enumerate(sources):
            path = options.views / f"{turn:02}-{number:05}.npz"
            if path.exists():
                continue
            view = make_view(photograph, teacher, np.random.default_rng((options.seed, turn, number)))
            unfinished = path.with_suffix(".part")
            with unfinished.open("wb") as file:
                np.savez(file, **view)
            os.replace(unfinished, path)
            if number % 50 == 0:
                print(f"round {turn}, photograph {number} of {len(sources)}", flush=True)


if __name__ == "__main__":
    main()
