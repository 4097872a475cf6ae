"""Bananas and a green apple on a linen cloth."""

from kit import fruit, materials, rooms, shapes, stage

TITLE = "Bananas and a Granny Smith"


def build() -> list[stage.Instance]:
    """Builds the scene."""
    rooms.table(materials.cloth("linen", "e6e2da", "cfc8bc"), depth=9, edge=3.5)
    rooms.garden(12.0)
    bananas = []
    for location, turn in (
        ((-0.05, -0.55, 0.0), (4, 0, -8)),
        ((0.0, -0.22, 0.12), (24, 0, 2)),
        ((0.05, 0.06, 0.34), (48, 0, 9)),
    ):
        single = fruit.banana()
        shapes.place(single, (location[0] - 0.22, location[1] + 0.35, location[2]), turn, 1.25)
        bananas.append(stage.Instance("banana", [954], single))
    green = fruit.apple()
    shapes.place(green, (1.0, -0.62, 0), (-8, 8, 30), 0.95)
    rooms.window_light(950)
    stage.ambient("cdd6e0", 0.45)
    stage.camera((0, -8.2, 3.6), (0.06, 0.0, 0.47), lens=94, fstop=0.5, focus=(0, -0.2, 0.4))
    return [*bananas, stage.Instance("Granny Smith", [948], green)]
