"""Things outdoors: a football, an umbrella, a lawn. One unit is a metre."""

import math
import random

import bpy
import numpy as np
from mathutils import Vector

from kit import materials, shapes

GOLDEN = (1 + math.sqrt(5)) / 2


def _panel_centres() -> tuple[list[Vector], list[Vector]]:
    """Directions of the 12 pentagons and 20 hexagons of a football."""
    corners = [
        Vector(p).normalized()
        for a in (-1, 1)
        for b in (-GOLDEN, GOLDEN)
        for p in ((0, a, b), (a, b, 0), (b, 0, a))
    ]
    faces = []
    for i in range(12):
        for j in range(i):
            for k in range(j):
                middle = corners[i] + corners[j] + corners[k]
                if middle.length > 2.3:
                    faces.append(middle.normalized())
    return corners, faces


def _ball_leather():
    """White leather with black pentagons; the attribute `pentagon` says which is which."""
    surface = materials.Surface("leather", "f2f2ef", 0.33, specular=0.45, clearcoat=0.25)
    surface.colour(surface.ramp(surface.attribute("pentagon", "Fac"), [(0.48, "efefec"), (0.52, "111214")]))
    return surface.bump(surface.noise(60, detail=3), 0.03, 0.005).material


def football(radius: float = 0.11) -> list:
    """A classic black and white football resting on the origin."""
    pentagons, hexagons = _panel_centres()
    data = bpy.data.meshes.new("ball")
    import bmesh

    builder = bmesh.new()
    bmesh.ops.create_icosphere(builder, subdivisions=7, radius=1)
    builder.to_mesh(data)
    builder.free()
    directions = np.empty(len(data.vertices) * 3)
    data.vertices.foreach_get("co", directions)
    directions = directions.reshape(-1, 3)
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    # Panels of a truncated icosahedron: a point belongs to the face whose plane it pierces last.
    to_pentagon = directions @ np.array(pentagons).T / 0.9393
    to_hexagon = directions @ np.array(hexagons).T / 0.9149
    every = np.sort(np.hstack([to_pentagon, to_hexagon]), axis=1)
    seam = np.exp(-(((every[:, -1] - every[:, -2]) / 0.016) ** 2))
    moved = directions * (1 - 0.022 * seam)[:, None] * radius
    data.vertices.foreach_set("co", moved.ravel())
    attribute = data.attributes.new("pentagon", "FLOAT", "POINT")
    inside = to_pentagon.max(axis=1) - to_hexagon.max(axis=1)
    attribute.data.foreach_set("value", np.clip(0.5 + inside / 0.02, 0, 1))
    data.polygons.foreach_set("use_smooth", [True] * len(data.polygons))
    data.materials.append(_ball_leather())
    item = bpy.data.objects.new("ball", data)
    bpy.context.collection.objects.link(item)
    item.location = (0, 0, radius)
    return [item]


def _blade(green) -> object:
    """One tuft of grass to be instanced."""
    chance = random.Random(3)
    vertices, faces = [], []
    for _ in range(14):
        x, y, turn = chance.uniform(-0.02, 0.02), chance.uniform(-0.02, 0.02), chance.uniform(0, 2 * math.pi)
        lean, tall, half = chance.uniform(0.004, 0.03), chance.uniform(0.03, 0.058), 0.0016
        dx, dy = math.cos(turn), math.sin(turn)
        first = len(vertices)
        for share in (0, 0.5, 1):
            bend, width = lean * share * share, half * (1 - 0.9 * share)
            for side in (-1, 1):
                vertices.append(
                    (x + dx * bend - dy * width * side, y + dy * bend + dx * width * side, tall * share)
                )
        faces += [(first, first + 1, first + 3, first + 2), (first + 2, first + 3, first + 5, first + 4)]
    return shapes.mesh("tuft", vertices, faces, green)


def lawn(patches: list[tuple[float, float, float, int, float]]) -> None:
    """A meadow of instanced tufts on soil; a patch is (centre x, centre y, size, tufts, scale of a tuft)."""
    surface = materials.Surface("grass", "5c8a2c", 0.6, specular=0.25, transmission=0.0)
    chance = surface.node("ShaderNodeObjectInfo").outputs["Random"]
    surface.colour(
        surface.ramp(chance, [(0.0, "3f6f1f"), (0.5, "5d8f2e"), (0.85, "7da53c"), (1.0, "a0b455")])
    )
    tuft = _blade(surface.material)
    shapes.sheet("soil", lambda x, y: 0.0, materials.plain("soil", "3d5222", 0.95), (80, 80), (2, 2))
    place = random.Random(11)
    for x, y, size, tufts, scale in patches:
        for _ in range(tufts):
            item = bpy.data.objects.new("tuft", tuft.data)
            item.location = (x + place.uniform(-0.5, 0.5) * size, y + place.uniform(-0.5, 0.5) * size, 0)
            item.rotation_euler = (0, 0, place.uniform(0, 2 * math.pi))
            item.scale = [scale * place.uniform(0.7, 1.2)] * 3
            bpy.context.collection.objects.link(item)
    bpy.data.objects.remove(tuft)
