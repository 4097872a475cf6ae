"""Reads the ten everyday classes: 32x32 JPEGs laid end to end, with an index of offsets and labels."""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image

MEAN = (0.4914, 0.4822, 0.4465)
STD = (0.2470, 0.2435, 0.2616)
SIDE = 32

# The last images of the training file are never trained on: progress is watched on them, never on the test file.
HELD_OUT = 1_000


@dataclass(frozen=True)
class Pictures:
    """`pixels` is uint8 [n,3,32,32]; `labels` int64 [n]."""

    pixels: torch.Tensor
    labels: torch.Tensor

    def __len__(self) -> int:
        return len(self.labels)


def class_names(data: Path) -> list[str]:
    return (data / "cifar10" / "classes.txt").read_text().split()


def read_split(data: Path, split: str) -> Pictures:
    """`split` is the name of a file: `train` or `test`."""
    index = (data / "cifar10" / f"{split}.index").read_bytes()
    count = int(np.frombuffer(index, "<u4", 1)[0])
    offsets = np.frombuffer(index, "<u4", count + 1, 4)
    labels = np.frombuffer(index, np.uint8, count, 4 * (count + 2))
    jpegs = (data / "cifar10" / f"{split}.jpegs").read_bytes()
    pixels = np.empty((count, SIDE, SIDE, 3), np.uint8)
    for number in range(count):
        jpeg = jpegs[offsets[number] : offsets[number + 1]]
        pixels[number] = np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB"))
    channels_first = torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous()
    return Pictures(channels_first, torch.from_numpy(labels.astype(np.int64)))


def training_pictures(data: Path) -> tuple[Pictures, Pictures]:
    """What is trained on, and what is held out to watch progress."""
    both = read_split(data, "train")
    cut = len(both) - HELD_OUT
    return Pictures(both.pixels[:cut], both.labels[:cut]), Pictures(both.pixels[cut:], both.labels[cut:])


def normalised(pixels: torch.Tensor) -> torch.Tensor:
    """uint8 or float 0..255 [b,3,h,w] -> what the networks take, channels last."""
    mean = torch.tensor(MEAN).view(1, 3, 1, 1) * 255
    std = torch.tensor(STD).view(1, 3, 1, 1) * 255
    return ((pixels.float() - mean) / std).contiguous(memory_format=torch.channels_last)
