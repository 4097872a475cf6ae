"""A yellow taxi in a sunlit city street."""

from kit import car, road, shapes, stage

TITLE = "Taxi"


def build() -> list[stage.Instance]:
    """Builds the scene."""
    stage.gradient_sky("bcd8ef", "4f8dcc", 1.0)
    road.road(11.4, behind=2.2)
    road.facades(12.0)
    road.pavement(-5.9, 4.8)
    taxi = car.taxi()
    shapes.place(taxi, (0, 0, 0))
    stage.lamp("SUN", (-16, -16, 14), (0, 0, 0), 3.2, "fff0dc", size=1.5)
    stage.camera((-6.6, -9.4, 1.9), (-0.1, 0, 0.84), lens=76, fstop=0.35, focus=(-0.4, -0.9, 0.6))
    return [stage.Instance("taxicab", [468], taxi)]
