"""Sets up an empty scene, its camera, its sky and its lamps."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import bpy
from mathutils import Vector

from kit.materials import linear

Point = Sequence[float]


@dataclass(frozen=True)
class Instance:
    """One object of the ground truth: the mask value is its position in the scene's list, from 1."""

    label: str
    imagenet: list[int]
    items: list


def reset() -> None:
    """Empties Blender and switches to Cycles with plain sRGB output."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    import addon_utils

    addon_utils.enable("cycles", default_set=True)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.cycles.device = "CPU"
    scene.cycles.use_denoising = False
    scene.cycles.sample_clamp_indirect = 4.0
    scene.cycles.blur_glossy = 1.0
    scene.cycles.caustics_reflective = scene.cycles.caustics_refractive = False
    scene.view_settings.view_transform = "Standard"
    scene.world = bpy.data.worlds.new("world")


def camera(
    location: Point, target: Point, lens: float = 60.0, fstop: float | None = None, focus: Point | None = None
):
    """Points a 36 mm camera at a target; `fstop` switches lens blur on, sharp at `focus` or the target."""
    data = bpy.data.cameras.new("camera")
    data.lens = lens
    data.clip_end = 5000
    item = bpy.data.objects.new("camera", data)
    item.location = location
    item.rotation_euler = (Vector(target) - Vector(location)).to_track_quat("-Z", "Y").to_euler()
    if fstop is not None:
        data.dof.use_dof = True
        data.dof.aperture_fstop = fstop
        data.dof.focus_distance = (Vector(focus or target) - Vector(location)).length
    bpy.context.collection.objects.link(item)
    bpy.context.scene.camera = item
    return item


def lamp(kind: str, location: Point, target: Point, power: float, colour: str = "ffffff", size: float = 1.0):
    """A lamp aimed at a target; `size` is metres for an area lamp, degrees of the disc for a sun."""
    data = bpy.data.lights.new(kind, kind)
    data.energy = power
    data.color = linear(colour)[:3]
    if kind == "AREA":
        data.shape, data.size = "DISK", size
    elif kind == "SUN":
        data.angle = math.radians(size)
    else:
        data.shadow_soft_size = size
    item = bpy.data.objects.new(kind, data)
    item.location = location
    item.rotation_euler = (Vector(target) - Vector(location)).to_track_quat("-Z", "Y").to_euler()
    bpy.context.collection.objects.link(item)
    return item


def ambient(colour: str, strength: float = 1.0) -> None:
    """An even glow from everywhere."""
    bpy.context.scene.world.use_nodes = True
    background = bpy.context.scene.world.node_tree.nodes["Background"]
    background.inputs["Color"].default_value = linear(colour)
    background.inputs["Strength"].default_value = strength


def gradient_sky(
    horizon: str,
    zenith: str,
    strength: float = 1.0,
    clouds: float = 0.0,
    cloud_scale: float = 2.0,
    cloud: str = "ffffff",
    edge: float = 0.5,
) -> None:
    """A sky from horizon to zenith; clouds of a given opacity begin where noise exceeds `edge`."""
    world = bpy.context.scene.world
    world.use_nodes = True
    tree = world.node_tree
    new, link = tree.nodes.new, tree.links.new
    coordinates, split, ramp = (
        new("ShaderNodeTexCoord"),
        new("ShaderNodeSeparateXYZ"),
        new("ShaderNodeValToRGB"),
    )
    link(coordinates.outputs["Generated"], split.inputs[0])
    link(split.outputs["Z"], ramp.inputs["Fac"])
    ramp.color_ramp.elements[0].color, ramp.color_ramp.elements[1].color = linear(horizon), linear(zenith)
    ramp.color_ramp.elements[1].position = 0.6
    noise, mask, mixer = new("ShaderNodeTexNoise"), new("ShaderNodeMapRange"), new("ShaderNodeMixRGB")
    flatten = new("ShaderNodeMapping")
    flatten.inputs["Scale"].default_value = (1, 1, 2.6)
    link(coordinates.outputs["Generated"], flatten.inputs["Vector"])
    link(flatten.outputs["Vector"], noise.inputs["Vector"])
    noise.inputs["Scale"].default_value, noise.inputs["Detail"].default_value = cloud_scale, 9
    noise.inputs["Roughness"].default_value = 0.58
    link(noise.outputs["Fac"], mask.inputs["Value"])
    for key, value in (("From Min", edge), ("From Max", edge + 0.22), ("To Max", clouds)):
        mask.inputs[key].default_value = value
    link(mask.outputs[0], mixer.inputs["Fac"])
    link(ramp.outputs["Color"], mixer.inputs["Color1"])
    mixer.inputs["Color2"].default_value = linear(cloud)
    background = tree.nodes["Background"]
    link(mixer.outputs["Color"], background.inputs["Color"])
    background.inputs["Strength"].default_value = strength
