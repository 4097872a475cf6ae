"""Turns rendered scenes into what the app ships: JPEG pictures, palette masks and index.json."""

import argparse
import colorsys
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
from deit import Classifier
from PIL import Image

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
CREDIT = "Rendered by Patchlight with Blender; CC0"


def palette(instances: int) -> list[int]:
    """Black for the background and a distinct bright colour for every instance."""
    colours = [0, 0, 0]
    for index in range(instances):
        colours += [round(255 * c) for c in colorsys.hsv_to_rgb((0.08 + index * 0.381966) % 1, 0.75, 0.95)]
    return colours


def write_mask(mask: np.ndarray, instances: int, path: Path) -> None:
    """Saves instance numbers as an 8-bit palette PNG whose indices are the numbers."""
    image = Image.fromarray(mask, mode="L").convert("P")
    image.putdata(mask.ravel().tolist())
    image.putpalette(palette(instances))
    image.save(path, optimize=True, bits=8)


def finish(scene_id: str, rendered: Path, target: Path, quality: int, classifier: Classifier) -> dict:
    """Writes picture and mask of one scene and returns its entry of index.json."""
    facts = json.loads((rendered / f"{scene_id}.json").read_text())
    picture = Image.open(rendered / f"{scene_id}.png").convert("RGB")
    mask = np.load(rendered / f"{scene_id}.npy")
    file, mask_file = f"{scene_id}.jpg", f"{scene_id}.mask.png"
    picture.save(target / file, quality=quality, subsampling=0, optimize=True, progressive=True)
    write_mask(mask, len(facts["instances"]), target / mask_file)
    top = classifier.top(Image.open(target / file))
    return {
        "id": scene_id,
        "title": facts["title"],
        "file": file,
        "mask": mask_file,
        "instances": facts["instances"],
        "width": picture.width,
        "height": picture.height,
        "credit": CREDIT,
        "deitTinyTop5": [asdict(guess) for guess in top],
    }


def main() -> None:
    """Finishes the scenes of gallery.json in that order; one without a fresh render keeps its entry."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rendered", type=Path, required=True, help="folder render_scene.py wrote to")
    parser.add_argument("--mirror", type=Path, default=REPOSITORY.parent / "shared" / "models")
    parser.add_argument("--target", type=Path, default=REPOSITORY / "public" / "samples")
    parser.add_argument("--quality", type=int, default=93)
    options = parser.parse_args()
    options.target.mkdir(parents=True, exist_ok=True)
    index = options.target / "index.json"
    known = {entry["id"]: entry for entry in json.loads(index.read_text())} if index.exists() else {}
    classifier = Classifier(options.mirror)
    for path in sorted(options.rendered.glob("*.json")):
        known[path.stem] = finish(path.stem, options.rendered, options.target, options.quality, classifier)
    order = json.loads((HERE / "gallery.json").read_text())
    entries = [known[scene_id] for scene_id in order if scene_id in known]
    index.write_text(json.dumps(entries, indent=2, ensure_ascii=False) + "\n")
    for entry in entries:
        guesses = ", ".join(f"{g['label']} {g['probability']:.2f}" for g in entry["deitTinyTop5"])
        size = (options.target / entry["file"]).stat().st_size / 1000
        print(f"{entry['id']}: {size:.0f} kB; {guesses}")


if __name__ == "__main__":
    main()
