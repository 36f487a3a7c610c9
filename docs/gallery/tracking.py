"""Twenty-two players and a ball

Sports. Positions as a tracking system gives them, ten times a second, and frames in between. Only
the dots move; the pitch is drawn once.
"""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Arc, Circle, Rectangle

from parallel_animate import Animator

LINES = {"fill": False, "ec": "white", "lw": 1.2}


class Tracking(Animator):
    def setup(self):
        figure = Figure(figsize=(6.4, 4.2), dpi=100, facecolor="#2f7d4f")
        axes = figure.add_axes(
            (0.02, 0.02, 0.96, 0.96), xlim=(-55, 55), ylim=(-36, 36), aspect="equal"
        )
        axes.set_axis_off()
        axes.add_patch(Rectangle((-52.5, -34), 105, 68, **LINES))
        axes.plot([0, 0], [-34, 34], color="white", lw=1.2)
        axes.add_patch(Circle((0, 0), 9.15, **LINES))
        for side in (-1, 1):
            for depth, width in ((16.5, 40.3), (5.5, 18.3)):
                corner = (side * 52.5 - (depth if side > 0 else 0), -width / 2)
                axes.add_patch(Rectangle(corner, depth, width, **LINES))
            middle = 0 if side < 0 else 180
            axes.add_patch(
                Arc(
                    (side * 41.5, 0),
                    18.3,
                    18.3,
                    theta1=middle - 53,
                    theta2=middle + 53,
                    color="white",
                )
            )
        self.teams = [
            axes.plot([], [], "o", color=color, ms=9, mec="white")[0]
            for color in ("#ef476f", "#118ab2")
        ]
        (self.ball,) = axes.plot([], [], "o", color="white", ms=5, mec="black")
        (self.trail,) = axes.plot([], [], color="white", alpha=0.6, lw=1)
        return figure

    def update(self, frame_idx, params):
        teams, ball = params
        for dots, places in zip(self.teams, teams):
            dots.set_data(*places.T)
        self.ball.set_data(*ball[-1:].T)
        self.trail.set_data(*ball.T)


def formation():
    """Return where a team stands at the beginning, (11, 2): one, four, four and two."""
    lines = [(-46, [0]), (-28, [-24, -8, 8, 24]), (-8, [-24, -8, 8, 24]), (8, [-9, 9])]
    return np.array([(x, y) for x, places in lines for y in places], float)


def match(seconds=8, fps=30):
    """Return, for each frame, where both teams are, and the ball's way in the last second."""
    random = np.random.default_rng(8)
    home = np.stack([formation(), formation() * (-1, 1)])
    # Everybody strays a little, ten times a second, and both teams move up and back.
    strayed = random.normal(0, 0.55, (seconds * 10 + 1, 2, 11, 2)).cumsum(axis=0)
    strayed[..., 0] += 6 * np.sin(np.linspace(0, 0.7 * seconds, seconds * 10 + 1))[:, None, None]
    when = np.arange(seconds * fps) * 10 / fps
    before, share = when.astype(int), (when % 1)[:, None, None, None]
    teams = home + (1 - share) * strayed[before] + share * strayed[before + 1]
    # The ball goes from one player to the next each second, in 0.6 seconds.
    receivers = random.integers(0, 2, seconds + 1), random.integers(1, 11, seconds + 1)
    turn, flown = np.divmod(np.arange(seconds * fps) / fps, 1)
    frames, turn = np.arange(seconds * fps), turn.astype(int)
    passer, taker = (
        teams[frames, receivers[0][each], receivers[1][each]] for each in (turn, turn + 1)
    )
    ball = passer + np.clip(flown / 0.6, 0, 1)[:, None] * (taker - passer)
    return [(teams[i], ball[max(0, i - fps) : i + 1]) for i in frames]


params = match()

if __name__ == "__main__":
    Tracking().make_video("tracking.mp4", params, fps=30)
