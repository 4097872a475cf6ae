"""Things that fly: a hot-air balloon. One unit is a metre."""

import math

from kit import materials, shapes, solids


def _envelope_cloth(stripes: list[str]):
    """Nylon with one colour a gore (attribute `gore`, 0..1) that the daylight shines through a little."""
    surface = materials.Surface("nylon", "ffffff", 0.5, specular=0.3, sheen=0.2)
    stops = [(index / len(stripes), code) for index, code in enumerate(stripes)]
    colour = surface.ramp(surface.attribute("gore", "Fac"), stops, "CONSTANT")
    surface.colour(colour)
    return surface.glow(colour, 0.12).bump(surface.noise(0.35, detail=2), 0.08, 0.3).material


def hot_air_balloon(stripes: list[str], gores: int = 24) -> list:
    """A balloon 20 m tall with its basket; the bottom of the basket is the origin."""
    profile = [
        (1.1, 4.3),
        (2.3, 6.0),
        (4.6, 9.3),
        (6.6, 12.6),
        (7.6, 15.6),
        (7.2, 18.6),
        (5.0, 21.2),
        (2.0, 22.5),
        (0, 22.75),
    ]
    outline, per_gore = shapes.spline(profile, 7), 12
    columns, vertices, share = gores * per_gore, [], []
    for radius, height in outline:
        for column in range(columns):
            angle = 2 * math.pi * column / columns
            bulge = 1 + 0.045 * abs(math.sin(math.pi * column / per_gore)) ** 0.8
            vertices.append((radius * bulge * math.cos(angle), radius * bulge * math.sin(angle), height))
    faces = []
    for row in range(len(outline) - 1):
        for column in range(columns):
            following = (column + 1) % columns
            faces.append(
                (
                    row * columns + column,
                    row * columns + following,
                    (row + 1) * columns + following,
                    (row + 1) * columns + column,
                )
            )
            share.append((column // per_gore % len(stripes) + 0.5) / len(stripes))
    envelope = shapes.mesh("envelope", vertices, faces, _envelope_cloth(stripes))
    attribute = envelope.data.attributes.new("gore", "FLOAT", "FACE")
    attribute.data.foreach_set("value", share)
    return [envelope, *_basket()]


def _basket() -> list:
    """A wicker basket with padded rim, its cables and the burner frame."""
    wicker = materials.Surface("wicker", "8a5a2e", 0.8)
    weave = wicker.node("ShaderNodeTexChecker", {"Vector": wicker.place(), "Scale": 14.0}).outputs["Fac"]
    wicker.colour(wicker.ramp(weave, [(0.0, "7a4c24"), (1.0, "a8743f")])).bump(weave, 0.5, 0.05)
    leather, rope = materials.plain("leather", "4a2a16", 0.6), materials.plain("rope", "3b3b3b", 0.7)
    items = [solids.box("basket", (1.7, 1.7, 1.25), (0, 0, 0.62), wicker.material, bevel=0.18)]
    items.append(solids.box("rim", (1.85, 1.85, 0.2), (0, 0, 1.28), leather, bevel=0.09))
    items.append(solids.box("burner", (0.7, 0.7, 0.35), (0, 0, 2.9), rope, bevel=0.1))
    for index in range(4):
        angle = math.pi / 4 + index * math.pi / 2
        x, y = math.cos(angle), math.sin(angle)
        items.append(
            solids.cylinder("upright", 0.05, (x, y, 1.3), (0.45 * x, 0.45 * y, 2.9), rope, segments=12)
        )
    for index in range(8):
        angle = index * math.pi / 4
        x, y = math.cos(angle), math.sin(angle)
        items.append(
            solids.cylinder(
                "cable", 0.035, (1.0 * x, 1.0 * y, 1.3), (1.15 * x, 1.15 * y, 4.4), rope, segments=8
            )
        )
    return items
