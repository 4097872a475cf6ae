"""Oranges and a lemon with leaves on a wooden table."""

from kit import fruit, materials, rooms, shapes, stage

TITLE = "Oranges and a lemon"


def build() -> list[stage.Instance]:
    """Builds the scene."""
    rooms.table(materials.wood("oak", "8a6544", "c49a6c"), depth=9, edge=3.5)
    rooms.garden(12.0)
    oranges = []
    for location, turn in (((-0.5, 0.25, 0), (6, -10, 20)), ((0.42, 0.42, 0), (-14, 8, 70))):
        single = fruit.orange()
        shapes.place(single, location, turn, 1.15)
        oranges.append(stage.Instance("orange", [950], single))
    yellow = fruit.lemon()
    shapes.place(yellow, (0.42, -0.62, 0), (0, 0, 24), 0.84)
    for location, turn in (((-0.5, -0.35, 0.03), (0, 0, 200)), ((-0.35, -0.42, 0.03), (8, 0, -60))):
        shapes.place([fruit.leaf()], location, turn)
    rooms.window_light(950)
    stage.ambient("cdd6e0", 0.45)
    stage.camera((0, -8.0, 3.5), (-0.03, 0, 0.4), lens=112, fstop=0.5, focus=(0, -0.2, 0.4))
    return [*oranges, stage.Instance("lemon", [951], yellow)]
