"""Batches of views for maskrcnn-nano: mirrored, recoloured, and with instances of other views pasted in."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from augment import recoloured
from detection_views import LEAST_PIXELS, SIDE, box_of


@dataclass
class View:
    pixels: np.ndarray
    features: np.ndarray
    labels: np.ndarray
    sure: np.ndarray
    boxes: np.ndarray
    masks: np.ndarray
    # Where something was pasted, the teacher's features no longer tell what is there: [h,w]
    original: np.ndarray


def read_view(path: Path, is_mirrored: bool) -> View:
    saved = np.load(path)
    masks = np.unpackbits(saved["masks"], axis=2, count=SIDE).astype(bool)
    pixels, features, boxes = saved["pixels"], saved["features"], saved["boxes"].copy()
    if is_mirrored:
        pixels, features, masks = pixels[:, ::-1], features[:, :, ::-1], masks[:, :, ::-1]
        boxes[:, [0, 2]] = SIDE - 1 - boxes[:, [2, 0]]
    original = np.ones(features.shape[1:], bool)
    return View(pixels.copy(), features, saved["labels"], saved["sure"], boxes, masks.copy(), original)


def paste_from(view: View, source: View, random: np.random.Generator) -> None:
    """Moves up to three sure instances of `source` over `view` (Ghiasi et al. 2021, arXiv 2012.07177)."""
    candidates = np.flatnonzero(source.sure)
    for index in random.permutation(candidates)[: int(random.integers(1, 4))]:
        left, top, right, bottom = source.boxes[index].astype(int)
        width, height = right - left + 1, bottom - top + 1
        x, y = int(random.integers(0, SIDE - width + 1)), int(random.integers(0, SIDE - height + 1))
        cut = source.masks[index, top : bottom + 1, left : right + 1]
        mask = np.zeros((SIDE, SIDE), bool)
        mask[y : y + height, x : x + width] = cut
        view.pixels[mask] = source.pixels[top : bottom + 1, left : right + 1][cut]
        view.masks &= ~mask
        view.masks = np.concatenate((view.masks, mask[None]))
        view.labels = np.append(view.labels, source.labels[index])
        view.sure = np.append(view.sure, True)
        cells = SIDE // view.original.shape[0]
        # A border of one cell: the teacher sees beyond the cell itself.
        rows = slice(max(0, y // cells - 1), (y + height) // cells + 2)
        columns = slice(max(0, x // cells - 1), (x + width) // cells + 2)
        view.original[rows, columns] = False
    visible = view.masks.sum((1, 2)) >= LEAST_PIXELS
    view.masks, view.labels, view.sure = view.masks[visible], view.labels[visible], view.sure[visible]
    view.boxes = np.array([box_of(mask) for mask in view.masks], np.float32).reshape(-1, 4)


def read_batch(paths: list[Path], random: np.random.Generator, pasted_share: float) -> list[View]:
    views = [read_view(path, bool(random.integers(2))) for path in paths]
    # The last view gives to the one before it, and so on, so that nothing that was pasted is pasted again.
    for number in range(len(views) - 1):
        if random.random() < pasted_share:
            paste_from(views[number], views[number + 1], random)
    return views


def pixels_of(views: list[View], generator: torch.Generator) -> torch.Tensor:
    """Blue, green, red, 0..255 [b,3,h,w]"""
    pixels = torch.from_numpy(np.stack([view.pixels for view in views])).permute(0, 3, 1, 2).float()
    return recoloured(pixels, generator, strength=0.25).flip(1).contiguous(memory_format=torch.channels_last)
