"""Things that stand on a table: teapot, candle, mug. One unit is ten centimetres; all stand on z = 0."""

from kit import materials, shapes


def teapot(glaze) -> list:
    """A round-bellied pot; the spout points along +x."""
    body = [
        (0, 0.03),
        (0.48, 0.02),
        (0.56, 0),
        (0.6, 0.05),
        (0.72, 0.17),
        (0.98, 0.48),
        (1.05, 0.78),
        (0.97, 1.1),
    ]
    body += [(0.74, 1.36), (0.54, 1.46), (0.5, 1.51), (0.46, 1.5)]
    lid = [(0.47, 1.49), (0.49, 1.53), (0.42, 1.6), (0.24, 1.69), (0.11, 1.74), (0.08, 1.79), (0.13, 1.87)]
    lid += [(0.14, 1.95), (0.08, 2.01), (0, 2.02)]
    spout = [(0.8, 0, 0.5), (1.16, 0, 0.62), (1.42, 0, 0.92), (1.58, 0, 1.28), (1.8, 0, 1.5), (1.86, 0, 1.53)]
    handle = [
        (-0.72, 0, 1.3),
        (-1.12, 0, 1.47),
        (-1.5, 0, 1.38),
        (-1.66, 0, 1.05),
        (-1.5, 0, 0.7),
        (-0.92, 0, 0.42),
    ]
    return [
        shapes.lathe("pot", body, glaze, segments=128),
        shapes.lathe("lid", lid, glaze, segments=128),
        shapes.tube("spout", spout, [0.34, 0.27, 0.19, 0.14, 0.12, 0.11], glaze),
        shapes.tube("handle", handle, [0.13, 0.1, 0.09, 0.09, 0.1, 0.12], glaze),
    ]


def _wax(height: float):
    """Ivory wax, lit from within below the flame."""
    surface = materials.Surface("wax", "f1e6cc", 0.45, specular=0.4)
    level = surface.arithmetic("DIVIDE", surface.coordinate("Z"), height)
    surface.colour(surface.ramp(level, [(0.0, "e9dcc0"), (0.8, "f3e8cf"), (1.0, "ffedc4")]))
    surface.glow(surface.ramp(level, [(0.45, "000000"), (0.85, "5a2d08"), (1.0, "d98a35")]), 0.55)
    surface.material.cycles.sample_as_light = False
    return surface.bump(surface.noise(6, detail=3), 0.08, 0.03).material


def _flame():
    """A flame brightest at its heart and bluish at the wick."""
    surface = materials.Surface("flame", "000000", 1.0, specular=0.0)
    height = surface.arithmetic("MULTIPLY_ADD", surface.coordinate("Z"), 1.0)
    surface.glow(
        surface.ramp(
            height, [(0.0, "6a6a90"), (0.14, "ffb040"), (0.35, "fff0b0"), (0.62, "ffd060"), (0.9, "ff9020")]
        ),
        6.0,
    )
    surface.material.cycles.sample_as_light = False
    return surface.material


def candle(height: float, radius: float) -> list:
    """A burning pillar candle: wax with a hollow around the wick, and its flame."""
    profile = [
        (0, 0),
        (radius * 0.97, 0),
        (radius, 0.03),
        (radius, 0.1),
        (radius * 1.01, height * 0.5),
        (radius, height - 0.06),
    ]
    profile += [
        (radius * 0.96, height),
        (radius * 0.86, height - 0.01),
        (radius * 0.6, height - 0.07),
        (0, height - 0.09),
    ]
    teardrop = [(0, 0), (0.06, 0.04), (0.105, 0.16), (0.1, 0.3), (0.06, 0.48), (0.022, 0.64), (0, 0.72)]
    flame = shapes.lathe("flame", teardrop, _flame(), segments=48)
    flame.location = (0, 0, height + 0.02)
    # A lamp stands in for the flame's light: a small bright mesh would only add noise.
    flame.visible_shadow = flame.visible_diffuse = False
    wick = shapes.tube(
        "wick",
        [(0, 0, height - 0.1), (0, 0, height + 0.06), (0.02, 0, height + 0.16)],
        [0.018, 0.016, 0.012],
        materials.plain("wick", "1c1512", 0.9),
    )
    return [shapes.lathe("wax", profile, _wax(height), segments=96), wick, flame]


def dish(radius: float, material) -> list:
    """A small saucer."""
    profile = [
        (0, 0.02),
        (radius * 0.6, 0.0),
        (radius * 0.7, 0.02),
        (radius * 0.95, 0.12),
        (radius, 0.18),
        (radius * 0.96, 0.18),
        (radius * 0.66, 0.06),
        (0, 0.05),
    ]
    return [shapes.lathe("dish", profile, material, segments=128)]


def mug(glaze, filling) -> list:
    """A straight mug with something to drink in it; the handle points along +x."""
    outside = [(0, 0.02), (0.36, 0.0), (0.43, 0.03), (0.465, 0.1), (0.48, 0.4), (0.485, 0.8), (0.49, 0.9)]
    inside = [(0.48, 0.92), (0.46, 0.9), (0.455, 0.75), (0.44, 0.12), (0, 0.08)]
    ear = [(0.44, 0.76), (0.62, 0.8), (0.79, 0.73), (0.85, 0.52), (0.78, 0.34), (0.62, 0.23), (0.44, 0.24)]
    girth = [(0.09, 0.06), *[(0.07, 0.05)] * 5, (0.09, 0.06)]
    drink = [(0, 0.78), (0.3, 0.78), (0.455, 0.785)]
    return [
        shapes.lathe("wall", outside + inside, glaze, segments=128),
        shapes.tube("ear", [(x, 0, z) for x, z in ear], girth, glaze),
        shapes.lathe("drink", drink, filling, segments=96),
    ]
