"""Small panels that show a quantity before and after fitting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from sim.analysis.wording import number_text
from sim.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.calibration.calibrate import Calibration

_COLUMNS, _WIDTH, _HEIGHT = 4, 2.75, 1.75
_BARS = 24
_SINGLE = 60
"""Up to so many whole numbers have a bar each."""
TITLE = 2.1
"""Inches that a panel's title may take."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scale:
    """How a quantity is spread along the axis: `there` and `back` between its numbers and even steps."""

    there: Callable[[Floats], Floats]
    back: Callable[[Floats], Floats]

    def set(self, axes: Axes, axis: str = "x") -> None:
        """Give the axis this scale."""
        getattr(axes, f"set_{axis}scale")("function", functions=(self.there, self.back))


SCALES = {
    "identity": Scale(lambda x: x, lambda x: x),
    "sqrt": Scale(lambda x: np.sqrt(np.maximum(x, 0)), np.square),
    "log": Scale(lambda x: np.log(np.maximum(x, 1e-300)), np.exp),
}


def grid(found: Calibration, title: str, panels: int, *, note: str) -> tuple[Figure, list[Axes]]:
    """A figure with so many panels, and the panels."""
    columns = min(_COLUMNS, max(panels, 2))
    rows = max(-(-panels // columns), 1)
    figure = style.frame(found, title, width=_WIDTH * columns, height=_HEIGHT * rows + 0.25, note=note)
    axes = figure.subplots(rows, columns, squeeze=False).ravel().tolist()
    for spare in axes[panels:]:
        spare.set_axis_off()
    return figure, axes[:panels]


def edges(low: float, high: float, scale: Scale, *, whole: bool) -> Floats:
    """Where the bars of a histogram from `low` to `high` meet, even on the scale; around whole numbers if all are."""
    if whole:
        single = high - low <= _SINGLE
        even = np.arange(low, high + 2) if single else np.unique(np.ceil(_even(low, high + 1, scale)))
        return even - 0.5 if scale is SCALES["identity"] else np.maximum(even - 0.5, 0)
    return _even(low, high, scale) if low < high else np.array([low - 0.5, low + 0.5])


def _even(low: float, high: float, scale: Scale, *, parts: int = _BARS) -> Floats:
    first, last = scale.there(np.array([low, high]))
    return scale.back(np.linspace(first, last, parts + 1))


def before_and_after(
    axes: Axes, before: tuple[Floats, Floats | None], after: tuple[Floats, Floats | None], borders: Floats
) -> None:
    """Two histograms, each of values and their weights: an outline before, filled after; shares of all values."""
    for (values, weights), filled in ((before, False), (after, True)):
        if not len(values):
            continue
        total = len(values) if weights is None else weights.sum()
        shares = np.histogram(values, borders, weights=weights)[0] / total
        if filled:
            axes.stairs(shares, borders, fill=True, color=style.SKY, zorder=2)
        axes.stairs(shares, borders, color=style.BLUE if filled else style.MUTED, linewidth=1.1, zorder=4)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_ylim(0, None)


def ticks(axes: Axes, scale: Scale, *, whole: bool = False) -> None:
    """A few round numbers on the x axis, as people write them."""
    low, high = (float(end) for end in axes.get_xlim())
    scale.set(axes)
    axes.set_xlim(low, high)
    if scale is SCALES["log"]:
        found = _one_two_five(low, high)
    elif scale is SCALES["identity"]:
        found = np.asarray(MaxNLocator(4, integer=whole).tick_values(low, high))
    else:
        parts = _even(low, high, scale, parts=8)
        steps = np.maximum(10 ** np.floor(np.log10(np.diff(parts)[::2])), 1 if whole else 0)
        found = np.unique(np.round(np.round(parts[1:-1:2] / steps) * steps, 12))
    found = found[(found >= low) & (found <= high)]
    axes.set_xticks(found, [number_text(value, digits=2) for value in found.tolist()])


def _one_two_five(low: float, high: float) -> Floats:
    """1, 2, 5, 10 and so on in between; of many, the powers of ten alone."""
    powers = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    every = np.outer(powers, [1, 2, 5]).ravel()
    within = every[(every >= low) & (every <= high)]
    return within if len(within) <= 6 else powers[(powers >= low) & (powers <= high)]
