"""How the actors are tied: arrows from actor to target on a circle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch
from numpy.typing import NDArray

from sim.analysis.events import NOBODY, mean_rungs, who_against_whom
from sim.analysis.names import name_of
from sim.analysis.wording import rate_text
from sim.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.ensemble.results import Ensemble

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

MOST_ARROWS = 40
_LABEL = 1.75  # inches
_THIN, _THICK = 0.6, 5.0  # points


@style.styled
def draw(ensemble: Ensemble) -> Figure:
    """Actors on a circle; an arrow's width is its mean events per run, its colour their mean rung."""
    means = who_against_whom(ensemble).drop(columns=NOBODY)
    np.fill_diagonal(values := means.to_numpy(copy=True), 0)
    rungs = mean_rungs(ensemble).drop(columns=NOBODY).to_numpy()
    pairs = np.argwhere(values > 0)
    order = np.argsort(-values[tuple(pairs.T)], kind="stable")
    shown = pairs[order[:MOST_ARROWS]]
    note = f"the {len(shown)} most frequent of {len(pairs)} pairs" if len(pairs) > len(shown) else ""
    note = note if len(pairs) else "no event against anybody"
    radius = min(0.75 + 0.1 * len(means), 4.5)
    half_width, half_height = radius + _LABEL + 0.2, radius + 0.55
    figure = style.frame(
        ensemble, "How the actors are tied", width=2 * half_width + 1.1, height=2 * half_height + 0.4, note=note
    )
    axes = figure.subplots()
    axes.set_aspect("equal")
    axes.set_axis_off()
    axes.set_xlim(-half_width, half_width)
    axes.set_ylim(-half_height, half_height)
    if not len(means):
        style.say(axes, "the scenario names no actors")
        return figure
    colours = style.RungColours([step.rung for step in ensemble.description.ladder])
    places = _circle(len(means), radius)
    _arrows(axes, places, shown, values=values, colours=colours(np.nan_to_num(rungs)), below=rungs < 0)
    _actors(axes, places, [name_of(ensemble.description.actors, str(actor)) for actor in means.index])
    if len(shown):
        _widths(axes, float(values.max()))
        colours.bar(figure, axes, label="mean rung of the events", shrink=0.5)
    return figure


def _circle(count: int, radius: float) -> Floats:
    """Places on the circle, clockwise from the top right, none at the very top; shape (count, 2), inches."""
    angles = np.pi / 2 - 2 * np.pi * (np.arange(count) + 0.5) / count
    return radius * np.column_stack([np.cos(angles), np.sin(angles)])


def _arrows(
    axes: Axes, places: Floats, pairs: NDArray[np.intp], *, values: Floats, colours: Floats, below: Mask
) -> None:
    top = values.max(initial=1e-9)
    for actor, target in pairs[::-1]:
        width = _width(values[actor, target] / top)
        axes.add_patch(
            FancyArrowPatch(
                tuple(places[actor]),
                tuple(places[target]),
                connectionstyle="arc3,rad=0.16",
                arrowstyle=f"-|>,head_length={3 + 0.8 * width},head_width={1.2 + 0.55 * width}",
                mutation_scale=1,
                shrinkA=9,
                shrinkB=9,
                linewidth=width,
                linestyle=(0, (3, 1.5)) if below[actor, target] else "solid",
                color=colours[actor, target],
                alpha=0.85,
                joinstyle="miter",
                capstyle="butt",
            )
        )


def _actors(axes: Axes, places: Floats, names: list[str]) -> None:
    axes.plot(*places.T, "o", color="white", markeredgecolor=style.INK, markersize=11, markeredgewidth=1.3, zorder=3)
    radius = np.hypot(*places[0])
    for (x, y), name in zip(places, names, strict=True):
        side = 0 if abs(x) < 0.05 else np.sign(x)
        axes.text(
            x * (1 + 0.14 / radius) + 0.02 * side,
            y * (1 + 0.2 / radius),
            style.fit(name, _LABEL, size=style.TEXT, lines=2 if len(names) <= 16 else 1),
            ha={0: "center", 1: "left", -1: "right"}[int(side)],
            va="bottom" if y > 0.8 * radius else "top" if y < -0.8 * radius else "center",
            size=style.TEXT,
        )


def _widths(axes: Axes, top: float) -> None:
    """A key to the widths of the arrows."""
    examples = [top, top / 10, top / 100]
    lines = [Line2D([], [], color=style.MUTED, linewidth=_width(value / top)) for value in examples]
    labels = [rate_text(value) for value in examples]
    axes.legend(
        lines, labels, title="events per run", title_fontsize=style.SMALL, loc="lower left", handlelength=2.4,
        alignment="left", borderaxespad=0,
    )  # fmt: skip


def _width(share: float) -> float:
    return float(_THIN + (_THICK - _THIN) * np.sqrt(share))
