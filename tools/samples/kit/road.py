"""Roads and what wheels need: asphalt, kerb, verge, wheel. One unit is a metre."""

import math

from kit import materials, shapes


def asphalt():
    """Worn grey asphalt."""
    surface = materials.Surface("asphalt", "5a5c5f", 0.85, specular=0.25)
    grains, patches = surface.noise(9, detail=6, roughness=0.8), surface.noise(0.25, detail=5)
    coarse = surface.ramp(patches, [(0.3, "54565a"), (0.7, "6e7073")])
    surface.colour(surface.mix(0.6, coarse, surface.ramp(grains, [(0.3, "808080"), (0.7, "ffffff")]), "MULTIPLY"))
    return surface.bump(grains, 0.25, 0.02).material


def grass():
    """A meadow seen from far enough that blades merge."""
    surface = materials.Surface("verge", "6c8f3d", 0.95, specular=0.1)
    mixed = surface.arithmetic("ADD", surface.arithmetic("MULTIPLY", surface.noise(0.12, detail=6), 0.5), surface.arithmetic("MULTIPLY", surface.noise(3.5, detail=8, roughness=0.75), 0.5))
    surface.colour(surface.ramp(mixed, [(0.36, "45682a"), (0.5, "6a8f3c"), (0.64, "96ad57")]))
    return surface.bump(surface.noise(6, detail=8, roughness=0.8), 0.6, 0.12).material


def road(width: float = 7.5, behind: float = 0.0) -> None:
    """A straight road along x, painted at its edges and centre, with grass to the horizon; y = 0 is the near lane."""
    shapes.box("road", (600, width, 0.2), (0, behind, -0.1), asphalt())
    white = materials.plain("road paint", "d9d9d2", 0.8)
    for y in (behind - width / 2 + 0.3, behind + width / 2 - 0.3):
        shapes.box("edge line", (600, 0.14, 0.01), (0, y, 0.004), white)
    for index in range(-20, 21):
        shapes.box("dash", (3.2, 0.13, 0.01), (index * 8 + 2.5, behind, 0.004), white)
    shapes.sheet("meadow", lambda x, y: -0.12, grass(), (4000, 4000), (2, 2))


def hills(distance: float, height: float = 22.0, colours: tuple[str, str] = ("4d6b38", "7a9a52")) -> None:
    """Wooded ridges on the horizon, paler with distance."""
    from mathutils import Vector, noise

    for layer, share in enumerate((0.0, 1.0)):
        surface = materials.Surface("hills", colours[layer], 1.0, specular=0.0)
        tufts = surface.noise(0.09, detail=9, roughness=0.7)
        dark, light = (("2f4a26", "5d7f3e"), ("5f7f6a", "86a384"))[layer]
        surface.colour(surface.ramp(tufts, [(0.35, dark), (0.65, light)]))
        y, scale = distance * (1 + 1.1 * share), height * (1 + 1.0 * share)
        sections = []
        for step in range(241):
            x = (step / 240 - 0.5) * 12 * distance
            ridge = scale * (0.55 + 0.5 * noise.noise(Vector((x / 160, layer * 7.3, 0))) + 0.09 * noise.noise(Vector((x / 14, layer, 3))))
            sections.append([(x, y, -1), (x, y + 5, ridge)])
        shapes.loft("ridge", sections, surface.material, closed=False, capped=False)


def wheel(radius: float, width: float, rim_share: float = 0.62, spokes: int = 10, rim: str = "c4c8cc") -> list:
    """A tyre on a spoked rim, centred on the origin, its axle along y and its outside towards -y."""
    rubber = materials.plain("rubber", "17181a", 0.75, specular=0.3)
    metal, dark = materials.plain("alloy", rim, 0.28, metallic=0.9), materials.plain("brake", "242629", 0.6)
    inner, half = radius * rim_share, width / 2
    tread = [(inner, -half * 0.8), (radius * 0.86, -half), (radius * 0.97, -half * 0.86), (radius, -half * 0.6), (radius, half * 0.6), (radius * 0.97, half * 0.86), (radius * 0.86, half), (inner, half * 0.8)]
    barrel = [(inner * 1.03, -half * 0.84), (inner * 0.98, -half * 0.92), (inner * 0.92, -half * 0.8), (inner * 0.9, half * 0.8)]
    parts = [
        shapes.lathe("tyre", tread, rubber, steps=4, segments=72),
        shapes.lathe("barrel", barrel, metal, segments=72),
        shapes.lathe("drum", [(0, -half * 0.1), (inner * 0.92, -half * 0.1)], dark, smooth_profile=False),
        shapes.lathe("hub", [(0, -half * 0.78), (inner * 0.16, -half * 0.76), (inner * 0.22, -half * 0.55), (inner * 0.22, 0)], metal, segments=32),
    ]
    for index in range(spokes):
        angle = 2 * math.pi * index / spokes
        tangent = (-math.sin(angle), math.cos(angle))
        sections = []
        for share, wide, depth in ((0.12, 0.11, -0.68), (0.55, 0.085, -0.72), (0.97, 0.12, -0.84)):
            x, y = inner * share * math.cos(angle), inner * share * math.sin(angle)
            w = inner * wide
            sections.append([(x + sx * w * tangent[0], y + sx * w * tangent[1], half * (depth + dz)) for sx, dz in ((-1, 0.12), (-0.6, -0.06), (0.6, -0.06), (1, 0.12))])
        parts.append(shapes.loft("spoke", sections, metal, closed=True))
    shapes.place(parts, (0, 0, 0), (-90, 0, 0))
    return parts


def facades(distance: float) -> None:
    """A row of city houses along the far side of the street, their windows a regular grid."""
    colours = [("b9835f", "30383f"), ("c9bba2", "3a444c"), ("9a6a54", "2b333a"), ("d3cdbf", "424c54"), ("a98b6d", "343c42")]
    for index, (wall, pane) in enumerate(colours):
        surface = materials.Surface("facade", wall, 0.8, specular=0.2)
        places = surface.place()
        swapped = surface.node("ShaderNodeSeparateXYZ", {"Vector": places})
        flat = surface.node("ShaderNodeCombineXYZ", {"X": swapped.outputs["X"], "Y": swapped.outputs["Z"]}).outputs["Vector"]
        links = {"Vector": flat, "Scale": 1.0, "Mortar Size": 0.55, "Brick Width": 2.1, "Row Height": 3.0, "Mortar Smooth": 0.02}
        bricks = surface.node("ShaderNodeTexBrick", links, offset=0.0)
        for key, code in (("Color1", pane), ("Color2", pane), ("Mortar", wall)):
            bricks.inputs[key].default_value = materials.linear(code)
        surface.colour(bricks.outputs["Color"])
        shapes.box("house", (13.8, 8, 24 + 3 * (index % 3)), (-30 + 14 * index, distance + 4, 11), surface.material)
    pavement = materials.plain("pavement", "a3a19b", 0.85)
    shapes.box("pavement", (600, 5, 0.3), (0, distance - 2.5, 0), pavement, bevel=0.03)
