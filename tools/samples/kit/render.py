"""Renders the picture and, in a second exact pass, the number of the instance seen at every pixel."""

import json
from pathlib import Path

import bpy
import numpy as np

from kit.stage import Instance


def _number(instances: list[Instance]) -> None:
    """Gives every object of an instance its pass index, from 1."""
    for value, instance in enumerate(instances, start=1):
        for item in instance.items:
            item.pass_index = value


def render_picture(path: Path, width: int, samples: int) -> None:
    """Renders the beauty pass to a PNG."""
    scene = bpy.context.scene
    scene.render.resolution_x = scene.render.resolution_y = width
    scene.cycles.samples = samples
    scene.cycles.use_adaptive_sampling = False
    scene.cycles.pixel_filter_type, scene.cycles.filter_width = "BLACKMAN_HARRIS", 1.4
    scene.render.image_settings.file_format = "PNG"
    scene.render.filepath = str(path)
    bpy.ops.render.render(write_still=True)


def render_mask(folder: Path, width: int) -> np.ndarray:
    """Renders the object index at every pixel centre, without lens blur; top row first, [width, width].

    One sample through a box filter of no width hits exactly one surface, so the numbers are never blends.
    """
    scene = bpy.context.scene
    scene.camera.data.dof.use_dof = False
    scene.render.use_motion_blur = False
    scene.cycles.samples = 1
    scene.cycles.max_bounces = 0
    scene.cycles.pixel_filter_type, scene.cycles.filter_width = "BOX", 0.01
    scene.view_layers[0].use_pass_object_index = True
    scene.render.resolution_x = scene.render.resolution_y = width
    scene.use_nodes = True
    tree = scene.node_tree
    tree.nodes.clear()
    layers, output = tree.nodes.new("CompositorNodeRLayers"), tree.nodes.new("CompositorNodeOutputFile")
    output.base_path = str(folder)
    output.format.file_format, output.format.color_depth = "OPEN_EXR", "32"
    output.file_slots[0].path = "index"
    tree.links.new(layers.outputs["IndexOB"], output.inputs[0])
    bpy.ops.render.render()
    path = next(folder.glob("index*.exr"))
    image = bpy.data.images.load(str(path))
    image.colorspace_settings.name = "Non-Color"
    pixels = np.array(image.pixels[:]).reshape(width, width, 4)[::-1, :, 0]
    path.unlink()
    mask = np.rint(pixels).astype(np.uint8)
    if np.abs(pixels - mask).max() > 0:
        raise ValueError("the object-index pass holds blended values")
    return mask


def render(
    scene_id: str, title: str, instances: list[Instance], folder: Path, width: int, samples: int
) -> None:
    """Writes <id>.png, <id>.npy (the mask) and <id>.json (its values); 0 samples: no picture."""
    folder.mkdir(parents=True, exist_ok=True)
    _number(instances)
    if samples > 0:
        render_picture(folder / f"{scene_id}.png", width, samples)
    np.save(folder / f"{scene_id}.npy", render_mask(folder, width))
    facts = {
        "id": scene_id,
        "title": title,
        "instances": [
            {"value": value, "label": instance.label, "imagenet": instance.imagenet}
            for value, instance in enumerate(instances, start=1)
        ],
    }
    (folder / f"{scene_id}.json").write_text(json.dumps(facts, indent=1))
