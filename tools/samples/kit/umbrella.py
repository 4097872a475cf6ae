"""An open umbrella. One unit is a metre."""

import math

from kit import materials, shapes, solids

RADIUS, RISE, PANELS = 0.52, 0.27, 8
CROOK = [
    (0, 0, -0.44),
    (0, 0, -0.56),
    (0.015, 0, -0.63),
    (0.055, 0, -0.665),
    (0.095, 0, -0.63),
    (0.1, 0, -0.59),
]


def _dome(share: float) -> float:
    """Height of the ribs at a share of the radius."""
    return RISE * (1 - share**2.1)


def _gore(panel: int, cloth):
    """The cloth between two ribs: it sags between them and its hem is scalloped."""
    flat = math.cos(math.pi / PANELS)
    rows = []
    for step in range(13):
        share, row = step / 12, []
        for side in range(9):
            angle, slack = 2 * math.pi * (panel + side / 8) / PANELS, math.sin(math.pi * side / 8)
            height = _dome(share) - 0.035 * slack * share * (1 - 0.2 * share)
            reach = RADIUS * share * (1 - 0.085 * slack * share**3) * (flat + (1 - flat) * (1 - slack))
            row.append((reach * math.cos(angle), reach * math.sin(angle), height))
        rows.append(row)
    gore = shapes.loft("gore", rows, cloth, closed=False, capped=False, subdivide=1)
    thickness = gore.modifiers.new("thickness", "SOLIDIFY")
    thickness.thickness = 0.003
    return gore


def umbrella(colours: list[str]) -> list:
    """An open eight-panel umbrella on the z axis, its tip up and its crook down."""
    cloths = [materials.plain(f"cloth {colour}", colour, 0.75, sheen=0.3) for colour in colours]
    items = [_gore(panel, cloths[panel % len(cloths)]) for panel in range(PANELS)]
    metal = materials.plain("shaft", "c9ccd0", 0.25, metallic=1.0)
    grip = materials.wood("grip", "4a2b17", "7d4e2b", along="Z")
    tip = [(0.012, RISE - 0.01), (0.011, RISE + 0.03), (0.005, RISE + 0.075), (0, RISE + 0.08)]
    items.append(solids.cylinder("shaft", 0.008, (0, 0, -0.5), (0, 0, RISE + 0.02), metal))
    items.append(shapes.lathe("tip", tip, metal, segments=24))
    items.append(shapes.tube("crook", CROOK, [0.014, 0.015, 0.015, 0.015, 0.015, 0.013], grip, segments=24))
    for rib in range(PANELS):
        angle, reach = 2 * math.pi * rib / PANELS, 0.27
        end = (reach * math.cos(angle), reach * math.sin(angle), _dome(reach / RADIUS) - 0.006)
        items.append(solids.cylinder("stretcher", 0.003, (0, 0, 0), end, metal, segments=8))
    return items
