"""A laden container ship under way in the afternoon."""

from kit import sea, shapes, stage

TITLE = "Container ship"


def build() -> list[stage.Instance]:
    """Builds the scene."""
    stage.gradient_sky("b4d3ee", "3f82cc", 1.05, clouds=0.85, cloud_scale=3.6, edge=0.47)
    sea.water(6400, resolution=12)
    ship = sea.container_ship()
    shapes.place(ship + sea.wake(150, 24), (-75, 0, 0))
    stage.lamp("SUN", (-75, -80, 60), (0, 0, 0), 4.2, "ffedd2", size=2)
    stage.camera((-225, -290, 36), (-5, 0, 16), lens=86)
    return [stage.Instance("container ship", [510], ship)]
