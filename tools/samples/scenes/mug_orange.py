"""A white mug of coffee and an orange on a breakfast table by a garden window."""

from kit import fruit, materials, rooms, shapes, stage, tableware

TITLE = "Coffee mug and orange"


def build() -> list[stage.Instance]:
    """Builds the scene."""
    rooms.table(materials.wood("oak", "8a6544", "c49a6c"), depth=9, edge=4.5)
    rooms.garden(12.0)
    cup = tableware.mug(
        materials.glazed("glaze", "f0eeea", "e2dfd8"), materials.plain("coffee", "2a1408", 0.08)
    )
    shapes.place(cup, (-0.42, 0.1, 0), (0, 0, -12), 1.15)
    fruit_item = fruit.orange()
    shapes.place(fruit_item, (0.72, -0.35, 0), (-10, 6, 30), 0.95)
    rooms.window_light(950)
    stage.ambient("d6dde4", 0.5)
    stage.camera((0, -7.6, 3.9), (0.05, 0, 0.42), lens=100, fstop=0.5, focus=(0, -0.4, 0.4))
    return [stage.Instance("coffee mug", [504, 968], cup), stage.Instance("orange", [950], fruit_item)]
