"""A laden container ship under way in the afternoon."""

from kit import sea, shapes, stage

TITLE = "Container ship"


def build() -> list[stage.Instance]:
    """Builds the scene."""
    stage.gradient_sky("c4daec", "4f8dcc", 0.95, clouds=0.8, cloud_scale=3.0, edge=0.5)
    sea.water(6400, resolution=12)
    ship = sea.container_ship()
    shapes.place(ship + sea.wake(150, 24), (-75, 0, 0))
    stage.lamp("SUN", (-60, -80, 70), (0, 0, 0), 3.2, "fff0dc", size=2)
    stage.camera((-225, -290, 36), (-5, 0, 16), lens=86)
    return [stage.Instance("container ship", [510], ship)]
