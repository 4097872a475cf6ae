"""Backgrounds for still lifes: a table top, a wall, a bright window."""

from kit import materials, solids, stage


def table(material, depth: float = 7.0, width: float = 16.0, edge: float = 3.0):
    """A table top at z = 0 whose front edge lies `edge` before the origin."""
    return solids.box("table", (width, depth, 0.3), (0, depth / 2 - edge, -0.15), material, bevel=0.05)


def wall(material, distance: float):
    """An upright wall behind the table."""
    return solids.box("wall", (60, 0.2, 30), (0, distance, 5), material)


def window_light(power: float = 900.0, colour: str = "fff4e2", side: float = -1.0) -> None:
    """Soft daylight from one side and a weak bluish fill from the other."""
    stage.lamp("AREA", (side * 5.5, -2.5, 6.5), (0, 0, 0.6), power, colour, size=3.2)
    stage.lamp("AREA", (-side * 7, -5, 3.5), (0, 0, 0.8), power * 0.18, "dce8ff", size=6)


def garden(distance: float, strength: float = 0.8):
    """A sunlit garden far behind the table, which the lens blurs into soft green."""
    stops = [(0.3, "2c4a22"), (0.45, "5f8a3c"), (0.56, "9fbf62"), (0.68, "e4e8b4"), (0.8, "fff8e0")]
    backdrop = materials.bokeh("garden", stops, 0.4, strength)
    backdrop.cycles.sample_as_light = False
    return solids.box("garden", (80, 0.1, 40), (0, distance, 8), backdrop)


def trees(distance: float, strength: float = 0.7):
    """A blurred edge of a wood under the sky."""
    stops = [(0.3, "16280f"), (0.47, "35571f"), (0.6, "628a38"), (0.75, "a9c070"), (0.9, "f0f0c8")]
    backdrop = materials.bokeh("trees", stops, 1.1, strength)
    backdrop.cycles.sample_as_light = False
    return solids.box("trees", (60, 0.1, 12), (0, distance, 2), backdrop)
