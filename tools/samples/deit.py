"""Classifies a picture with the real DeiT-Tiny (Hugging Face export) exactly as the app does."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image

MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32)
DEVIATION = np.array([0.229, 0.224, 0.225], dtype=np.float32)


@dataclass(frozen=True)
class Guess:
    """One class of the ranking."""

    index: int
    label: str
    probability: float


def prepare(picture: Image.Image) -> np.ndarray:
    """Bicubic to 248 on the shorter side, centre crop 224, ImageNet statistics; shape [1, 3, 224, 224]."""
    scale = 248 / min(picture.size)
    width, height = (round(side * scale) for side in picture.size)
    resized = picture.convert("RGB").resize((width, height), Image.Resampling.BICUBIC)
    left, top = (width - 224) // 2, (height - 224) // 2
    cropped = resized.crop((left, top, left + 224, top + 224))
    pixels = (np.asarray(cropped, dtype=np.float32) / 255 - MEAN) / DEVIATION
    return pixels.transpose(2, 0, 1)[None]


class Classifier:
    """Holds the session and the class names."""

    def __init__(self, mirror: Path):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        path = mirror / "deit-tiny" / "deit_tiny_hf_opset14.onnx"
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.labels = json.loads((mirror / "imagenet-simple-labels.json").read_text())

    def top(self, picture: Image.Image, count: int = 5) -> list[Guess]:
        """The `count` most probable classes, best first."""
        logits = self.session.run(None, {"pixel_values": prepare(picture)})[0][0].astype(np.float64)
        probabilities = np.exp(logits - logits.max())
        probabilities /= probabilities.sum()
        best = np.argsort(-probabilities)[:count]
        return [Guess(int(i), self.labels[i], round(float(probabilities[i]), 4)) for i in best]
