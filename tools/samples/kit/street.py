"""Things of the street: a traffic light. One unit is a metre."""

import math

from kit import materials, shapes, solids


def _lens(colour: str, lit: bool):
    """A lamp behind ribbed coloured glass."""
    surface = materials.Surface("lens", colour, 0.25, specular=0.6, clearcoat=0.5)
    ribs = surface.cells(60)
    if lit:
        surface.glow(surface.ramp(ribs, [(0.0, colour), (0.6, colour)]), 2.4)
    return surface.bump(ribs, 0.25, 0.01).material


def _visor(paint) -> object:
    """A hood over one lamp: three quarters of a short pipe, longer above than below."""
    sections = []
    for angle_step in range(25):
        angle = math.radians(-35 + 250 * angle_step / 24)
        x, z = 0.135 * math.cos(angle), 0.135 * math.sin(angle)
        reach = 0.07 + 0.13 * max(0.0, (math.sin(angle) + 0.6) / 1.6)
        sections.append([(x, 0, z), (x * 1.02, -reach, z * 1.02)])
    item = shapes.loft("visor", sections, paint, closed=False, capped=False)
    thickness = item.modifiers.new("thickness", "SOLIDIFY")
    thickness.thickness = 0.008
    return item


def traffic_light(lit: str = "red") -> list:
    """Three lamps in a black housing, facing -y; its centre is the origin."""
    paint = materials.plain("black paint", "15171a", 0.38, specular=0.5)
    items = [solids.box("housing", (0.4, 0.2, 1.08), (0, 0.1, 0), paint, bevel=0.05)]
    colours = {"red": "ff2014", "amber": "ffa412", "green": "10d070"}
    dull = {"red": "4a0d0a", "amber": "54370a", "green": "0a3a24"}
    for row, name in enumerate(colours):
        height = 0.34 - 0.34 * row
        glass = _lens(colours[name] if name == lit else dull[name], name == lit)
        face = shapes.lathe("lamp", [(0, 0.035), (0.06, 0.028), (0.125, 0.0)], glass, segments=64)
        rim = shapes.lathe("rim", [(0.118, 0.0), (0.13, 0.03), (0.145, 0.0)], paint, segments=64)
        hood = _visor(paint)
        shapes.place([face, rim], (0, 0.0, height), (90, 0, 0))
        hood.location = (0, 0.0, height)
        items += [face, rim, hood]
    return items


def pole(height: float, material, foot: float = 0.0):
    """A round mast behind a traffic light."""
    return solids.cylinder("pole", 0.07, (0, 0.3, foot), (0, 0.3, height), material)
