"""Removes objects from a picture by letting their surroundings flow in."""

import numpy as np
from PIL import Image, ImageFilter


def paint_out(picture: Image.Image, region: np.ndarray, steps: int = 800) -> Image.Image:
    """Fills a region (booleans, [height, width]) and a 7-pixel rim, which holds its outline, by diffusion."""
    grown = Image.fromarray(region.astype(np.uint8) * 255).filter(ImageFilter.MaxFilter(15))
    hole = np.asarray(grown) > 0
    pixels = np.asarray(picture.convert("RGB")).astype(np.float32)
    pixels[hole] = pixels[~hole].mean(axis=0)
    rows, columns = np.nonzero(hole)
    up, down = np.maximum(rows - 1, 0), np.minimum(rows + 1, hole.shape[0] - 1)
    left, right = np.maximum(columns - 1, 0), np.minimum(columns + 1, hole.shape[1] - 1)
    for _ in range(steps):
        neighbours = pixels[up, columns] + pixels[down, columns] + pixels[rows, left] + pixels[rows, right]
        pixels[rows, columns] = neighbours / 4
    return Image.fromarray(np.rint(pixels).astype(np.uint8))
