"""How often an ONNX classifier of the ten classes is right, as onnxruntime runs it."""

import math
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image

from cifar import MEAN, STD, class_names, read_split

# ImageNet's class numbers that are one of the ten, first and last; a photograph of any other shows none of them.
IMAGENET_RANGES = {
    "airplane": ((404, 404), (895, 895)),
    "automobile": ((436, 436), (468, 468), (511, 511), (609, 609), (656, 656), (751, 751), (817, 817)),
    "bird": ((7, 24), (80, 100), (127, 146)),
    "cat": ((281, 285),),
    "deer": ((351, 353),),
    "dog": ((151, 268),),
    "frog": ((30, 32),),
    "horse": ((339, 339),),
    "ship": ((403, 403), (472, 472), (510, 510), (628, 628), (724, 724), (814, 814), (833, 833), (914, 914)),
    "truck": ((555, 555), (569, 569), (675, 675), (717, 717), (864, 864), (867, 867)),
}


def wilson(right: int, count: int) -> tuple[float, float]:
    """95 % interval of a share. See Wilson 1927."""
    z = 1.959964
    share = right / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    reach = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return middle - reach, middle + reach


def figure(right: int, count: int) -> dict[str, object]:
    low, high = wilson(right, count)
    return {"value": round(right / count, 4), "interval95": [round(low, 4), round(high, 4)], "images": count}


def session_of(path: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])


def logits_of(session: onnxruntime.InferenceSession, pixels: np.ndarray) -> np.ndarray:
    """`pixels` uint8 [n,3,32,32], one picture a run, as in the app. -> [n,10]"""
    mean, std = (np.array(each, np.float32).reshape(1, 3, 1, 1) for each in (MEAN, STD))
    values = (pixels.astype(np.float32) / 255 - mean) / std
    return np.concatenate([session.run(["logits"], {"pixel_values": each[None]})[0] for each in values])


def measure_test_set(session: onnxruntime.InferenceSession, data: Path) -> dict[str, object]:
    names = class_names(data)
    pictures = read_split(data, "test")
    labels = pictures.labels.numpy()
    said = logits_of(session, pictures.pixels.numpy()).argmax(1)
    by_class = {name: round(float((said[labels == at] == at).mean()), 4) for at, name in enumerate(names)}
    mistakes = np.zeros((len(names), len(names)), int)
    np.add.at(mistakes, (labels, said), 1)
    np.fill_diagonal(mistakes, 0)
    worst = np.argsort(-mistakes, axis=None)[:5]
    return {
        "accuracy": figure(int((said == labels).sum()), len(labels)),
        "byClass": by_class,
        "mostMistaken": [
            {"is": names[at // len(names)], "taken_for": names[at % len(names)], "images": int(mistakes.flat[at])}
            for at in worst
        ],
    }


def measure_photographs(session: onnxruntime.InferenceSession, data: Path) -> dict[str, object]:
    """On sharp photographs of ImageNet classes that are one of the ten, reduced as the app reduces them."""
    names = class_names(data)
    truth = {
        number: names.index(name)
        for name, ranges in IMAGENET_RANGES.items()
        for first, last in ranges
        for number in range(first, last + 1)
    }
    pixels, labels = [], []
    for path in sorted((data / "imagenet-samples").glob("*.jpg")):
        if int(path.stem) in truth:
            pixels.append(reduced(Image.open(path).convert("RGB")))
            labels.append(truth[int(path.stem)])
    said = logits_of(session, np.stack(pixels)).argmax(1)
    right = said == np.array(labels)
    return {"accuracy": figure(int(right.sum()), len(right))}


def reduced(picture: Image.Image) -> np.ndarray:
    """Shorter side to 32 pixels (bicubic), then the square in the middle, as the app frames it. -> uint8 [3,32,32]"""
    shorter = min(picture.size)
    width, height = (32 * length // shorter for length in picture.size)
    left, top = round((width - 32) / 2), round((height - 32) / 2)
    small = picture.resize((width, height), Image.Resampling.BICUBIC).crop((left, top, left + 32, top + 32))
    return np.asarray(small).transpose(2, 0, 1)
