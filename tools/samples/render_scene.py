"""Run inside Blender: renders one scene of tools/samples/scenes to a working folder (see README.md)."""

import argparse
import importlib
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from kit import render, stage  # noqa: E402 (the path above must come first)


def main() -> None:
    """Reads the arguments behind `--`, builds the scene and renders it."""
    parser = argparse.ArgumentParser(prog="render_scene")
    parser.add_argument("scene", help="file name in scenes/, without .py")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--width", type=int, default=400)
    parser.add_argument("--samples", type=int, default=256)
    options = parser.parse_args(sys.argv[sys.argv.index("--") + 1 :])
    scene = importlib.import_module(f"scenes.{options.scene}")
    stage.reset()
    instances = scene.build()
    start = time.monotonic()
    scene_id = options.scene.replace("_", "-")
    render.render(scene_id, scene.TITLE, instances, options.out, options.width, options.samples)
    print(f"{scene_id}: {options.width} px, {options.samples} samples, {time.monotonic() - start:.1f} s")


main()
