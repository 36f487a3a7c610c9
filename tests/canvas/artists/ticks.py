"""Animations of locators and formatters, whose state is changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib import dates, ticker

from tests.canvas.artists.animations import X, animates, attribute
from tests.canvas.artists.steps import small_axes, small_figure

# Locators and formatters


def _located(name: str, make: Callable[[], Any], change: Callable[[Any], Any], base: Any) -> None:
    @animates("matplotlib.ticker", name)
    def at_places():
        figure, ax = small_axes(**base)
        locator = make()
        ax.plot(X, X)
        ax.xaxis.set_major_locator(ticker.FixedLocator([0.0, 0.9]))
        ax.xaxis.set_minor_locator(locator)
        return figure, [
            lambda: change(locator),
            lambda: ax.set_xlim(ax.get_xlim()[0], 5 * ax.get_xlim()[1]),
            lambda: ax.xaxis.set_minor_locator(make()),
            lambda: ax.xaxis.set_minor_locator(ticker.NullLocator()),
        ]


def params(**values: Any) -> Callable[[Any], Any]:
    return lambda thing: thing.set_params(**values)


PLAIN: dict[str, Any] = {}
_located("AutoLocator", ticker.AutoLocator, params(nbins=3), PLAIN)
_located("MaxNLocator", lambda: ticker.MaxNLocator(3), params(nbins=6), PLAIN)
_located("_Edge_integer", lambda: ticker.MultipleLocator(0.3), params(base=0.2), PLAIN)
_located("MultipleLocator", lambda: ticker.MultipleLocator(0.3), params(offset=0.1), PLAIN)
_located("NullLocator", ticker.NullLocator, lambda locator: None, PLAIN)
_located(
    "FixedLocator",
    lambda: ticker.FixedLocator(np.array([0.2, 0.5])),
    lambda locator: locator.locs.__imul__(1.5),
    PLAIN,
)
_located("IndexLocator", lambda: ticker.IndexLocator(0.3, 0.1), params(base=0.2), PLAIN)
_located("LinearLocator", lambda: ticker.LinearLocator(4), params(numticks=3), PLAIN)
_located(
    "AutoMinorLocator", lambda: ticker.AutoMinorLocator(3), lambda a: setattr(a, "ndivs", 5), PLAIN
)
LOG = {"xscale": "log", "xlim": (0.1, 20)}
_located("LogLocator", lambda: ticker.LogLocator(subs=[1.0, 3.0]), params(subs=[2.0]), LOG)
_located(
    "SymmetricalLogLocator",
    lambda: ticker.SymmetricalLogLocator(base=10, linthresh=0.2),
    params(subs=[1.0, 4.0]),
    {"xscale": "symlog"},
)
_located(
    "AsinhLocator",
    lambda: ticker.AsinhLocator(0.2, 5),
    params(numticks=9),
    {"xscale": "asinh", "xlim": (-9, 9)},
)
_located(
    "LogitLocator",
    lambda: ticker.LogitLocator(minor=True),
    params(minor=False),
    {"xscale": "logit", "xlim": (0.01, 0.19)},
)


def _formatted(name: str, make: Callable[[], Any], change: Callable[[Any], Any], base: Any) -> None:
    @animates("matplotlib.ticker", name)
    def with_labels():
        figure, ax = small_axes(**base)
        ax.xaxis.set_major_locator(ticker.FixedLocator([0.2, 0.9]))
        formatter = make()
        ax.xaxis.set_major_formatter(formatter)
        return figure, [
            lambda: change(formatter),
            lambda: ax.set_xlim(0.15, 2),
            lambda: ax.xaxis.set_major_formatter(make()),
            lambda: ax.tick_params(labelsize=5),
        ]


_formatted("NullFormatter", ticker.NullFormatter, lambda formatter: None, PLAIN)
_formatted(
    "FixedFormatter",
    lambda: ticker.FixedFormatter(["a", "b"]),
    lambda formatter: formatter.seq.__setitem__(0, "c"),
    PLAIN,
)
_formatted(
    "FuncFormatter",
    lambda: ticker.FuncFormatter("{}{}".format),
    lambda f: f.set_offset_string("x"),
    PLAIN,
)
_formatted(
    "FormatStrFormatter", lambda: ticker.FormatStrFormatter("%.1f"), attribute("fmt", "%.2f"), PLAIN
)
_formatted(
    "StrMethodFormatter",
    lambda: ticker.StrMethodFormatter("{x:.1f}"),
    attribute("fmt", "{x}"),
    PLAIN,
)
_formatted("ScalarFormatter", ticker.ScalarFormatter, lambda f: f.set_scientific(False), PLAIN)
_formatted("EngFormatter", lambda: ticker.EngFormatter("m"), attribute("places", 2), PLAIN)
_formatted("PercentFormatter", lambda: ticker.PercentFormatter(1), attribute("decimals", 2), PLAIN)
_formatted("LogFormatter", ticker.LogFormatter, attribute("labelOnlyBase", True), LOG)
_formatted("LogFormatterExponent", ticker.LogFormatterExponent, lambda f: f.set_base(2), LOG)
_formatted("LogFormatterMathtext", ticker.LogFormatterMathtext, lambda f: f.set_base(2), LOG)
_formatted("LogFormatterSciNotation", ticker.LogFormatterSciNotation, lambda f: f.set_base(3), LOG)
_formatted(
    "LogitFormatter", ticker.LogitFormatter, lambda f: f.use_overline(True), {"xscale": "logit"}
)


@animates("matplotlib.axis", "Ticker")
def tickers_of_an_axis():
    figure, ax = small_axes()
    return figure, [
        lambda: setattr(ax.xaxis.major, "locator", _for(ax.xaxis, ticker.MultipleLocator(0.4))),
        lambda: setattr(ax.xaxis.major, "formatter", _for(ax.xaxis, ticker.ScalarFormatter())),
    ]


def _for(axis: Any, one: Any) -> Any:
    one.set_axis(axis)
    return one


@animates("matplotlib.category", "StrCategoryFormatter StrCategoryLocator UnitData")
def categories():
    figure = small_figure()
    ax = figure.add_axes((0.1, 0.2, 0.8, 0.7), yticks=[])
    ax.plot(["a", "b", "c"], [0.1, 0.5, 0.2])
    ax.set_xlim(-0.5, 3)
    return figure, [
        lambda: ax.xaxis.units.update(["d"]),
        lambda: ax.scatter(["b", "e"], [0.3, 0.3]),
        lambda: ax.set_xlim(-0.5, 5),
    ]


def _dated(name: str, make: Callable[[], Any], change: Callable[[Any], Any], days: float) -> None:
    @animates("matplotlib.dates", name)
    def on_dates():
        figure, ax = small_axes()
        ax.xaxis.axis_date()
        ax.set(xticks=[20000.0], xlim=(20000, 20000 + days))
        locator = make()
        ax.xaxis.set_major_locator(locator)
        ax.xaxis.set_major_formatter(dates.DateFormatter("%d"))
        return figure, [
            lambda: change(locator),
            lambda: ax.set_xlim(20000, 20000 + 1.4 * days),
            lambda: ax.xaxis.set_major_locator(make()),
        ]


_dated(
    "AutoDateLocator",
    lambda: dates.AutoDateLocator(maxticks=3),
    lambda a: setattr(a, "minticks", 9),
    9,
)
_rule = lambda **values: lambda locator: locator.rule.set(**values)  # noqa: E731
_dated("YearLocator rrulewrapper", lambda: dates.YearLocator(2), _rule(interval=3), 4000)
_dated("MonthLocator", lambda: dates.MonthLocator(), _rule(bymonth=[2, 5]), 300)
_dated("DayLocator", lambda: dates.DayLocator([5, 20]), _rule(bymonthday=[9]), 60)
_dated("WeekdayLocator", lambda: dates.WeekdayLocator(), _rule(byweekday=[1]), 20)
_dated("HourLocator", lambda: dates.HourLocator([6]), _rule(byhour=[9, 20]), 2)
_dated("MinuteLocator", lambda: dates.MinuteLocator([20]), _rule(byminute=[30]), 0.1)
_dated("SecondLocator", lambda: dates.SecondLocator([20]), _rule(bysecond=[30]), 0.002)
_dated("MicrosecondLocator", lambda: dates.MicrosecondLocator(400000), lambda locator: None, 2e-5)
_dated(
    "RRuleLocator",
    lambda: dates.RRuleLocator(dates.rrulewrapper(dates.DAILY, interval=4)),
    _rule(interval=2),
    20,
)


def _dates_written(name: str, make: Callable[[Any], Any], change: Callable[[Any], Any]) -> None:
    @animates("matplotlib.dates", name)
    def dates_written():
        figure, ax = small_axes()
        ax.xaxis.axis_date()
        ax.set(xticks=[20000.0], xlim=(20000, 20020))
        locator = dates.DayLocator([5, 12])
        ax.xaxis.set_major_locator(locator)
        formatter = make(locator)
        ax.xaxis.set_major_formatter(formatter)
        return figure, [lambda: change(formatter), lambda: ax.set_xlim(20000, 20030)]


_dates_written("DateFormatter", lambda a: dates.DateFormatter("%d"), attribute("fmt", "%m"))
_dates_written(
    "AutoDateFormatter", dates.AutoDateFormatter, lambda f: f.scaled.__setitem__(1.0, "%d")
)
_dates_written(
    "ConciseDateFormatter", dates.ConciseDateFormatter, lambda f: f.formats.__setitem__(2, "%j")
)
