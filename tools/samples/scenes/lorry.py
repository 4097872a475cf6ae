"""A red lorry with its trailer on a country road."""

from kit import road, shapes, stage, truck

TITLE = "Lorry on a country road"


def build() -> list[stage.Instance]:
    """Builds the scene."""
    stage.gradient_sky("bcd8ef", "4f8dcc", 1.0, clouds=0.85, cloud_scale=3.2, edge=0.46)
    road.road(8.5, behind=1.9)
    road.hills(110)
    lorry = truck.lorry()
    shapes.place(lorry, (-5.5, 0, 0))
    stage.lamp("SUN", (-20, -15, 14), (0, 0, 0), 3.2, "fff0dc", size=1.5)
    stage.camera((-23.5, -17.5, 2.5), (-0.9, 0, 1.95), lens=86)
    return [stage.Instance("semi-trailer truck", [867], lorry)]
