"""How many further events an event brings about: by kind with intervals, and who or what breeds what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.wording import rate_text
from sim.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.studies.contagion.contagion import Contagion, Kind, Matrix

    Label = Callable[[str | None, str | None], str]
    """Words for an actor, an action, or both."""

_MOST = 14
_LEAST = 30
_NAMES = 2.4  # inches


@style.styled
def draw_numbers(found: Contagion, label: Label) -> Figure:
    """Mean direct effects of an event, by action on the left and by actor on the right, with 95 % intervals."""
    sides = [_shown(kinds) for kinds in (found.actions, found.actors)]
    height = max(0.27 * max(len(side) for side in sides) + 0.9, 2.2)
    note = "effects of an event on average; intervals hold together at 95 %"
    figure = style.frame(found, "How many further events one event brings about", width=11.0, height=height, note=note)
    axes = figure.subplots(1, 2, squeeze=False)[0]
    for ax, side, what in zip(axes, sides, ("by action", "by actor"), strict=True):
        ax.set_title(what)
        if not side:
            style.say(ax, f"no kind with {_LEAST} events")
            continue
        _marks(ax, side, label)
    return figure


def _shown(kinds: tuple[Kind, ...]) -> list[Kind]:
    """The kinds with enough events, the most contagious last, so that it is on top."""
    return [one for one in kinds if one.effects.events >= _LEAST][:_MOST][::-1]


def _marks(axes: Axes, kinds: list[Kind], label: Label) -> None:
    rows = np.arange(len(kinds))
    low, high = [one.effects.low for one in kinds], [one.effects.high for one in kinds]
    axes.axvline(1, color=style.MUTED, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
    axes.hlines(rows, low, high, color=style.SKY, linewidth=5, zorder=2)
    axes.plot([one.effects.value for one in kinds], rows, "o", color=style.BLUE, markersize=5, zorder=3)
    axes.set_yticks(rows, [style.fit(label(one.actor, one.action), _NAMES) for one in kinds])
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-0.6, len(kinds) - 0.4)
    axes.set_xlim(left=0, right=1.05 * max(1.1, *(one.effects.value for one in kinds), *(np.nan_to_num(high))))
    axes.grid(axis="x")
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("direct effects an event")


@style.styled
def draw_matrix(found: Contagion, matrix: Matrix, label: Callable[[str], str]) -> Figure:
    """The next-generation matrix: mean direct effects of a kind (column) that an event of a kind (row) brings about."""
    seen: Counter[str] = Counter()
    for cell in matrix.cells:
        seen[cell.cause] += cell.mean.seen
        seen[cell.effect] += cell.mean.seen
    kinds = [kind for kind in matrix.kinds if seen[kind]]
    kinds = sorted(sorted(kinds, key=lambda kind: -seen[kind])[:_MOST], key=kinds.index)
    side = max(0.42 * len(kinds), 1.5)
    left = f"the {len(kinds)} kinds with most links" if len(kinds) < len(matrix.kinds) else "all kinds"
    title = "What breeds what: mean direct effects of an event"
    figure = style.frame(found, title, width=side + 4.6, height=side + 1.9, note=left)
    axes = figure.subplots()
    if not kinds:
        style.say(axes, "no event brought another about")
        return figure
    place = {kind: number for number, kind in enumerate(kinds)}
    values = np.full((len(kinds), len(kinds)), np.nan)
    for cell in matrix.cells:
        if cell.cause in place and cell.effect in place:
            values[place[cell.cause], place[cell.effect]] = cell.mean.value
    top = float(np.nanmax(values))
    axes.imshow(np.sqrt(values), cmap=style.SHARES, vmin=0, vmax=np.sqrt(top), aspect="equal")
    for (row, column), value in np.ndenumerate(values):
        if np.isfinite(value):
            colour = style.on(style.SHARES(np.sqrt(value / top)))
            axes.text(column, row, rate_text(value), ha="center", va="center", size=7.0, color=colour)
    names = [style.fit(label(kind), _NAMES) for kind in kinds]
    axes.set_yticks(range(len(kinds)), names)
    axes.set_xticks(range(len(kinds)), names, rotation=50, ha="right", rotation_mode="anchor")
    axes.tick_params(length=0)
    axes.set_ylabel("an event of this kind …")
    axes.set_xlabel("… brings about so many of this kind")
    return figure
