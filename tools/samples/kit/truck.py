"""A lorry with a box trailer. One unit is a metre; it drives towards -x on z = 0, its near side is -y."""

from kit import materials, shapes, solids, wheel

SIDE_VIEW = [(0.06, 0.5), (0.0, 1.25), (0.06, 2.02), (0.36, 3.12), (0.6, 3.42)]
SIDE_VIEW += [(2.2, 3.5), (2.2, 0.95), (1.95, 0.95), (1.95, 0.6), (1.9, 0.5)]
DEFLECTOR = [(0.75, 3.4), (1.0, 3.62), (1.7, 3.92), (2.2, 3.98), (2.2, 3.4)]


def _cab_body(paint, trim, glass) -> list:
    """The cab with its wind deflector, windscreen and sun visor."""
    screen = [(0.03, -1.12, 2.08), (0.03, 1.12, 2.08), (0.3, 1.05, 3.02), (0.3, -1.05, 3.02)]
    visor = [(0.12, -1.15, 3.08), (0.12, 1.15, 3.08), (0.42, 1.1, 3.24), (0.42, -1.1, 3.24)]
    return [
        solids.prism("cab", SIDE_VIEW, 2.46, paint, bevel=0.12),
        solids.prism("deflector", DEFLECTOR, 2.2, paint, bevel=0.1),
        solids.panel("windscreen", screen, glass, 0.05),
        solids.panel("visor", visor, trim, 0.04),
    ]


def _cab_side(side: int, trim, glass, chrome) -> list:
    """What one side of the cab carries: window, door, mirror, lamps and step."""
    y = side * 1.235
    window = [(0.42, y, 2.1), (1.42, y, 2.1), (1.42, y, 2.98), (0.62, y, 2.98)]
    gap = [(1.5, y, 0.95), (1.52, y, 0.95), (1.52, y, 3.1), (1.5, y, 3.1)]
    amber = materials.plain("amber", "e58a1c", 0.3)
    return [
        solids.panel("side window", window, glass, 0.03),
        solids.panel("door gap", gap, trim, 0.01),
        solids.box("handle", (0.22, 0.05, 0.06), (1.33, side * 1.25, 1.85), trim, bevel=0.02),
        solids.box("mirror", (0.16, 0.24, 0.62), (0.16, side * 1.48, 2.55), trim, bevel=0.05),
        solids.box("mirror arm", (0.06, 0.3, 0.05), (0.3, side * 1.32, 2.86), trim),
        solids.box("headlamp", (0.1, 0.42, 0.2), (0.0, side * 0.92, 0.98), chrome, bevel=0.05),
        solids.box("indicator", (0.08, 0.14, 0.16), (0.0, side * 1.14, 0.98), amber, bevel=0.03),
        solids.box("step", (0.5, 0.1, 0.08), (0.42, side * 1.22, 0.62), trim),
    ]


def _cab_front(trim) -> list:
    """Grille, bumper and number plate."""
    plate = materials.plain("plate", "e9e6d8", 0.5)
    items = [
        solids.box("grille", (0.03, 1.62, 0.78), (0.012, 0, 1.59), trim, bevel=0.01),
        solids.box("bumper", (0.3, 2.46, 0.36), (0.08, 0, 0.6), trim, bevel=0.08),
        solids.box("plate", (0.02, 0.52, 0.12), (-0.085, 0, 0.62), plate),
    ]
    for row in range(6):
        items.append(solids.box("slat", (0.05, 1.5, 0.07), (-0.01, 0, 1.3 + 0.115 * row), trim, bevel=0.015))
    return items


def _trailer(side_paint, frame, stripe) -> list:
    """The box, its rails, ribs, lamps and underride guard."""
    front, length, floor, top = 2.75, 10.4, 1.2, 4.0
    middle, height = front + length / 2, (floor + top) / 2
    items = [solids.box("box", (length, 2.5, top - floor), (middle, 0, height), side_paint, bevel=0.04)]
    for z in (floor, top - 0.04):
        items.append(solids.box("rail", (length + 0.04, 2.55, 0.14), (middle, 0, z), frame, bevel=0.02))
    for index in range(14):
        x = front + 0.05 + (length - 0.1) * index / 13
        items.append(
            solids.box(
                "rib", (0.05, 2.53, top - floor), (x, 0, height), frame if index in (0, 13) else side_paint
            )
        )
    items.append(solids.box("stripe", (length - 0.2, 2.532, 0.62), (middle, 0, floor + 0.62), stripe))
    items.append(solids.box("chassis", (length + 2, 0.9, 0.25), (middle - 1.2, 0, 0.98), frame))
    for side in (-1, 1):
        items.append(
            solids.box("guard", (3.6, 0.05, 0.5), (middle - 0.4, side * 1.18, 0.78), frame, bevel=0.02)
        )
        items.append(
            solids.cylinder(
                "tank",
                0.3,
                (2.95, side * 0.85, 0.72),
                (3.65, side * 0.85, 0.72),
                materials.plain("tank", "b9bdc1", 0.3, metallic=0.9),
            )
        )
    return items


def lorry(paint: str = "c62828", box: str = "eef0f1", stripe: str = "c62828") -> list:
    """The whole lorry."""
    coat = materials.plain("lorry paint", paint, 0.3, specular=0.5, clearcoat=0.8)
    trim = materials.plain("trim", "1c1e21", 0.5)
    glass = materials.plain("glass", "1d2830", 0.05, specular=0.8)
    chrome = materials.plain("lamp", "dfe5ea", 0.12, metallic=0.6)
    frame = materials.plain("frame", "2c2f33", 0.6)
    items = [*_cab_body(coat, trim, glass), *_cab_front(trim)]
    for side in (-1, 1):
        items += _cab_side(side, trim, glass, chrome)
    items += _trailer(materials.plain("box paint", box, 0.4), frame, materials.plain("stripe", stripe, 0.35))
    for x in (1.28, 4.35, 10.0, 11.25):
        for side in (-1, 1):
            tyre = wheel.wheel(0.5, 0.34, rim_share=0.58, spokes=10)
            shapes.place(tyre, (x, side * 1.06, 0.5), (0, 0, 0 if side < 0 else 180))
            items += tyre
            arch = [
                (x - 0.6, 0.75),
                (x - 0.5, 1.05),
                (x - 0.2, 1.16),
                (x + 0.2, 1.16),
                (x + 0.5, 1.05),
                (x + 0.6, 0.75),
            ]
            sections = [[(ax, side * 0.86, az), (ax, side * 1.24, az)] for ax, az in arch]
            fender = shapes.loft("fender", sections, trim, closed=False, capped=False)
            plate = fender.modifiers.new("thickness", "SOLIDIFY")
            plate.thickness = 0.04
            items.append(fender)
    return items
