"""Straight-edged pieces: boxes, cylinders, prisms and plates."""

from collections.abc import Sequence

from mathutils import Vector

from kit.shapes import Point, lathe, loft, mesh


def box(name: str, size: Point, centre: Point, material, bevel: float = 0.0):
    """A box with optionally rounded edges."""
    x, y, z = (value / 2 for value in size)
    vertices = [(sx * x, sy * y, sz * z) for sx in (-1, 1) for sy in (-1, 1) for sz in (-1, 1)]
    faces = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    item = mesh(name, vertices, faces, material, smooth=False)
    item.location = centre
    if bevel:
        rounding = item.modifiers.new("rounding", "BEVEL")
        rounding.width, rounding.segments = bevel, 4
        item.data.polygons.foreach_set("use_smooth", [True] * len(item.data.polygons))
        item.data.use_auto_smooth = True
    return item


def cylinder(name: str, radius: float, start: Point, end: Point, material, segments: int = 48):
    """A straight capped cylinder between two points."""
    axis = Vector(end) - Vector(start)
    profile = [
        (0, 0),
        (radius * 0.94, 0),
        (radius, radius * 0.06),
        (radius, axis.length - radius * 0.06),
        (radius * 0.94, axis.length),
        (0, axis.length),
    ]
    item = lathe(name, profile, material, segments=segments, smooth_profile=False)
    item.location = start
    item.rotation_euler = axis.to_track_quat("Z", "Y").to_euler()
    item.data.use_auto_smooth = True
    return item


def prism(name: str, outline: Sequence[Point], width: float, material, bevel: float = 0.0):
    """Extrudes a side view, listed as (x, z) around its rim, symmetrically along y."""
    sections = [[(x, side * width / 2, z) for x, z in outline] for side in (-1, 1)]
    item = loft(name, sections, material)
    if bevel:
        rounding = item.modifiers.new("rounding", "BEVEL")
        rounding.width, rounding.segments, rounding.limit_method = bevel, 4, "ANGLE"
    item.data.use_auto_smooth = True
    return item


def panel(name: str, corners: Sequence[Point], material, thickness: float = 0.02):
    """A thin flat plate between corners."""
    item = mesh(name, corners, [tuple(range(len(corners)))], material, smooth=False)
    plate = item.modifiers.new("thickness", "SOLIDIFY")
    plate.thickness, plate.offset = thickness, 0.0
    return item
