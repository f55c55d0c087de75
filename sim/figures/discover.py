"""Under which parameters an outcome is likely: the box, and the way to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.studies.discover.discover import Discovery
    from sim.studies.discover.search import Step

_NAMES = 2.4  # inches
_ROOM = 0.08
"""So much of a bar takes a value that stands in it."""


@style.styled
def draw_box(found: Discovery) -> Figure:
    """A bar a parameter that the box limits: which of its draws lie inside, from the least to the greatest."""
    limits = found.limits(found.found.box)
    title = "The ranges in which it is likelier"
    note = f"{found.name}; a bar is all draws of a parameter, in order"
    height = max(0.5 * len(limits) + 0.8, 1.6)
    figure = style.frame(found, title, width=8.5, height=height, note=note)
    axes = figure.subplots()
    if not limits:
        style.say(axes, "no ranges make it clearly likelier")
        return figure
    for row, (name, ends) in enumerate(reversed(limits.items())):
        _bar(axes, found, row, name, ends)
    axes.set_yticks(range(len(limits)), [style.fit(name, _NAMES) for name in reversed(limits)])
    axes.tick_params(axis="y", length=0)
    axes.set_xlim(0, 1)
    axes.set_ylim(-0.6, len(limits) - 0.4)
    axes.xaxis.set_major_formatter(style.PERCENT)
    axes.set_xlabel("share of the parameter's draws below a value")
    axes.spines["left"].set_visible(False)
    return figure


def _bar(axes: Axes, found: Discovery, row: int, name: str, ends: tuple[float | None, float | None]) -> None:
    drawn = np.sort(found.drawn[:, found.parameters.index(name)])
    low, high = ends
    left = 0.0 if low is None else float(np.searchsorted(drawn, low) / len(drawn))
    right = 1.0 if high is None else float(np.searchsorted(drawn, high, side="right") / len(drawn))
    axes.barh(row, 1, height=0.46, color=style.PALE, edgecolor=style.MUTED, linewidth=0.8, zorder=2)
    axes.barh(row, right - left, left=left, height=0.46, color=style.BLUE, zorder=3)
    for value, at, below in ((low, left, True), (high, right, False)):
        if value is None:
            continue
        narrow = at < _ROOM if below else at > 1 - _ROOM  # no room beside the dark part: inside it
        to_left = below != narrow
        axes.text(
            at - 0.008 if to_left else at + 0.008, row, f"{value:g}", va="center", ha="right" if to_left else "left",
            size=style.TEXT, color="white" if narrow else style.INK, zorder=4,
        )  # fmt: skip
    for value, at, side in ((drawn[0], 0.0, "left"), (drawn[-1], 1.0, "right")):
        axes.text(at, row + 0.27, f"{value:.3g}", ha=side, va="bottom", size=7, color=style.MUTED)


@style.styled
def draw_trade_off(found: Discovery) -> Figure:
    """Coverage against density of the boxes on the way, as found and as the runs that tell have them."""
    figure = style.frame(
        found, "The way to the ranges", width=7.5, height=4.4,
        note=f"{found.name}; each box with the limits that are no noise",
    )  # fmt: skip
    axes = figure.subplots()
    steps = found.found.steps
    if not steps:
        style.say(axes, "too few runs to look for ranges")
        return figure
    peeled = [(one.peeled.coverage.value, one.peeled.density.value) for one in steps]
    axes.plot(
        *np.array(peeled).T, color=style.MUTED, linewidth=1, linestyle=(0, (4, 3)), zorder=2,
        label="as the runs that found them have it: too good",
    )  # fmt: skip
    _told(axes, steps)
    chosen = found.found.told
    if chosen is not None:
        ends = np.array(chosen.density.interval)
        axes.vlines(chosen.coverage.value, *ends, color=style.INK, linewidth=1.6, zorder=4)
        axes.hlines(chosen.density.value, *chosen.coverage.interval, color=style.INK, linewidth=1.6, zorder=4)
        axes.plot(
            chosen.coverage.value, chosen.density.value, "D", color=style.ORANGE, markeredgecolor=style.INK,
            markersize=8, zorder=5, label="chosen, with 95 % intervals",
        )  # fmt: skip
    axes.axhline(found.threshold, color=style.MUTED, linewidth=0.8, linestyle=(0, (1, 2)), zorder=1)
    axes.set_xlim(0, 1.03)
    axes.set_ylim(0, 1.03)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(style.PERCENT)
    axes.grid()
    axes.set_xlabel("coverage: of the runs in which it came true, those inside")
    axes.set_ylabel("density: of the runs inside, those in which it came true")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderpad=0.2, handletextpad=0.4)
    return figure


def _told(axes: Axes, steps: tuple[Step, ...]) -> None:
    boxes = {one.box: one.told for one in steps}
    at = np.array([(told.coverage.value, told.density.value) for told in boxes.values() if told.density.of])
    axes.plot(*at.T, "o", color=style.BLUE, markersize=5, zorder=3, label="as other runs have it")
