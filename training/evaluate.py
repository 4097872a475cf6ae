"""
Measures the models that ship with the app and checks their cards: files, checksums and every figure. `--write` puts
what was measured into the cards instead. Exits with 1 when a card and its model disagree.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

import numpy as np

from detect import Detector
from measure_classifier import measure_photographs, measure_test_set, session_of
from measure_detector import measure_detector

# Runtimes add in different orders: on another machine a picture on the edge may fall to the other side.
TOLERANCE = 0.002


def measure(card: dict, folder: Path, data: Path, threads: int) -> dict[str, object]:
    if card["task"] == "classification":
        session = session_of(folder / card["files"][0]["name"], threads)
        return {"testSet": measure_test_set(session, data), "photographs": measure_photographs(session, data)}
    anchors = np.array(json.loads((folder / "anchors.json").read_text()), np.float32)
    parts = (folder / f"{part}.onnx" for part in ("trunk", "box-head", "mask-head"))
    return {"valSet": measure_detector(Detector(*parts, anchors, threads), data)}


def files_of(card: dict, folder: Path) -> list[dict[str, object]]:
    return [
        {
            "name": each["name"],
            "bytes": (folder / each["name"]).stat().st_size,
            "sha256": hashlib.sha256((folder / each["name"]).read_bytes()).hexdigest(),
        }
        for each in card["files"]
    ]


def differences(said: object, is_so: object, place: str) -> list[str]:
    if isinstance(is_so, dict) and isinstance(said, dict):
        names = said.keys() | is_so.keys()
        return [
            line
            for name in sorted(names)
            for line in differences(said.get(name), is_so.get(name), f"{place}.{name}")
        ]
    if isinstance(is_so, float) and isinstance(said, int | float):
        return [] if abs(said - is_so) <= TOLERANCE else [f"{place}: the card says {said}, measured {is_so}"]
    if isinstance(is_so, list) and isinstance(said, list) and len(said) == len(is_so):
        return [line for at, pair in enumerate(zip(said, is_so)) for line in differences(*pair, f"{place}[{at}]")]
    return [] if said == is_so else [f"{place}: the card says {said}, measured {is_so}"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ids", nargs="*", help="all models when none is named")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--models", type=Path, default=Path(__file__).parents[1] / "public" / "models")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    wrong: list[str] = []
    for path in sorted(options.models.glob("*/card.json")):
        card = json.loads(path.read_text())
        if options.ids and card["id"] not in options.ids:
            continue
        files, measured = files_of(card, path.parent), measure(card, path.parent, options.data, options.threads)
        print(json.dumps({"id": card["id"], **measured}, indent=2))
        if options.write:
            path.write_text(json.dumps({**card, "files": files, "measured": measured}, indent=2) + "\n")
        else:
            wrong += differences(card["files"], files, f"{card['id']}.files")
            wrong += differences(card["measured"], measured, f"{card['id']}.measured")
    print("\n".join(wrong) if wrong else "All cards say what was measured.")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
