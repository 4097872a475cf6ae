"""A white teapot beside a burning candle, in morning light on a sideboard."""

from kit import materials, rooms, shapes, stage, tableware

TITLE = "Teapot and candle"


def build() -> list[stage.Instance]:
    """Builds the scene."""
    rooms.table(materials.wood("oak", "7a5132", "b98a5c"), depth=9.0, edge=5.0)
    rooms.wall(materials.plaster("wall", "b9c4bd", "a4b2ab"), 6.0)
    pot = tableware.teapot(materials.glazed("glaze", "eee8da", "d9d0bd"))
    shapes.place(pot, (-0.3, 0.0, 0), (0, 0, 14))
    light = tableware.candle(0.95, 0.27)
    shapes.place(light, (1.5, -1.2, 0.05))
    brass = materials.plain("brass", "c9a25a", 0.28, metallic=1.0)
    shapes.place(tableware.dish(0.42, brass), (1.5, -1.2, 0))
    stage.lamp("POINT", (1.5, -1.2, 1.3), (0, 0, 0), 8, "ffae5c", size=0.12)
    rooms.window_light(1200)
    stage.ambient("c9d0d8", 0.5)
    stage.camera((0.5, -10.4, 3.3), (0.08, 0, 0.82), lens=78, fstop=0.9, focus=(0.2, -0.9, 0.9))
    return [stage.Instance("teapot", [849], pot), stage.Instance("candle", [470], light)]
