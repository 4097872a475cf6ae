"""Checks public/samples: files, masks and index.json agree, and DeiT-Tiny still names the objects."""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from deit import Classifier
from paint_out import paint_out
from PIL import Image

REPOSITORY = Path(__file__).resolve().parents[2]
MOST_BYTES = 150_000
MARGIN = 20 / 400
"""Share of each side that the centre crop (224 of 248) cuts away, rounded up."""


def check_entry(entry: dict, folder: Path, classifier: Classifier) -> list[str]:
    """Everything that is wrong with one sample, as sentences."""
    picture, mask = Image.open(folder / entry["file"]), Image.open(folder / entry["mask"])
    size = (entry["width"], entry["height"])
    faults = []
    if picture.size != size or mask.size != size:
        faults.append(f"sizes differ: index {size}, picture {picture.size}, mask {mask.size}")
    if (folder / entry["file"]).stat().st_size > MOST_BYTES:
        faults.append(f"picture is larger than {MOST_BYTES} bytes")
    if mask.mode != "P":
        faults.append(f"mask is not a palette image but {mask.mode}")
    faults += check_mask(np.asarray(mask), entry["instances"])
    top = classifier.top(picture)
    recorded = [(guess["index"], guess["label"]) for guess in entry["deitTinyTop5"]]
    if [(guess.index, guess.label) for guess in top] != recorded:
        faults.append(f"top-5 is now {top}")
    worst = max(
        abs(a.probability - b["probability"]) for a, b in zip(top, entry["deitTinyTop5"], strict=True)
    )
    if worst > 0.002:
        faults.append(f"a recorded probability is off by {worst:.4f}")
    named = {index for instance in entry["instances"] for index in instance["imagenet"]}
    if top[0].index not in named:
        faults.append(f"top-1 {top[0].label} is none of the objects shown")
    missing = [i["label"] for i in entry["instances"] if not {g.index for g in top} & set(i["imagenet"])]
    if missing:
        faults.append(f"not in the top-5: {', '.join(missing)}")
    return faults + check_pair(picture, np.asarray(mask), entry["instances"], classifier)


def check_mask(mask: np.ndarray, instances: list[dict]) -> list[str]:
    """Values must be exactly those of the instances, each large enough and inside the crop."""
    expected, found = {instance["value"] for instance in instances}, set(np.unique(mask).tolist()) - {0}
    faults = [] if found == expected else [f"mask holds {sorted(found)}, index.json {sorted(expected)}"]
    border = round(MARGIN * mask.shape[0])
    inside = mask[border:-border, border:-border]
    for instance in instances:
        area, kept = (mask == instance["value"]).sum(), (inside == instance["value"]).sum()
        if area < 0.005 * mask.size:
            faults.append(f"{instance['label']} covers less than 0.5 % of the picture")
        if kept < area:
            faults.append(f"{instance['label']} reaches out of the crop")
    return faults


def check_pair(picture, mask: np.ndarray, instances: list[dict], classifier: Classifier) -> list[str]:
    """With two classes, either must become top-1 when every object of the other is painted out."""
    classes = {tuple(instance["imagenet"]) for instance in instances}
    faults = []
    for kept in classes if len(classes) > 1 else []:
        others = [instance["value"] for instance in instances if tuple(instance["imagenet"]) != kept]
        best = classifier.top(paint_out(picture, np.isin(mask, others)), 1)[0]
        if best.index not in kept:
            faults.append(f"with the other objects painted out, top-1 is {best.label}")
    return faults


def main() -> None:
    """Prints every fault and exits with 1 if there is one."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mirror", type=Path, default=REPOSITORY.parent / "shared" / "models")
    parser.add_argument("--folder", type=Path, default=REPOSITORY / "public" / "samples")
    options = parser.parse_args()
    entries = json.loads((options.folder / "index.json").read_text())
    classifier = Classifier(options.mirror)
    faults = [(e["id"], fault) for e in entries for fault in check_entry(e, options.folder, classifier)]
    listed = {name for entry in entries for name in (entry["file"], entry["mask"])} | {"index.json"}
    faults += [
        (path.name, "not in index.json") for path in options.folder.iterdir() if path.name not in listed
    ]
    pairs = sum(len({tuple(i["imagenet"]) for i in entry["instances"]}) > 1 for entry in entries)
    for name, fault in faults:
        print(f"{name}: {fault}")
    print(f"{len(entries)} samples, {pairs} with two classes in the top-5, {len(faults)} faults")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
