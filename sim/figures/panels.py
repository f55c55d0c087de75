"""Small panels that show a quantity before and after fitting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from sim.analysis.wording import number_text
from sim.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from sim.calibration.calibrate import Calibration

_COLUMNS, _HEIGHT = 4, 1.75
_WHOLE_UP_TO = 24
"""Whole numbers up to so many different ones get a bar each."""


def grid(found: Calibration, title: str, panels: int, *, note: str) -> tuple[Figure, list[Axes]]:
    """A figure with so many panels, and the panels."""
    columns = min(_COLUMNS, max(panels, 2))
    rows = max(-(-panels // columns), 1)
    figure = style.frame(found, title, width=2.75 * columns, height=_HEIGHT * rows + 0.25, note=note)
    axes = figure.subplots(rows, columns, squeeze=False).ravel().tolist()
    for spare in axes[panels:]:
        spare.set_axis_off()
    return figure, axes[:panels]


def edges(values: NDArray[np.float64], *, log: bool = False) -> NDArray[np.float64]:
    """Where the bars of a histogram of these values meet."""
    if not len(values):
        return np.array([0.0, 1.0])
    different = np.unique(values)
    if len(different) <= _WHOLE_UP_TO and (different == np.round(different)).all():
        return np.arange(different[0] - 0.5, different[-1] + 1)
    low, high = np.quantile(values, (0.002, 0.998))
    if low == high:
        low, high = low - 0.5, high + 0.5
    return np.geomspace(low, high, 31) if log else np.linspace(low, high, 31)


def before_and_after(
    axes: Axes, before: NDArray[np.float64], after: NDArray[np.float64], weights: NDArray[np.float64] | None,
    borders: NDArray[np.float64],
) -> None:  # fmt: skip
    """Two histograms of equal area: an outline before, filled after. Without weights there is no after."""
    first = np.histogram(np.clip(before, borders[0], borders[-1]), borders)[0] / max(len(before), 1)
    axes.stairs(first, borders, color=style.MUTED, linewidth=1.1, zorder=3)
    if weights is not None and len(after):
        then = np.histogram(np.clip(after, borders[0], borders[-1]), borders, weights=weights)[0] / weights.sum()
        axes.stairs(then, borders, fill=True, color=style.SKY, zorder=2)
        axes.stairs(then, borders, color=style.BLUE, linewidth=1.1, zorder=4)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_ylim(0, None)
    axes.margins(y=0.2)


def ticks(axes: Axes, *, log: bool = False) -> None:
    """A few numbers on the x axis, as people write them."""
    if log:
        axes.set_xscale("log")
        low, high = axes.get_xlim()
        axes.xaxis.set_major_locator(LogLocator(subs=(1.0,) if high / low > 50 else (1.0, 2.0, 5.0), numticks=6))
        axes.xaxis.set_minor_formatter(NullFormatter())
    else:
        axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number_text(value)))
