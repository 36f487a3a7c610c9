"""A basin fills, and a fault slips

Geology. A section through layers of sediment. The polygons of `fill_between` get new corners.
"""

import numpy as np
from matplotlib.figure import Figure

from parallel_animate import Animator

COLORS = ["#6b4226", "#8d5b3a", "#b07d4f", "#caa472", "#dcc48e", "#e9dcb2", "#c9b79c", "#a89f91"]
END = 8.0  # million years


class Basin(Animator):
    def setup(self):
        figure = Figure(figsize=(6.4, 3.6), dpi=100)
        axes = figure.add_axes((0.11, 0.16, 0.86, 0.74), xlim=(0, 40), ylim=(-4.2, 0.6))
        axes.set(xlabel="distance (km)", ylabel="depth (km)", facecolor="#d7ecf7")
        self.x = np.linspace(0, 40, 401)
        self.layers = [axes.fill_between(self.x, -6, -6, color=color, lw=0) for color in COLORS]
        (self.fault,) = axes.plot([], [], color="black", lw=1.5)
        self.age = axes.set_title("")
        return figure

    def update(self, frame_idx, time):
        sag = 3.2 * np.exp(-(((self.x - 20) / 9) ** 2)) * time / END
        throw = 0.9 * np.clip(time - 4, 0, None) / 4
        self.fault.set_data([23.2, 25.2], [-4.2, 0.3] if throw else [np.nan] * 2)
        floor = -0.9 - sag - throw * (self.x > 24)
        below = np.full_like(self.x, -6)
        for born, layer in enumerate(self.layers):
            # What had sunk when a layer began is its floor; it fills up to the level of its end.
            ended = np.clip(born + 1, None, time)
            top = (
                floor
                if born == 0
                else floor + 3.1 * np.exp(-(((self.x - 20) / 9) ** 2)) * ended / END
            )
            top = np.maximum(top if time > born else below, below)
            layer.set_data(self.x, below, top)
            below = top
        self.age.set_text(f"after {time:.1f} million years")


params = np.linspace(0.05, END, 120)

if __name__ == "__main__":
    Basin().make_video("basin.mp4", params, fps=30)
