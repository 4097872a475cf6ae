"""Things at sea: waves and a container ship. One unit is a metre; the bow points along -x."""

import random

from kit import materials, shapes, solids


def water(size: float, resolution: int = 14, wind: float = 9.0, waves: float = 0.8, deep: str = "10506c"):
    """A stretch of wind-blown sea around the origin."""
    surface = materials.Surface("water", deep, 0.12, specular=0.5)
    item = shapes.sheet("sea", lambda x, y: 0.0, surface.material, (1, 1), (2, 2))
    ocean = item.modifiers.new("ocean", "OCEAN")
    ocean.geometry_mode = "GENERATE"
    ocean.repeat_x = ocean.repeat_y = 8
    ocean.spatial_size = int(size / 8)
    ocean.size = 1.0
    ocean.resolution = ocean.viewport_resolution = resolution
    ocean.wind_velocity, ocean.wave_scale, ocean.choppiness = wind, waves, 0.9
    ocean.wave_alignment, ocean.wave_direction = 0.3, 0.6
    ocean.random_seed = 4
    item.location = (-size / 2, -size / 2, 0)
    for polygon in item.data.polygons:
        polygon.use_smooth = True
    surface.bump(surface.noise(0.9, detail=6), 0.25, 0.2)
    return item


def _hull_paint(side: str, bottom: str, level: float):
    """Two coats that meet at the water line, a little rusty."""
    surface = materials.Surface("hull paint", side, 0.4, specular=0.4)
    below = surface.arithmetic("LESS_THAN", surface.coordinate("Z"), level)
    coats = surface.mix(below, side, bottom)
    rust = surface.ramp(
        surface.noise(0.25, detail=8, stretch=(1, 1, 0.3), roughness=0.7), [(0.58, "ffffff"), (0.8, "c89a7a")]
    )
    return surface.colour(surface.mix(1.0, coats, rust, "MULTIPLY")).material


def _hull(length: float, beam: float, deck: float, draught: float, material):
    """Lofts frames from a raked, flared bow to a square stern."""
    frames, count = [], 28
    for index in range(count + 1):
        t = index / count
        full = min(1.0, (t / 0.2) ** 0.62) if t > 0 else 0.0
        full *= 1 - 0.12 * max(0.0, (t - 0.9) / 0.1)
        low = min(1.0, (max(0.0, t - 0.035) / 0.27) ** 0.8) * (1 - 0.75 * max(0.0, (t - 0.86) / 0.14))
        sheer = deck + 3.2 * max(0.0, (0.14 - t) / 0.14) ** 1.0 if t < 0.14 else deck
        half = []
        for step in range(9):
            s = step / 8
            width = beam / 2 * (low + (full - low) * s**1.6) * (1 - (1 - s) ** 5)
            rake = 7.5 * (1 - s) * max(0.0, 1 - t / 0.2) ** 1.5
            half.append(
                (
                    t * length + rake - 4 * s * max(0.0, 0.04 - t) / 0.04,
                    width + 0.02,
                    -draught + (sheer + draught) * s,
                )
            )
        frames.append([(x, -y, z) for x, y, z in reversed(half)] + half)
    return shapes.loft("hull", frames, material, closed=True)


def container_ship(side: str = "17406d", bottom: str = "8e2a22", seed: int = 5) -> list:
    """A laden container ship 150 m long, floating at z = 0."""
    length, beam, deck = 150.0, 24.0, 9.5
    chance = random.Random(seed)
    items = [_hull(length, beam, deck, 6.0, _hull_paint(side, bottom, 1.6))]
    codes = [
        "b5392f",
        "2f6aa8",
        "d98a2b",
        "3c7a4c",
        "8c8f93",
        "c9b037",
        "6e2f35",
        "e3e1da",
        "25507e",
        "a8432f",
    ]
    paints = []
    for code in codes:
        surface = materials.Surface(f"container {code}", code, 0.55, specular=0.3)
        wave = surface.node(
            "ShaderNodeTexWave", {"Vector": surface.place(), "Scale": 0.9}, bands_direction="X"
        )
        paints.append(surface.bump(wave.outputs["Fac"], 0.6, 0.25).material)
    for bay in range(8):
        start = 21.5 + bay * 12.75
        for row in range(8):
            top = 4 + chance.choice([0, 0, 1, 1]) - (1 if bay == 0 else 0)
            for tier in range(top):
                place = (start + 6.1, (row - 3.5) * 2.62, deck + 0.6 + 2.65 * tier + 1.3)
                items.append(
                    solids.box("container", (12.1, 2.5, 2.58), place, chance.choice(paints), bevel=0.06)
                )
    return items + _superstructure(length, beam, deck)


def _superstructure(length: float, beam: float, deck: float) -> list:
    """The white bridge house aft with its windows, the funnel, masts and the forecastle gear."""
    white = materials.plain("white paint", "f1f1ee", 0.4)
    glass, orange = materials.plain("panes", "12202c", 0.12), materials.plain("lifeboat", "e5641e", 0.4)
    funnel, aft = materials.plain("funnel paint", "17406d", 0.4), 129.0
    items = [solids.box("house", (10, beam - 3, 18), (aft, 0, deck + 9), white, bevel=0.3)]
    for floor in range(5):
        for column in range(9):
            y = (column - 4) * 2.1
            items.append(
                solids.box("pane", (0.2, 1.0, 1.0), (aft - 5.02, y, deck + 3.2 + 2.7 * floor), glass)
            )
        for column in range(4):
            x = aft - 3.4 + 2.2 * column
            items.append(solids.box("pane", (0.9, beam - 2.9, 0.9), (x, 0, deck + 3.2 + 2.7 * floor), glass))
    items.append(solids.box("bridge", (7, beam + 1, 3.4), (aft - 1, 0, deck + 19.5), white, bevel=0.3))
    items.append(solids.box("bridge panes", (7.1, beam + 0.4, 1.3), (aft - 1.05, 0, deck + 19.9), glass))
    items.append(solids.box("funnel", (7, 7, 13), (aft + 10, 0, deck + 12), funnel, bevel=0.8))
    items.append(solids.box("funnel band", (7.1, 7.1, 2.2), (aft + 10, 0, deck + 14.5), white, bevel=0.8))
    items.append(solids.box("casing", (10, 14, 6), (aft + 10, 0, deck + 3), white, bevel=0.3))
    items.append(solids.cylinder("mast", 0.3, (aft - 1, 0, deck + 21), (aft - 1, 0, deck + 29), white))
    items.append(solids.box("yard", (0.5, 7, 0.5), (aft - 1, 0, deck + 26), white))
    items.append(solids.cylinder("foremast", 0.35, (9, 0, deck), (9, 0, deck + 15), white))
    for place in (-1, 1):
        items.append(
            solids.box("boat", (7, 2.2, 2.4), (aft, place * (beam / 2 - 0.3), deck + 7), orange, bevel=0.8)
        )
    return items


def wake(length: float, beam: float):
    """Foam along a hull: a white skirt that noise tears open."""
    surface = materials.Surface("foam", "f4f8fa", 0.8, specular=0.2)
    torn = surface.noise(0.35, detail=9, roughness=0.75)
    away = surface.attribute("away", "Fac")
    gap = surface.arithmetic(
        "GREATER_THAN", surface.arithmetic("SUBTRACT", torn, surface.arithmetic("MULTIPLY", away, 0.34)), 0.41
    )
    surface.join(gap, "Alpha")
    rows, distances = [], []
    for index in range(61):
        t = index / 60
        x = -6 + t * (length + 60)
        inner = beam / 2 * min(1.0, (max(0.0, t) / 0.14) ** 0.7) - 0.5
        reach = 2.5 + 9 * t
        for sign in (-1, 1):
            row = [(x, sign * (inner + reach * s), 0.55 - 0.35 * s) for s in (0, 0.33, 0.66, 1.0)]
            rows.append((sign, row))
        distances.append(t)
    items = []
    for sign in (-1, 1):
        item = shapes.loft(
            "foam", [row for side, row in rows if side == sign], surface.material, closed=False, capped=False
        )
        attribute = item.data.attributes.new("away", "FLOAT", "POINT")
        attribute.data.foreach_set("value", [0.2 + 0.8 * s for _ in distances for s in (0, 0.33, 0.66, 1.0)])
        items.append(item)
    return items
