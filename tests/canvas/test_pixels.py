"""The video shows what matplotlib drew: every pixel, every colour, the figure's own size."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from parallel_animate import Animator
from parallel_animate.canvas import FrameFormat, PixelStore, Surface
from parallel_animate.canvas.pixels import PixelFormat, Pixels
from parallel_animate.output import VideoSettings, choose_writer
from parallel_animate.output.pyav import _frame as encoder_frame
from tests.conftest import WRITERS
from tests.stamp import decoded, rgb

pytestmark = pytest.mark.one_in(3)

SIZES = [(640, 480), (1280, 720), (1920, 1080), (3840, 2160), (641, 481)]
COLOURS = [
    (0, 0, 0),
    (255, 255, 255),
    (127, 127, 127),
    (255, 0, 0),
    (0, 255, 0),
    (0, 0, 255),
    (255, 255, 0),
    (0, 255, 255),
    (255, 0, 255),
    (31, 119, 180),
    (255, 127, 14),
    (23, 190, 207),
]


class Patches(Animator):
    """Twelve flat patches of colour, four in a row."""

    def __init__(self, width: int, height: int) -> None:
        # A little more than whole pixels, of which matplotlib 3.10 might else make one less.
        self.inches = ((width + 0.2) / 100, (height + 0.2) / 100)

    def setup(self) -> Figure:
        figure = Figure(figsize=self.inches, dpi=100)
        for i, colour in enumerate(COLOURS):
            figure.add_artist(
                Rectangle(
                    (i % 4 / 4, i // 4 / 3),
                    1 / 4,
                    1 / 3,
                    color=np.array(colour) / 255,
                    transform=figure.transFigure,
                )
            )
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        pass


class Lines(Animator):
    """What a plot is made of: thin lines, text, ticks, a filled area."""

    def setup(self) -> Figure:
        figure = Figure(figsize=(6.412, 4.812), dpi=100)  # 641x481, as above
        axes = figure.add_subplot(title="frame", xlabel="x", ylabel="y")
        axes.set(xlim=(0, 6), ylim=(-1, 1))
        self.x = np.linspace(0, 6, 100)
        (self.line,) = axes.plot(self.x, np.sin(self.x))
        axes.fill_between(self.x, np.cos(self.x), alpha=0.3, color="tab:red")
        axes.grid()
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        self.line.set_ydata(np.sin(self.x + params))


def bt709(image: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[Any], ...]:
    """RGB to limited-range Y'CbCr as ITU-R BT.709-6 (sections 3.2 to 3.4) defines it."""
    red, green, blue = np.moveaxis(image.astype(float) / 255, -1, 0)
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return 16 + 219 * luma, 128 + 224 * (blue - luma) / 1.8556, 128 + 224 * (red - luma) / 1.5748


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_flat_colours_come_back_and_the_size_is_the_figures(
    out: Path, width: int, height: int, writer: str
) -> None:
    report = Patches(width, height).make_video(
        out, range(2), 30, num_workers=1, video_quality=10, video_writer=writer
    )
    assert (report.width, report.height) == (width + width % 2, height + height % 2)
    for image in rgb(out):
        assert image.shape == (report.height, report.width, 3)
        for i, colour in enumerate(COLOURS):
            x, y = int((i % 4 + 0.5) * width / 4), int((2 - i // 4 + 0.5) * height / 3)
            patch = image[y - 20 : y + 20, x - 20 : x + 20].astype(int)
            assert np.abs(patch - colour).max() <= 3, colour


@pytest.mark.parametrize("workers", [1, 2])
def test_a_lossless_video_holds_what_the_canvas_shows(out: Path, workers: int) -> None:
    params = [0.0, 0.4, 1.1]
    Lines().make_video(out, params, 30, num_workers=workers, video_quality=0)
    reference = Lines()
    figure = reference.setup()
    canvas = FigureCanvasAgg(figure)
    for number, frame in enumerate(decoded(out)):
        reference.update(number, params[number])
        canvas.draw()
        shown = np.asarray(canvas.buffer_rgba())[..., :3]
        # The one row and column that make the sides even repeat their neighbours.
        shown = np.pad(shown, ((0, 1), (0, 1), (0, 0)), mode="edge")
        planes = [
            np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, -1)[:, : plane.width]
            for plane in frame.planes
        ]
        luma, blue, red = bt709(shown)
        assert np.abs(planes[0] - luma).max() <= 1
        for plane, full in zip(planes[1:], (blue, red), strict=True):
            mean = full.reshape(241, 2, 321, 2).mean(axis=(1, 3))
            assert np.abs(plane - mean).max() <= 2


@pytest.mark.parametrize("workers", [1, 2])
def test_a_transparent_figure_is_composited_on_white(out: Path, workers: int) -> None:
    class Transparent(Animator):
        def setup(self) -> Figure:
            figure = Figure(figsize=(3.2, 2.4), dpi=100, facecolor=(0, 0, 0, 0))
            for x, alpha in ((0.0, 1.0), (0.5, 0.5)):
                figure.add_artist(Rectangle((x, 0), 0.5, 0.5, facecolor="red", alpha=alpha))
            return figure

        def update(self, frame_idx: int, params: Any) -> None:
            pass

    Transparent().make_video(out, range(3), 30, num_workers=workers, video_quality=5)
    for image in rgb(out):
        for (x, y), colour in {
            (80, 60): (255, 255, 255),
            (80, 180): (255, 0, 0),
            (240, 180): (255, 127, 127),
        }.items():
            assert np.abs(image[y, x].astype(int) - colour).max() <= 3


@pytest.mark.parametrize("pixel_format", get_args(PixelFormat))
@pytest.mark.parametrize("size", [(320, 240), (321, 241)])
def test_storing_a_frame_overwrites_all_of_the_slot(
    pixel_format: PixelFormat, size: tuple[int, int]
) -> None:
    layout = FrameFormat(pixel_format, *size)
    pixels = np.random.default_rng(1).integers(0, 256, (size[1], size[0], 4), np.uint8)
    slots = [np.full(layout.nbytes, fill, np.uint8) for fill in (0, 255)]
    for slot in slots:
        PixelStore(layout).store(pixels, slot, opaque=True)
    assert np.array_equal(*slots)


def frame_allocations(run: Any, frame_bytes: int) -> int:
    """Return how many frame-sized blocks a call has at most allocated at one time."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        run()
        return round((tracemalloc.get_traced_memory()[1] - before) / frame_bytes)
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("pixel_format", get_args(PixelFormat))
def test_a_worker_stores_a_frame_without_a_copy_of_its_own(pixel_format: PixelFormat) -> None:
    surface = Surface(Figure(figsize=(12.8, 7.2), dpi=100))
    layout = FrameFormat(pixel_format, 1280, 720)
    slot = np.empty(layout.nbytes, np.uint8)
    store = PixelStore(layout)
    for _ in range(3):  # imports, buffers, and the frames that are compared with full draws
        surface.draw()
        store.store(surface.pixels, slot, opaque=True)

    def run() -> None:
        surface.draw()
        store.store(surface.pixels, slot, opaque=surface.opaque)

    assert frame_allocations(run, layout.nbytes) == 0


@pytest.mark.parametrize("pixel_format", get_args(PixelFormat))
@pytest.mark.parametrize("height", [480, 482])
def test_the_frame_that_the_encoder_gets_is_the_slots_own_memory(
    pixel_format: PixelFormat, height: int
) -> None:
    layout = FrameFormat(pixel_format, 640, height)
    slot = np.random.default_rng(1).integers(0, 256, layout.nbytes, np.uint8)
    frame = encoder_frame(layout.view(slot), layout, 0)
    assert (frame.width, frame.height) == (640, height)
    shown = [np.frombuffer(memoryview(plane), np.uint8) for plane in frame.planes]
    assert shown[0].ctypes.data == slot.ctypes.data
    assert np.array_equal(np.concatenate(shown), slot)


def test_the_hand_over_to_the_encoder_allocates_no_frame(out: Path) -> None:
    layout = FrameFormat("yuv420p", 1280, 720)
    slots = [np.random.default_rng(i).integers(0, 256, layout.nbytes, np.uint8) for i in range(3)]

    def frames() -> Iterator[Pixels]:
        for i in range(12):
            yield layout.view(slots[i % 3])

    settings = VideoSettings.checked(fps=Fraction(30), mode="cpu")
    with choose_writer(settings, (1280, 720)).open(out) as writer:
        assert frame_allocations(lambda: writer.write(frames()), layout.nbytes) == 0
    assert sum(1 for _ in decoded(out)) == 12
