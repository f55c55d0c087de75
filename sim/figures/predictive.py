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
    note = "outline: all runs; filled: the accepted ones; orange: the record; bold: what was fitted"
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
    whole = bool((known == np.round(known)).all())
    scale = panels.SCALES[one.statistic.scale]
    low, high = (float(end) for end in np.quantile(known, (0, 0.995))) if len(known) else (one.low, one.high)
    if one.statistic.scale == "log":
        low = float(np.quantile(known[known > 0], 0.005))
    low, high = min(low, one.low), max(high, one.high)
    borders = panels.edges(low, high, scale, whole=whole)
    panels.before_and_after(axes, (known, None), (after, weights), borders)
    if one.low < one.high:
        axes.axvspan(one.low, one.high, color=style.ORANGE, alpha=0.5, linewidth=0, zorder=5)
    else:
        axes.axvline(one.low, color=style.ORANGE, linewidth=2.2, zorder=5, clip_on=False)
    axes.set_xlim(borders[0], borders[-1])
    unit = f", {one.statistic.unit}" if one.statistic.unit else ""
    weight = "bold" if one.statistic.fit else "normal"
    axes.set_title(style.fit(f"{one.statistic.name}{unit}", panels.TITLE, lines=2), weight=weight)
    panels.ticks(axes, scale, whole=whole)
