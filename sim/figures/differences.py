"""Differences between a base and its alternatives, with the base at zero."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from matplotlib.ticker import MaxNLocator

from sim.figures import style
from sim.studies.compare.measures import Kind
from sim.studies.compare.words import FACTOR

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.studies.compare.result import Comparison, Effect

_COLUMNS = 3
_RISE = "#b5480e"
_LABEL = 3.1
"""Inches for the names of what is compared."""
_TITLES: dict[Kind, str] = {
    "chance": "How much likelier each outcome becomes",
    "number": "How peak level and deaths change",
    "time": "How much later each outcome comes",
}
_AXES: dict[Kind, str] = {
    "chance": "percentage points, alternative − base",
    "number": "alternative − base",
    "time": "days, alternative − base (never counts as the whole horizon)",
}


@style.styled
def draw(comparison: Comparison, kind: Kind = "chance") -> Figure:
    """A dot and its interval for each measure of a kind; a panel an alternative, but of numbers a panel a number."""
    panels = _by_measure(comparison) if kind == "number" else _by_contrast(comparison, kind)
    columns = min(_COLUMNS, max(len(panels), 1))
    rows = max(-(-len(panels) // columns), 1)
    most = max((len(rows_of) for _, rows_of in panels), default=1)
    width = 9.0 if columns == 1 else _LABEL + 3.0 * columns
    note = "filled: told apart from zero; open: not"
    tall = (0.24 * most + 0.75) * rows
    figure = style.frame(comparison, _TITLES[kind], width=width, height=max(tall, 1.6), note=note)
    axes = (
        figure.subplots(rows, columns, squeeze=False, sharey=kind != "number" or columns == 1, sharex=kind != "number")
        .ravel()
        .tolist()
    )
    for spare in axes[len(panels) :]:
        spare.set_axis_off()
    for number, (axis, (title, effects)) in enumerate(zip(axes, panels, strict=False)):
        _panel(axis, title, effects, first=number % columns == 0 or kind == "number")
        if number >= len(panels) - columns:
            axis.set_xlabel(_AXES[kind])
            axis.tick_params(labelbottom=True)
    if not panels:
        style.say(axes[0], "nothing to compare")
    return figure


Panel = tuple[str, list[tuple[str, "Effect | None"]]]


def _by_contrast(comparison: Comparison, kind: Kind) -> list[Panel]:
    """A panel an alternative; what only some have leaves a row empty in the others, so that rows stay level."""
    found = [
        {one.measure.id: one for one in contrast.effects if one.measure.kind == kind}
        for contrast in comparison.contrasts
    ]
    names = {key: one.measure.name for effects in found for key, one in effects.items()}
    return [
        (contrast.name, [(name, effects.get(key)) for key, name in names.items()])
        for contrast, effects in zip(comparison.contrasts, found, strict=True)
        if names
    ]


def _by_measure(comparison: Comparison) -> list[Panel]:
    """A panel a number, a row an alternative."""
    return [
        (title, [(contrast.name, contrast.effect(key)) for contrast in comparison.contrasts])
        for key, title in (("peak_level", "peak level, rungs"), ("deaths", "deaths"))
    ]


def _panel(axes: Axes, title: str, rows: Sequence[tuple[str, Effect | None]], *, first: bool) -> None:
    axes.set_title(style.fit(title, 2.8, size=style.TEXT, lines=2), weight="bold")
    axes.axvline(0, color=style.INK, linewidth=1.1, zorder=2)
    for row, (_, effect) in enumerate(rows):
        if effect is not None and not math.isnan(effect.paired.difference):
            _dot(axes, row, effect)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_yticks(range(len(rows)), [style.fit(name, _LABEL) for name, _ in rows])
    axes.tick_params(axis="y", length=0, labelleft=first)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="both")
    axes.margins(x=0.06)
    axes.xaxis.set_major_locator(MaxNLocator(6))


def _dot(axes: Axes, row: int, effect: Effect) -> None:
    factor, one = FACTOR[effect.measure.kind], effect.paired
    colour = (style.BLUE if one.difference < 0 else _RISE) if effect.clear else style.MUTED
    low, high = one.interval
    if not math.isnan(low):
        axes.hlines(row, low * factor, high * factor, color=colour, linewidth=2.2 if effect.clear else 1.3, zorder=3)
    fill = colour if effect.clear else "white"
    axes.plot(
        one.difference * factor, row, "o", markersize=4, color=colour, markerfacecolor=fill, zorder=4, clip_on=False
    )
