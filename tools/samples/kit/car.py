"""A saloon car as a taxi. One unit is a metre; it drives towards -x on z = 0, its near side is -y."""

import math

from kit import materials, shapes, solids, wheel

# One row a cross-section, front to back: x, underside, half width at sill, at the waist, at the shoulder,
# height of the shoulder, height of the top, half width of the top.
STATIONS = [
    (-2.36, 0.44, 0.63, 0.688, 0.649, 0.735, 0.766, 0.48),
    (-2.32, 0.27, 0.745, 0.793, 0.754, 0.798, 0.84, 0.576),
    (-2.16, 0.22, 0.821, 0.85, 0.812, 0.851, 0.913, 0.634),
    (-1.6, 0.21, 0.84, 0.869, 0.831, 0.913, 0.997, 0.662),
    (-1.1, 0.21, 0.84, 0.869, 0.84, 0.945, 1.04, 0.672),
    (-0.9, 0.21, 0.84, 0.869, 0.84, 0.956, 1.06, 0.682),
    (-0.8, 0.21, 0.84, 0.869, 0.84, 0.966, 1.09, 0.682),
    (-0.14, 0.21, 0.84, 0.879, 0.84, 0.977, 1.51, 0.595),
    (-0.02, 0.21, 0.84, 0.879, 0.84, 0.977, 1.55, 0.586),
    (0.36, 0.21, 0.84, 0.879, 0.84, 0.982, 1.59, 0.586),
    (0.46, 0.21, 0.84, 0.879, 0.84, 0.987, 1.59, 0.586),
    (1.06, 0.21, 0.84, 0.879, 0.84, 0.997, 1.55, 0.576),
    (1.18, 0.21, 0.84, 0.879, 0.84, 0.997, 1.51, 0.576),
    (1.6, 0.22, 0.84, 0.869, 0.831, 1.01, 1.15, 0.643),
    (1.7, 0.23, 0.84, 0.869, 0.831, 1.01, 1.11, 0.653),
    (2.2, 0.26, 0.821, 0.85, 0.812, 0.997, 1.09, 0.634),
    (2.38, 0.3, 0.764, 0.802, 0.754, 0.956, 1.04, 0.576),
    (2.42, 0.46, 0.649, 0.707, 0.649, 0.861, 0.924, 0.461),
]
SIDE_GLASS = {7, 8, 10}
"""Spans between stations whose upper sides are windows."""
SCREENS = {6, 12}
"""Spans that are windscreen and rear window."""
AXLES = (-1.5, 1.38)


def _section(station) -> list:
    """The closed outline of one station, from the bottom centre round the far side, 18 points."""
    x, low, sill, waist, shoulder, shoulder_height, top, top_half = station
    middle = (low + shoulder_height) / 2 + 0.04
    lift = top - shoulder_height
    base, head = shoulder - 0.035, top_half + 0.03
    right = [(0.0, low), (sill * 0.55, low), (sill * 0.9, low), (sill, low + 0.1), (waist, middle)]
    right += [
        (shoulder, shoulder_height),
        (base, shoulder_height + 0.015),
        (head, shoulder_height + 0.93 * lift),
    ]
    right += [(top_half * 0.86, top - 0.02 * lift), (0.0, top + 0.03)]
    left = [(-y, z) for y, z in reversed(right[1:-1])]
    return [(x, y, z) for y, z in right + left]


def _shell(paint, glass) -> object:
    """The body in one skin, with glass where windows are and round openings for the wheels."""
    sections = [_section(station) for station in STATIONS]
    body = shapes.loft("body", sections, paint)
    body.data.materials.append(glass)
    count = len(sections[0])
    for index, polygon in enumerate(body.data.polygons):
        span, around = divmod(index, count)
        upper = around in (6, 11)
        roof = around in (7, 8, 9, 10)
        if (span in SIDE_GLASS and upper) or (span in SCREENS and roof):
            polygon.material_index = 1
    crease = body.modifiers.new("smoother", "SUBSURF")
    crease.levels = crease.render_levels = 3
    for x in AXLES:
        cutter = solids.cylinder("arch cutter", 0.375, (x, -1.4, 0.325), (x, 1.4, 0.325), None, segments=64)
        cutter.hide_render = True
        cut = body.modifiers.new("arch", "BOOLEAN")
        cut.operation, cut.object, cut.solver = "DIFFERENCE", cutter, "EXACT"
    return body


def _letters(material) -> list:
    """TAXI, made of straight strokes on the side of the roof sign; 0.1 m tall, centred, facing -y."""
    strokes = {
        "T": [((0, 1), (0.7, 1)), ((0.35, 1), (0.35, 0))],
        "A": [((0, 0), (0.35, 1)), ((0.35, 1), (0.7, 0)), ((0.16, 0.36), (0.54, 0.36))],
        "X": [((0, 0), (0.7, 1)), ((0, 1), (0.7, 0))],
        "I": [((0.1, 0), (0.1, 1))],
    }
    items, cursor = [], -0.145
    for letter in "TAXI":
        for (x0, z0), (x1, z1) in strokes[letter]:
            start, end = (cursor + 0.1 * x0, 0.1 * z0), (cursor + 0.1 * x1, 0.1 * z1)
            dx, dz = end[0] - start[0], end[1] - start[1]
            stroke = solids.box(
                "stroke",
                (math.hypot(dx, dz) + 0.012, 0.004, 0.016),
                ((start[0] + end[0]) / 2, 0, (start[1] + end[1]) / 2),
                material,
            )
            stroke.rotation_euler = (0, -math.atan2(dz, dx), 0)
            items.append(stroke)
        cursor += 0.09
    return items


def _sign() -> list:
    """The lit box on the roof."""
    surface = materials.Surface("sign", "fff3c8", 0.4)
    surface.glow("ffe9a0", 0.45)
    black = materials.plain("black", "101010", 0.5)
    items = [
        solids.box("sign", (0.42, 0.16, 0.15), (0, 0, 0.08), surface.material, bevel=0.03),
        solids.box("foot", (0.5, 0.2, 0.03), (0, 0, 0), black),
    ]
    letters = _letters(black)
    for letter in letters:
        letter.location.y -= 0.083
        letter.location.z += 0.03
    return items + letters


def _trimmings(trim, chrome) -> list:
    """Lamps, grille, bumper strips, mirrors, door gaps, handles and the chequered belt."""
    amber, red = (
        materials.plain("amber", "e8921e", 0.25),
        materials.plain("tail lamp", "b5121b", 0.2, clearcoat=0.8),
    )
    black = materials.plain("belt", "141414", 0.45)
    items = [
        solids.box("grille", (0.14, 0.74, 0.15), (-2.33, 0, 0.7), trim, bevel=0.03),
        solids.box("air intake", (0.1, 1.1, 0.12), (-2.31, 0, 0.38), trim, bevel=0.03),
        solids.box("bumper strip", (0.1, 1.36, 0.07), (-2.36, 0, 0.53), trim, bevel=0.02),
        solids.box("plate", (0.02, 0.5, 0.11), (-2.42, 0, 0.53), materials.plain("plate", "eeeade", 0.5)),
    ]
    for side in (-1, 1):
        items.append(solids.box("headlamp", (0.2, 0.3, 0.15), (-2.31, side * 0.57, 0.71), chrome, bevel=0.05))
        items.append(solids.box("indicator", (0.2, 0.1, 0.13), (-2.23, side * 0.755, 0.7), amber, bevel=0.03))
        items.append(solids.box("tail lamp", (0.16, 0.26, 0.16), (2.32, side * 0.62, 0.78), red, bevel=0.04))
        items.append(solids.box("mirror", (0.12, 0.2, 0.13), (-0.6, side * 0.98, 1.07), trim, bevel=0.04))
        for x in (-0.68, 0.41, 1.22):
            items.append(solids.box("door gap", (0.012, 0.02, 0.5), (x, side * 0.867, 0.64), black))
        for x in (0.27, 1.05):
            items.append(solids.box("handle", (0.17, 0.05, 0.03), (x, side * 0.86, 0.87), trim, bevel=0.012))
        for index in range(24):
            for row in range(2):
                if (index + row) % 2 == 0:
                    x = -0.95 + 0.085 * index
                    items.append(
                        solids.box(
                            "check",
                            (0.085, 0.012, 0.06),
                            (x, side * (0.876 - 0.008 * row), 0.68 + 0.06 * row),
                            black,
                        )
                    )
    return items


def taxi(paint: str = "f2b705") -> list:
    """The whole car."""
    coat = materials.plain("car paint", paint, 0.22, specular=0.5, clearcoat=1.0, clearcoat_roughness=0.03)
    glass = materials.plain("glass", "141b21", 0.04, specular=0.8)
    trim, chrome = (
        materials.plain("trim", "17181a", 0.45),
        materials.plain("lamp", "e6ebef", 0.1, metallic=0.5),
    )
    items = [_shell(coat, glass), *_trimmings(trim, chrome)]
    items.append(solids.box("underbody", (3.9, 1.3, 0.35), (0, 0, 0.36), trim))
    sign = _sign()
    shapes.place(sign, (0.4, 0, 1.63), scale=1.3)
    items += sign
    for x in AXLES:
        for side in (-1, 1):
            tyre = wheel.wheel(0.325, 0.22, rim_share=0.68, spokes=9)
            shapes.place(tyre, (x, side * 0.755, 0.325), (0, 0, 0 if side < 0 else 180))
            items += tyre
    return items
