"""Turns short numeric descriptions (profiles, paths, displacement functions) into smooth meshes."""

import math
from collections.abc import Callable, Sequence

import bpy
import numpy as np
from mathutils import Vector

Point = Sequence[float]


def spline(points: Sequence[Point], steps: int) -> np.ndarray:
    """Catmull-Rom curve through the points, `steps` samples a span, ends included; shape [n, dimension]."""
    control = np.asarray(points, dtype=float)
    padded = np.vstack([2 * control[0] - control[1], control, 2 * control[-1] - control[-2]])
    samples = []
    for index in range(1, len(padded) - 2):
        before, start, end, after = padded[index - 1 : index + 3]
        for t in np.arange(steps) / steps:
            samples.append(
                0.5
                * (
                    2 * start
                    + (end - before) * t
                    + (2 * before - 5 * start + 4 * end - after) * t**2
                    + (3 * start - before - 3 * end + after) * t**3
                )
            )
    samples.append(control[-1])
    return np.asarray(samples)


def mesh(name: str, vertices: Sequence[Point], faces: Sequence[Sequence[int]], material, smooth: bool = True):
    """Adds a mesh object to the scene and returns it."""
    data = bpy.data.meshes.new(name)
    data.from_pydata([tuple(map(float, vertex)) for vertex in vertices], [], [tuple(face) for face in faces])
    data.validate()
    data.polygons.foreach_set("use_smooth", [smooth] * len(data.polygons))
    if material is not None:
        data.materials.append(material)
    item = bpy.data.objects.new(name, data)
    bpy.context.collection.objects.link(item)
    return item


def _sheet_faces(rows: int, columns: int, wrap: bool) -> list[tuple[int, int, int, int]]:
    """Quads of a grid of rows x columns vertices; `wrap` joins the last column to the first."""
    faces = []
    for row in range(rows - 1):
        for column in range(columns if wrap else columns - 1):
            following = (column + 1) % columns
            here, above = row * columns, (row + 1) * columns
            faces.append((here + column, here + following, above + following, above + column))
    return faces


def lathe(
    name: str,
    profile: Sequence[Point],
    material,
    steps: int = 8,
    segments: int = 96,
    smooth_profile: bool = True,
):
    """Surface of revolution about z; the profile lists (radius, height) from bottom to top."""
    outline = spline(profile, steps) if smooth_profile else np.asarray(profile, dtype=float)
    angles = np.arange(segments) * 2 * math.pi / segments
    vertices = [
        (max(radius, 1e-4) * math.cos(angle), max(radius, 1e-4) * math.sin(angle), height)
        for radius, height in outline
        for angle in angles
    ]
    return mesh(name, vertices, _sheet_faces(len(outline), segments, wrap=True), material)


def _frames(path: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two unit normals along a path, carried along without twist."""
    tangents = np.gradient(path, axis=0)
    tangents /= np.linalg.norm(tangents, axis=1, keepdims=True)
    start = np.array([0.0, 0.0, 1.0]) if abs(tangents[0][2]) < 0.9 else np.array([0.0, 1.0, 0.0])
    normals = []
    for tangent in tangents:
        start = start - tangent * np.dot(start, tangent)
        start /= np.linalg.norm(start)
        normals.append(start)
    first = np.asarray(normals)
    return first, np.cross(tangents, first)


def tube(
    name: str,
    path: Sequence[Point],
    radii: Sequence[float | Point],
    material,
    steps: int = 10,
    segments: int = 32,
    outline: Callable[[float], float] = lambda angle: 1.0,
):
    """Sweeps an outline along a smooth path; a radius is a number or one for each of the two normals."""
    pairs = [(radius, radius) if np.isscalar(radius) else tuple(radius) for radius in radii]
    joined = spline([tuple(point) + pair for point, pair in zip(path, pairs, strict=True)], steps)
    centres, sizes = joined[:, :3], np.maximum(joined[:, 3:], 1e-4)
    first, second = _frames(centres)
    angles = np.arange(segments) * 2 * math.pi / segments
    vertices = [
        centres[i]
        + outline(angle)
        * (first[i] * sizes[i][0] * math.cos(angle) + second[i] * sizes[i][1] * math.sin(angle))
        for i in range(len(centres))
        for angle in angles
    ]
    faces = [tuple(face) for face in _sheet_faces(len(centres), segments, wrap=True)]
    last = (len(centres) - 1) * segments
    faces += [tuple(range(segments - 1, -1, -1)), tuple(range(last, last + segments))]
    return mesh(name, vertices, faces, material)


def globe(name: str, shape: Callable[[Vector], Vector], material, rows: int = 96, columns: int = 128):
    """A unit sphere whose every point is moved by `shape`."""
    vertices = []
    for row in range(rows + 1):
        polar = math.pi * (0.0005 + 0.999 * row / rows)
        for column in range(columns):
            angle = 2 * math.pi * column / columns
            direction = Vector(
                (math.sin(polar) * math.cos(angle), math.sin(polar) * math.sin(angle), -math.cos(polar))
            )
            vertices.append(shape(direction))
    return mesh(name, vertices, _sheet_faces(rows + 1, columns, wrap=True), material)


def sheet(
    name: str,
    height: Callable[[float, float], float],
    material,
    size: Point,
    counts: tuple[int, int],
    centre: Point = (0, 0),
):
    """A height field z = height(x, y) over a rectangle of `size` around `centre`."""
    columns, rows = counts
    xs = centre[0] + np.linspace(-0.5, 0.5, columns) * size[0]
    ys = centre[1] + np.linspace(-0.5, 0.5, rows) * size[1]
    vertices = [(x, y, height(x, y)) for y in ys for x in xs]
    return mesh(name, vertices, _sheet_faces(rows, columns, wrap=False), material)


def loft(
    name: str,
    sections: Sequence[Sequence[Point]],
    material,
    closed: bool = True,
    capped: bool = True,
    subdivide: int = 0,
):
    """Skins a row of cross-sections with equally many points each."""
    count = len(sections[0])
    vertices = [point for section in sections for point in section]
    faces = [tuple(face) for face in _sheet_faces(len(sections), count, wrap=closed)]
    if capped:
        last = (len(sections) - 1) * count
        faces += [tuple(range(count - 1, -1, -1)), tuple(range(last, last + count))]
    item = mesh(name, vertices, faces, material)
    if subdivide:
        smoother = item.modifiers.new("smoother", "SUBSURF")
        smoother.levels = smoother.render_levels = subdivide
    return item


def place(items, location: Point = (0, 0, 0), turn: Point = (0, 0, 0), scale: float = 1.0):
    """Moves, turns (degrees) and scales objects together under one pivot, which it returns."""
    pivot = bpy.data.objects.new("pivot", None)
    bpy.context.collection.objects.link(pivot)
    for item in items:
        while item.parent is not None:
            item = item.parent
        if item is not pivot:
            item.parent = pivot
    pivot.location = location
    pivot.rotation_euler = [math.radians(angle) for angle in turn]
    pivot.scale = (scale, scale, scale)
    return pivot
