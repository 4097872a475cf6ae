"""A car or lorry wheel: tyre, rim and spokes. One unit is a metre."""

import math

from kit import materials, shapes


def _spoke(angle: float, inner: float, half: float, metal):
    """One rounded bar from hub to rim."""
    along, across = (math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))
    sections = []
    for share, wide, depth in ((0.12, 0.11, -0.68), (0.55, 0.085, -0.72), (0.97, 0.12, -0.84)):
        section = []
        for side, lift in ((-1, 0.12), (-0.6, -0.06), (0.6, -0.06), (1, 0.12)):
            x, y = (inner * (share * a + side * wide * b) for a, b in zip(along, across, strict=True))
            section.append((x, y, half * (depth + lift)))
        sections.append(section)
    return shapes.loft("spoke", sections, metal)


def _tread(radius: float, inner: float, half: float) -> list:
    """Outline of a tyre with rounded shoulders."""
    outside = [(inner, 0.8), (radius * 0.86, 1.0), (radius * 0.97, 0.86), (radius, 0.6)]
    return [(r, -half * y) for r, y in outside] + [(r, half * y) for r, y in reversed(outside)]


def wheel(radius: float, width: float, rim_share: float = 0.62, spokes: int = 10) -> list:
    """A tyre on a spoked rim, centred on the origin, its axle along y and its outside towards -y."""
    rubber = materials.plain("rubber", "17181a", 0.75, specular=0.3)
    metal = materials.plain("alloy", "c4c8cc", 0.28, metallic=0.9)
    dark = materials.plain("brake", "242629", 0.6)
    inner, half = radius * rim_share, width / 2
    barrel = [(1.03, -0.84), (0.98, -0.92), (0.92, -0.8), (0.9, 0.8)]
    hub = [(0, -0.78), (0.16, -0.76), (0.22, -0.55), (0.22, 0)]
    drum = [(0, -half * 0.1), (inner * 0.92, -half * 0.1)]
    parts = [
        shapes.lathe("tyre", _tread(radius, inner, half), rubber, steps=4, segments=72),
        shapes.lathe("barrel", [(inner * r, half * y) for r, y in barrel], metal, segments=72),
        shapes.lathe("drum", drum, dark, smooth_profile=False),
        shapes.lathe("hub", [(inner * r, half * y) for r, y in hub], metal, segments=32),
    ]
    parts += [_spoke(2 * math.pi * index / spokes, inner, half, metal) for index in range(spokes)]
    shapes.place(parts, (0, 0, 0), (-90, 0, 0))
    return parts
