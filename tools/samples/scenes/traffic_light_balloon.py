"""Hot-air balloons drift past a traffic light in the morning."""

from kit import aircraft, materials, shapes, stage, street

TITLE = "Traffic light and hot-air balloons"
STRIPES = ["d8352a", "f2b632", "f6efe0", "2f6fb0"]


def build() -> list[stage.Instance]:
    """Builds the scene."""
    stage.gradient_sky("d6e6f2", "5b97d4", 1.0, clouds=0.9, cloud_scale=3.0)
    steel = materials.plain("steel", "6d7478", 0.4, metallic=0.8)
    light = street.traffic_light()
    mast = street.pole(0.62, steel, -3.0)
    shapes.place([*light, mast], (-0.52, 0, -0.26), (0, 0, 22), 0.55)
    drifting = aircraft.hot_air_balloon(STRIPES)
    shapes.place(drifting, (4.4, 100, 1.5), (0, 0, 20), 1.1)
    far = aircraft.hot_air_balloon(["2f6fb0", "f6efe0"])
    shapes.place(far, (-14, 160, 40), (0, 0, 20), 0.5)
    stage.lamp("SUN", (-4, -6, 6), (0, 0, 0), 3.0, "fff0dc", size=4)
    stage.camera((0.3, -6.2, -1.0), (0.04, 0, 0.02), lens=100, fstop=16)
    return [
        stage.Instance("traffic light", [920], light),
        stage.Instance("balloon", [417], drifting),
        stage.Instance("balloon", [417], far),
    ]
