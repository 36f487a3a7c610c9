"""The colour of heat

Spectroscopy. Planck's law from 2,500 to 10,000 kelvin. The spectrum below the curve is an image,
cut out along it.
"""

import numpy as np
from matplotlib.colors import hsv_to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from parallel_animate import Animator

PLANCK, LIGHT, BOLTZMANN = 6.626e-34, 2.998e8, 1.381e-23
NM = np.linspace(200, 1500, 400)


def radiance(kelvin):
    """Return the spectral radiance at each wavelength, in kW/(sr m² nm)."""
    meters = NM * 1e-9
    power = PLANCK * LIGHT / (meters * BOLTZMANN * kelvin)
    return 2 * PLANCK * LIGHT**2 / meters**5 / np.expm1(power) * 1e-12


class BlackBody(Animator):
    def setup(self):
        figure = Figure(figsize=(6.4, 4), dpi=100)
        self.axes = axes = figure.add_axes((0.12, 0.14, 0.85, 0.76), xlim=(NM[0], NM[-1]))
        axes.set(xlabel="wavelength (nm)", ylabel="radiance, of its maximum", ylim=(0, 1.1))
        hue = np.interp(
            NM, [380, 440, 490, 510, 580, 645, 780], [0.78, 0.68, 0.5, 0.35, 0.16, 0.0, 0.0]
        )
        seen = np.clip(np.minimum((NM - 360) / 60, (790 - NM) / 90), 0, 1)
        colors = hsv_to_rgb(np.column_stack([hue, np.ones_like(hue), seen]))
        colors[seen == 0] = 0.82
        self.spectrum = axes.imshow(colors[None], extent=(NM[0], NM[-1], 0, 1.1), aspect="auto")
        self.below = axes.add_patch(Polygon([(0, 0)], fc="none", ec="none"))
        self.spectrum.set_clip_path(self.below)
        (self.curve,) = axes.plot(NM, NM, color="black")
        self.title = axes.set_title("")
        return figure

    def update(self, frame_idx, kelvin):
        values = radiance(kelvin)
        values /= values.max()
        self.curve.set_ydata(values)
        self.below.set_xy([(NM[0], 0), *zip(NM, values), (NM[-1], 0)])
        self.title.set_text(f"{kelvin:,.0f} K")


params = np.geomspace(2500, 10000, 110)

if __name__ == "__main__":
    BlackBody().make_video("blackbody.mp4", params, fps=30)
