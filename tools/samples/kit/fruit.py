"""Fruit: apple, banana, orange and lemon. One unit is ten centimetres; each stands on z = 0."""

import math

from mathutils import Vector, noise

from kit import materials, shapes


def _apple_skin():
    """Bright green with fine pale dots and a warm blush on one side."""
    surface = materials.Surface(
        "apple skin", "8fb52f", 0.28, specular=0.45, clearcoat=0.25, clearcoat_roughness=0.2
    )
    streaks = surface.noise(2.2, detail=6, stretch=(1, 1, 0.4))
    green = surface.ramp(streaks, [(0.3, "7ba61f"), (0.55, "94bc35"), (0.75, "adc94d")])
    dots = surface.ramp(surface.cells(13), [(0.0, "ffffff"), (0.1, "000000")])
    return (
        surface.colour(surface.mix(dots, green, "c3d476"))
        .bump(surface.noise(30, detail=2), 0.03, 0.01)
        .material
    )


def apple() -> list:
    """A Granny Smith with its stem."""

    def shape(direction: Vector) -> Vector:
        around, up = math.atan2(direction.y, direction.x), direction.z
        flat = math.sqrt(max(0.0, 1 - up * up))
        ribs = 1 + 0.022 * math.cos(5 * around) * (0.5 - 0.5 * up) + 0.03 * noise.noise(direction * 1.3)
        radius = 0.42 * ribs * (flat**0.82) * (1 + 0.1 * up)
        dimple = 0.17 * math.exp(-((flat / 0.27) ** 2)) if up > 0 else -0.1 * math.exp(-((flat / 0.25) ** 2))
        height = 0.37 + 0.385 * up - dimple
        return Vector((radius * math.cos(around), radius * math.sin(around), height))

    stem = shapes.tube(
        "stem",
        [(0, 0, 0.56), (0.01, 0, 0.7), (0.05, 0.01, 0.84), (0.09, 0.02, 0.9)],
        [0.016, 0.013, 0.015, 0.024],
        materials.plain("stem", "5b4326", 0.8),
        segments=12,
    )
    return [shapes.globe("apple", shape, _apple_skin()), stem]


def _banana_skin():
    """Yellow, green at the stalk, with small brown freckles; the attribute `along` runs from stalk to tip."""
    surface = materials.Surface("banana skin", "f0c838", 0.42, specular=0.35)
    along = surface.attribute("along", "Fac")
    base = surface.ramp(
        along,
        [
            (0.0, "5c4a1e"),
            (0.07, "9a9a3c"),
            (0.17, "e2bf3a"),
            (0.5, "f2cb3c"),
            (0.88, "e8c23a"),
            (0.955, "a99535"),
            (0.975, "3a2a18"),
        ],
    )
    clouds = surface.ramp(surface.noise(2.4, detail=6), [(0.35, "e9e0c4"), (0.6, "ffffff")])
    freckles = surface.ramp(surface.noise(15, detail=4, roughness=0.7), [(0.655, "000000"), (0.7, "ffffff")])
    coloured = surface.mix(1.0, base, clouds, "MULTIPLY")
    return (
        surface.colour(surface.mix(freckles, coloured, "6b4a20"))
        .bump(surface.noise(16, detail=3), 0.05, 0.01)
        .material
    )


def banana(curl: float = 1.0) -> list:
    """One banana lying along x, curved in the ground plane; the stalk points along -x."""
    steps, path, radii = 12, [], []
    for index in range(steps + 1):
        t = index / steps
        angle = (t - 0.48) * 1.75 * curl
        path.append((1.12 * math.sin(angle) / curl, 1.12 * (1 - math.cos(angle)) / curl, 0.2))
        body = 0.19 * min(1, (max(0.0, t - 0.06) / 0.17) ** 0.6, ((1.0 - t) / 0.17) ** 0.55 if t < 1 else 0)
        radii.append(max(body, 0.062 if t < 0.2 else 0.05))

    def five_sided(angle: float) -> float:
        return 1 + 0.045 * math.cos(5 * angle)

    item = shapes.tube("banana", path, radii, _banana_skin(), steps=12, segments=60, outline=five_sided)
    attribute = item.data.attributes.new("along", "FLOAT", "POINT")
    count = len(item.data.vertices)
    rings = count // 60
    attribute.data.foreach_set("value", [(index // 60) / (rings - 1) for index in range(count)])
    return [item]


def _peel(name: str, light: str, dark: str, pores: float, depth: float):
    """Citrus peel: fine pores that dent the surface."""
    surface = materials.Surface(name, light, 0.36, specular=0.45)
    surface.colour(surface.ramp(surface.noise(2.0, detail=5), [(0.3, dark), (0.65, light)]))
    return surface.bump(
        surface.ramp(surface.cells(pores), [(0.0, "000000"), (0.45, "ffffff")]), depth, 0.02
    ).material


def orange() -> list:
    """A slightly flattened orange with its green button on top."""

    def shape(direction: Vector) -> Vector:
        flat = math.hypot(direction.x, direction.y)
        bumpy = 1 + 0.02 * noise.noise(direction * 2.1)
        dent = 0.03 * math.exp(-((flat / 0.2) ** 2)) if direction.z > 0 else 0.0
        return Vector(
            (direction.x * 0.4 * bumpy, direction.y * 0.4 * bumpy, 0.37 + direction.z * 0.375 * bumpy - dent)
        )

    button = shapes.lathe(
        "button",
        [(0, 0.738), (0.045, 0.735), (0.05, 0.722), (0.03, 0.70)],
        materials.plain("button", "6b7a35", 0.8),
        segments=10,
    )
    return [shapes.globe("orange", shape, _peel("orange peel", "f08a1a", "e0740c", 26, 0.25)), button]


def lemon() -> list:
    """A lemon lying along x, its nipple towards +x."""

    def shape(direction: Vector) -> Vector:
        along = direction.x
        flat = math.sqrt(max(0.0, 1 - along * along))
        bumpy = 1 + 0.03 * noise.noise(direction * 2.4)
        tip = 0.13 * math.exp(-((flat / 0.3) ** 2)) * (1 if along > 0 else 0.55)
        length = 0.4 * along * bumpy + (tip if along > 0 else -tip)
        girth = 0.31 * bumpy
        return Vector((length, direction.y * girth, 0.3 + direction.z * girth))

    return [shapes.globe("lemon", shape, _peel("lemon peel", "f4d03a", "e6ba22", 20, 0.3))]


def leaf(length: float = 0.55):
    """A glossy, slightly folded leaf lying along x from the origin."""
    surface = materials.Surface("leaf", "3f6b24", 0.35, specular=0.5)
    surface.colour(surface.ramp(surface.noise(6, detail=5), [(0.35, "2f5a1c"), (0.65, "55802f")]))
    sections = []
    for index in range(13):
        t = index / 12
        half = 0.24 * length * math.sin(math.pi * t**0.85) + 0.002
        lift = 0.09 * length * math.sin(math.pi * t) - 0.12 * length * t * t
        sections.append(
            [(t * length, side * half, lift + 0.35 * abs(side) * half) for side in (-1, -0.5, 0, 0.5, 1)]
        )
    item = shapes.loft("leaf", sections, surface.material, closed=False, capped=False, subdivide=1)
    thickness = item.modifiers.new("thickness", "SOLIDIFY")
    thickness.thickness = 0.008
    return item


def bowl(radius: float, glaze):
    """A wide shallow bowl."""
    profile = [
        (0, 0.05),
        (radius * 0.4, 0.0),
        (radius * 0.45, 0.04),
        (radius * 0.8, radius * 0.26),
        (radius, radius * 0.5),
        (radius * 0.985, radius * 0.52),
    ]
    profile += [(radius * 0.77, radius * 0.3), (radius * 0.42, 0.1), (0, 0.09)]
    return shapes.lathe("bowl", profile, glaze, segments=128)
