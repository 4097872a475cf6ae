"""An airliner climbing out through a fair-weather sky."""

from kit import airliner, shapes, stage

TITLE = "Airliner"


def build() -> list[stage.Instance]:
    """Builds the scene."""
    stage.gradient_sky("9cc4e8", "3f7fc6", 1.0, clouds=0.92, cloud_scale=3.6, edge=0.47)
    plane = airliner.airliner()
    shapes.place(plane, (0, 0, -1.5), (-12, 7, -6))
    centre = (19.0, 0, -2.6)
    stage.lamp("SUN", (-20, -40, 60), centre, 3.4, "fff0dc", size=2)
    stage.lamp("SUN", (0, -10, -40), centre, 0.5, "cfe0f0", size=30)
    stage.camera((-52, -90, -8), centre, lens=96)
    return [stage.Instance("airliner", [404], plane)]
