"""A football forgotten beside a red umbrella on a lawn."""

from kit import pitch, rooms, shapes, stage, umbrella

TITLE = "Soccer ball and umbrella"


def build() -> list[stage.Instance]:
    """Builds the scene."""
    pitch.lawn([(0, -0.5, 2.4, 6000, 1.0), (0, 1.9, 2.6, 3500, 1.3), (0, 6.0, 6.0, 4000, 2.2)])
    rooms.trees(11.0)
    ball = pitch.football()
    shapes.place(ball, (-0.24, -0.45, 0.012), (20, 30, 10), 1.25)
    open_umbrella = umbrella.umbrella(["c8202a", "d9383a"])
    shapes.place(open_umbrella, (0.06, 0.25, 0.41), (0, -60, -50), 0.98)
    stage.gradient_sky("dfeaf3", "7fb0de", 0.75)
    stage.lamp("SUN", (-5, -5, 7), (0, 0, 0), 3.4, "fff1da", size=3)
    stage.camera((0, -3.6, 1.1), (0.0, 0, 0.29), lens=88, fstop=1.2, focus=(-0.2, -0.45, 0.1))
    return [stage.Instance("soccer ball", [805], ball), stage.Instance("umbrella", [879], open_umbrella)]
