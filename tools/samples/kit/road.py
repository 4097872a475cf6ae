"""Roads and what wheels need: asphalt, kerb, verge, wheel. One unit is a metre."""

from mathutils import Vector, noise

from kit import materials, shapes, solids


def asphalt():
    """Worn grey asphalt."""
    surface = materials.Surface("asphalt", "5a5c5f", 0.85, specular=0.25)
    grains, patches = surface.noise(9, detail=6, roughness=0.8), surface.noise(0.25, detail=5)
    coarse = surface.ramp(patches, [(0.3, "54565a"), (0.7, "6e7073")])
    surface.colour(
        surface.mix(0.6, coarse, surface.ramp(grains, [(0.3, "808080"), (0.7, "ffffff")]), "MULTIPLY")
    )
    return surface.bump(grains, 0.25, 0.02).material


def grass():
    """A meadow seen from far enough that blades merge."""
    surface = materials.Surface("verge", "6c8f3d", 0.95, specular=0.1)
    mixed = surface.arithmetic(
        "ADD",
        surface.arithmetic("MULTIPLY", surface.noise(0.12, detail=6), 0.5),
        surface.arithmetic("MULTIPLY", surface.noise(3.5, detail=8, roughness=0.75), 0.5),
    )
    surface.colour(surface.ramp(mixed, [(0.36, "45682a"), (0.5, "6a8f3c"), (0.64, "96ad57")]))
    return surface.bump(surface.noise(6, detail=8, roughness=0.8), 0.6, 0.12).material


def road(width: float = 7.5, behind: float = 0.0) -> None:
    """A straight road along x, painted at edges and centre, with grass to the horizon."""
    solids.box("road", (600, width, 0.2), (0, behind, -0.1), asphalt())
    white = materials.plain("road paint", "d9d9d2", 0.8)
    for y in (behind - width / 2 + 0.3, behind + width / 2 - 0.3):
        solids.box("edge line", (600, 0.14, 0.01), (0, y, 0.004), white)
    for index in range(-20, 21):
        solids.box("dash", (3.2, 0.13, 0.01), (index * 8 + 2.5, behind, 0.004), white)
    shapes.sheet("meadow", lambda x, y: -0.12, grass(), (4000, 4000), (2, 2))


def hills(distance: float, height: float = 22.0) -> None:
    """Wooded ridges on the horizon, paler with distance."""
    for layer, share in enumerate((0.0, 1.0)):
        surface = materials.Surface("hills", "5d7f3e", 1.0, specular=0.0)
        tufts = surface.noise(0.09, detail=9, roughness=0.7)
        dark, light = (("2f4a26", "5d7f3e"), ("5f7f6a", "86a384"))[layer]
        surface.colour(surface.ramp(tufts, [(0.35, dark), (0.65, light)]))
        y, scale = distance * (1 + 1.1 * share), height * (1 + 1.0 * share)
        sections = []
        for step in range(241):
            x = (step / 240 - 0.5) * 12 * distance
            ridge = scale * (
                0.55
                + 0.5 * noise.noise(Vector((x / 160, layer * 7.3, 0)))
                + 0.09 * noise.noise(Vector((x / 14, layer, 3)))
            )
            sections.append([(x, y, -1), (x, y + 5, ridge)])
        shapes.loft("ridge", sections, surface.material, closed=False, capped=False)


def facades(distance: float) -> None:
    """A row of city houses along the far side of the street, their windows a regular grid."""
    colours = [
        ("b9835f", "30383f"),
        ("c9bba2", "3a444c"),
        ("9a6a54", "2b333a"),
        ("d3cdbf", "424c54"),
        ("a98b6d", "343c42"),
    ]
    for index, (wall, pane) in enumerate(colours):
        surface = materials.Surface("facade", wall, 0.8, specular=0.2)
        places = surface.place()
        swapped = surface.node("ShaderNodeSeparateXYZ", {"Vector": places})
        flat = surface.node(
            "ShaderNodeCombineXYZ", {"X": swapped.outputs["X"], "Y": swapped.outputs["Z"]}
        ).outputs["Vector"]
        links = {
            "Vector": flat,
            "Scale": 1.0,
            "Mortar Size": 0.55,
            "Brick Width": 2.1,
            "Row Height": 3.0,
            "Mortar Smooth": 0.02,
        }
        bricks = surface.node("ShaderNodeTexBrick", links, offset=0.0)
        for key, code in (("Color1", pane), ("Color2", pane), ("Mortar", wall)):
            bricks.inputs[key].default_value = materials.linear(code)
        surface.colour(bricks.outputs["Color"])
        solids.box(
            "house", (13.8, 8, 24 + 3 * (index % 3)), (-30 + 14 * index, distance + 4, 11), surface.material
        )
    pavement(distance - 2.0, 4.0)


def pavement(middle: float, width: float):
    """A raised footway of concrete slabs along the street."""
    surface = materials.Surface("slabs", "a8a59d", 0.85, specular=0.2)
    links = {
        "Vector": surface.place(),
        "Scale": 1.0,
        "Mortar Size": 0.012,
        "Brick Width": 0.8,
        "Row Height": 0.6,
    }
    slabs = surface.node("ShaderNodeTexBrick", links, offset=0.5)
    for key, code in (("Color1", "a9a69e"), ("Color2", "9d9a93"), ("Mortar", "6f6d68")):
        slabs.inputs[key].default_value = materials.linear(code)
    worn = surface.ramp(surface.noise(2.5, detail=7), [(0.3, "c8c8c8"), (0.7, "ffffff")])
    surface.colour(surface.mix(1.0, slabs.outputs["Color"], worn, "MULTIPLY"))
    return solids.box("pavement", (600, width, 0.3), (0, middle, -0.02), surface.material, bevel=0.03)
