"""A twin-engined jet. One unit is a metre; the nose points along -x and the fuselage's axis is the x axis."""

import math

from kit import materials, shapes

LENGTH, RADIUS = 37.0, 2.0


def _livery(paint: str, accent: str):
    """White above, an accent below the belt, dark cabin windows and a windscreen, all by position."""
    surface = materials.Surface("livery", paint, 0.25, specular=0.5, clearcoat=0.4)
    x, z = surface.coordinate("X"), surface.coordinate("Z")
    belt = surface.arithmetic("LESS_THAN", z, -0.75)
    body = surface.mix(belt, paint, accent)
    beat = surface.arithmetic("FRACT", surface.arithmetic("MULTIPLY", x, 1 / 0.8))
    windows = surface.arithmetic("COMPARE", beat, 0.5)
    windows.node.inputs[2].default_value = 0.26
    for value, middle, reach in ((z, 0.45, 0.21), (x, 17.5, 12.5)):
        near = surface.arithmetic("COMPARE", value, middle)
        near.node.inputs[2].default_value = reach
        windows = surface.arithmetic("MULTIPLY", windows, near)
    screen = surface.arithmetic("COMPARE", x, 1.75)
    screen.node.inputs[2].default_value = 0.5
    height = surface.arithmetic("COMPARE", z, 0.62)
    height.node.inputs[2].default_value = 0.3
    glass = surface.arithmetic("MAXIMUM", windows, surface.arithmetic("MULTIPLY", screen, height))
    return surface.colour(surface.mix(glass, body, "10161f")).material


def _fuselage(material):
    """A tapering pipe with a drooped nose and an upswept tail."""
    stations = [
        (0, -0.45, 0.05),
        (0.35, -0.42, 0.55),
        (1.1, -0.32, 1.02),
        (2.6, -0.12, 1.6),
        (5, 0, 1.96),
        (8, 0, RADIUS),
    ]
    stations += [(24, 0, RADIUS), (28, 0.14, 1.85), (32, 0.55, 1.3), (35.5, 1.0, 0.65), (LENGTH, 1.2, 0.2)]
    path = [(x, 0, z) for x, z, _ in stations]
    return shapes.tube("fuselage", path, [radius for *_, radius in stations], material, steps=12, segments=64)


def _wing(material, root, tip, chords, thickness: float, upright: bool = False):
    """A tapered aerofoil from root to tip (leading edges); `upright` makes it a fin."""
    sections = []
    for t in (0.0, 0.33, 0.66, 0.96, 1.0):
        base = [a + (b - a) * t for a, b in zip(root, tip, strict=True)]
        chord = (chords[0] + (chords[1] - chords[0]) * t) * (0.75 if t == 1.0 else 1)
        thick = thickness * chord * (0.15 if t == 1.0 else 1)
        outline = []
        for step in range(24):
            angle = 2 * math.pi * step / 24
            along = 0.5 - 0.5 * math.cos(angle)
            across = thick * math.sin(angle) * (1 - along) ** 0.6 * 0.8
            offset = (0, across, 0) if upright else (0, 0, across)
            outline.append((base[0] + chord * along, base[1] + offset[1], base[2] + offset[2]))
        sections.append(outline)
    return shapes.loft("wing", sections, material)


def _engine(shell, dark, metal, side: float) -> list:
    """A turbofan under one wing."""
    outside = [(0.86, 0.25), (0.98, 0.0), (1.08, 0.2), (1.16, 1.0), (1.14, 2.2), (0.95, 3.3), (0.8, 3.5)]
    parts = [
        shapes.lathe("lip", [(0.84, 0.3), (0.9, 0.06), (0.98, -0.03), (1.06, 0.06), (1.09, 0.22)], metal),
        shapes.lathe("nacelle", outside, shell),
        shapes.lathe("intake", [(0, 0.55), (0.4, 0.6), (0.84, 0.62), (0.88, 0.3)], dark),
        shapes.lathe("cone", [(0, 4.6), (0.3, 4.1), (0.62, 3.3), (0.7, 3.0)], metal),
    ]
    shapes.place(parts, (11.2, side * 5.9, -2.15), (0, 90, 0))
    pylon = _wing(shell, (12.4, side * 5.9, -1.3), (12.9, side * 5.9, -0.35), (3.2, 3.4), 0.05, upright=True)
    return [*parts, pylon]


def airliner(paint: str = "f4f5f6", accent: str = "1d4f91", tail: str = "1d4f91") -> list:
    """The whole aeroplane in flight, wheels up."""
    body = _livery(paint, accent)
    grey = materials.plain("wing paint", "b9bec4", 0.32, specular=0.5)
    fin = materials.plain("fin paint", tail, 0.25, clearcoat=0.4)
    shell = materials.plain("nacelle paint", paint, 0.25, clearcoat=0.4)
    dark, metal = (
        materials.plain("fan", "15171b", 0.5),
        materials.plain("polished", "c8ccd2", 0.22, metallic=1.0),
    )
    items = [_fuselage(body), _wing(fin, (28.2, 0, 1.5), (33.8, 0, 8.2), (6.0, 2.2), 0.045, upright=True)]
    for side in (-1, 1):
        items.append(_wing(grey, (11.5, side * 1.2, -1.05), (21.2, side * 17.2, 0.75), (7.4, 1.7), 0.06))
        items.append(
            _wing(grey, (21.0, side * 17.0, 0.7), (22.9, side * 17.5, 2.7), (1.7, 0.8), 0.05, upright=True)
        )
        items.append(_wing(grey, (31.2, side * 0.5, 1.1), (34.6, side * 6.3, 1.9), (3.9, 1.5), 0.055))
        items += _engine(shell, dark, metal, side)
    return items
