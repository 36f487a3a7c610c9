"""A network learns two moons

Machine learning. The border that a network draws, and its loss, while it is trained. Contours
cannot be changed, so they are removed and drawn anew.
"""

import numpy as np
from matplotlib.figure import Figure

from parallel_animate import Animator


def moons(count=120):
    """Return points on two half circles, and on which of them each lies."""
    random = np.random.default_rng(3)
    angle = np.linspace(0, np.pi, count)
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    lower = np.column_stack([1 - np.cos(angle), 0.5 - np.sin(angle)])
    return np.vstack([upper, lower]) + random.normal(0, 0.12, (2 * count, 2)), np.repeat(
        [0, 1], count
    )


def trained(frames=100, steps=25, rate=0.6):
    """Yield the weights of a network of one hidden layer, and its losses so far."""
    points, labels = moons()
    random = np.random.default_rng(5)
    w1, b1 = random.normal(0, 1.5, (2, 16)), np.zeros(16)
    w2, b2 = random.normal(0, 0.4, 16), 0.0
    losses = []
    for step in range(frames * steps):
        hidden = np.tanh(points @ w1 + b1)
        guess = 1 / (1 + np.exp(-(hidden @ w2 + b2)))
        losses.append(-np.log(np.where(labels, guess, 1 - guess)).mean())
        if step % steps == 0:
            yield (w1.copy(), b1.copy(), w2.copy(), b2), np.array(losses)
        error = (guess - labels) / len(labels)
        back = np.outer(error, w2) * (1 - hidden**2)
        w1, b1 = w1 - rate * points.T @ back, b1 - rate * back.sum(axis=0)
        w2, b2 = w2 - rate * hidden.T @ error, b2 - rate * error.sum()


class Training(Animator):
    def setup(self):
        figure = Figure(figsize=(7.2, 3.6), dpi=100)
        self.axes = figure.add_axes((0.01, 0.02, 0.5, 0.96), xlim=(-1.6, 2.6), ylim=(-1.2, 1.7))
        self.axes.set(xticks=[], yticks=[])
        points, labels = moons()
        self.axes.scatter(
            *points.T, c=labels, cmap="coolwarm", s=14, edgecolor="white", lw=0.4, zorder=3
        )
        self.grid = np.meshgrid(np.linspace(-1.6, 2.6, 80), np.linspace(-1.2, 1.7, 60))
        self.contours = None
        curve = figure.add_axes(
            (0.61, 0.16, 0.37, 0.8), xlim=(0, 2500), ylim=(0.01, 1), yscale="log"
        )
        curve.set(xlabel="step", ylabel="loss")
        curve.grid(alpha=0.3, which="both")
        (self.loss,) = curve.plot([], [], color="#5f0f40")
        return figure

    def update(self, frame_idx, params):
        (w1, b1, w2, b2), losses = params
        places = np.column_stack([each.ravel() for each in self.grid])
        score = (np.tanh(places @ w1 + b1) @ w2 + b2).reshape(self.grid[0].shape)
        if self.contours is not None:
            self.contours.remove()
        levels = np.linspace(-6, 6, 13)
        self.contours = self.axes.contourf(
            *self.grid, score, levels, cmap="coolwarm", alpha=0.5, extend="both"
        )
        self.loss.set_data(np.arange(len(losses)), losses)


def params():
    return trained()


if __name__ == "__main__":
    Training().make_video("training.mp4", params(), fps=30)
