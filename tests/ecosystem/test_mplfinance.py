"""Charts made with mplfinance are redrawn as a full draw draws them."""

from __future__ import annotations

import numpy as np
import pytest

from tests.ecosystem.twins import Animation, Animations, check_animation

pytest.importorskip("mplfinance", reason="needs the extra (pip install '.[ecosystem]')")

import mplfinance as mpf
import pandas as pd

pytestmark = pytest.mark.ecosystem
animations = Animations()

CLOSE = 100 + 8 * np.sin(np.arange(40) / 4) + np.cos(np.arange(40) * 2.3)
OPEN = np.r_[100, CLOSE[:-1]]
QUOTES = pd.DataFrame(
    {
        "Open": OPEN,
        "High": np.maximum(OPEN, CLOSE) + 1.5,
        "Low": np.minimum(OPEN, CLOSE) - 1.0,
        "Close": CLOSE,
        "Volume": 1000 + 500 * np.cos(np.arange(40)),
    },
    index=pd.date_range("2024-01-01", periods=40, freq="B"),
)


def new_chart(**options):
    """Return a figure with axes for prices and volumes."""
    figure = mpf.figure(figsize=(4, 3), **options)
    figure.set_dpi(60)
    prices = figure.add_subplot(2, 1, 1)
    return figure, prices, figure.add_subplot(2, 1, 2, sharex=prices)


@animations.add
def candles_that_come_one_by_one():
    figure, prices, volumes = new_chart(style="yahoo")

    def update(i):
        prices.clear()
        volumes.clear()
        mpf.plot(QUOTES.iloc[: 20 + i], type="candle", ax=prices, volume=volumes)

    update(0)
    return figure, update


@animations.add
def averages_and_marks():
    figure, prices, volumes = new_chart(style="charles")

    def update(i):
        prices.clear()
        volumes.clear()
        now = QUOTES.iloc[i : 22 + i]
        marks = mpf.make_addplot(
            now["Low"].where(now["Close"] > now["Open"]), type="scatter", ax=prices
        )
        mpf.plot(now, type="ohlc", ax=prices, volume=volumes, mav=(3, 6), addplot=marks)

    update(0)
    return figure, update


@animations.add
def bars_and_last_price_changed_in_place():
    figure, axes = mpf.plot(
        QUOTES, type="candle", volume=True, style="nightclouds", figsize=(4, 3), returnfig=True
    )
    figure.set_dpi(60)
    bars = axes[2].patches
    last = axes[0].axhline(100, color="w")

    def update(i):
        last.set_ydata([100 + i / 2] * 2)
        bars[i].set_height(300 + 100 * i)
        axes[0].set_title(f"last {100 + i / 2}")

    return figure, update


@animations.add
def line_that_is_set():
    figure, prices, volumes = new_chart(style="binance")
    mpf.plot(QUOTES, type="line", ax=prices, volume=volumes, datetime_format="%d %b")
    (line,) = prices.lines

    def update(i):
        line.set_ydata(np.roll(CLOSE, i))
        if i % 4 == 3:
            prices.set_ylim(85, 110 + i)

    return figure, update


@animations.each
def test_chart_is_redrawn_exactly(animation: Animation, monkeypatch: pytest.MonkeyPatch) -> None:
    check_animation(animation, monkeypatch)
