"""What runs have where the record has a number, before and after fitting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.figures import panels, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.calibration.calibrate import Calibration
    from sim.calibration.result import Judged


@style.styled
def draw(found: Calibration) -> Figure:
    """A panel a statistic: all runs, the accepted ones, and the record's mark."""
    judged = found.result.judged
    note = "outline: all runs; filled: the accepted ones; orange: the record"
    figure, axes = panels.grid(found, "The record and the runs", len(judged), note=note)
    for axis, one in zip(axes, judged, strict=True):
        _statistic(axis, found, one)
    return figure


def _statistic(axes: Axes, found: Calibration, one: Judged) -> None:
    result = found.result
    values = result.table.statistics[:, found.record.statistics.index(one.statistic)]
    known = values[~np.isnan(values)]
    after, weights = np.empty(0), None
    if result.posterior is not None:
        after = values[result.rows[result.posterior.accepted.rows]]
        weights = result.posterior.accepted.weights[~np.isnan(after)]
        after = after[~np.isnan(after)]
    borders = panels.edges(known)
    panels.before_and_after(axes, known, after, weights, borders)
    low, high = min(borders[0], one.low), max(borders[-1], one.high)
    margin = 0.03 * (high - low)
    axes.set_xlim(low - margin, high + margin)
    if one.low < one.high:
        axes.axvspan(one.low, one.high, color=style.ORANGE, alpha=0.35, linewidth=0, zorder=1)
    else:
        axes.axvline(one.low, color=style.ORANGE, linewidth=2.2, zorder=5)
    unit = f", {one.statistic.unit}" if one.statistic.unit else ""
    fitted = "" if one.statistic.fit else " (not fitted)"
    axes.set_title(style.fit(f"{one.statistic.name}{unit}{fitted}", 2.5, lines=2))
    panels.ticks(axes)
