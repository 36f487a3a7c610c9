"""Sunlight around the globe

Climate. A day at the June solstice, on a Mollweide map. The mesh gets new values in each frame; the
graticule above it stays as it is.
"""

import numpy as np
from matplotlib.figure import Figure

from parallel_animate import Animator

TILT = np.radians(23.44)
SOLAR_CONSTANT = 1361  # W/m²


class Sunlight(Animator):
    def setup(self):
        figure = Figure(figsize=(6.4, 4), dpi=100)
        axes = figure.add_axes((0.02, 0.2, 0.96, 0.72), projection="mollweide")
        edges = np.linspace(-np.pi, np.pi, 145), np.linspace(-np.pi / 2, np.pi / 2, 73)
        self.longitude, self.latitude = (0.5 * (each[1:] + each[:-1]) for each in edges)
        self.mesh = axes.pcolormesh(
            *edges,
            np.zeros((72, 144)),
            cmap="inferno",
            vmin=0,
            vmax=SOLAR_CONSTANT,
            rasterized=True,
        )
        axes.grid(color="white", alpha=0.25, lw=0.6)
        axes.tick_params(labelbottom=False, labelleft=False)
        bar = figure.add_axes((0.25, 0.12, 0.5, 0.03))
        figure.colorbar(self.mesh, cax=bar, orientation="horizontal", label="sunlight (W/m²)")
        self.time = figure.text(0.5, 0.95, "", ha="center", va="center")
        return figure

    def update(self, frame_idx, hour):
        noon = np.pi * (1 - hour / 12)  # the longitude where the sun is highest
        latitude = self.latitude[:, None]
        height = np.sin(latitude) * np.sin(TILT) + np.cos(latitude) * np.cos(TILT) * np.cos(
            self.longitude - noon
        )
        self.mesh.set_array(SOLAR_CONSTANT * np.clip(height, 0, None))
        self.time.set_text(f"21 June, {int(hour):02}:{int(hour * 60) % 60:02} UTC")


params = np.arange(0, 24, 0.2)

if __name__ == "__main__":
    Sunlight().make_video("sunlight.mp4", params, fps=30)
