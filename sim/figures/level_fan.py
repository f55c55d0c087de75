"""The range of levels over time, with a few single runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.levels import level_fan
from sim.analysis.names import ladder_names
from sim.engines.played import UNKNOWN
from sim.figures import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.ensemble.results import Ensemble

SINGLE_RUNS = 4


@style.styled
def draw(ensemble: Ensemble) -> Figure:
    """Quantiles of the level by date, and the first few runs as thin lines."""
    names = ladder_names(ensemble.description)
    figure = style.frame(ensemble, "The range of levels over time", height=min(max(0.27 * len(names), 2.8), 9.5))
    axes = figure.subplots()
    fan = level_fan(ensemble)
    known = fan.notna().all(axis=1).to_numpy()
    fan = fan[known]
    if fan.empty:
        style.say(axes, "no run to show")
        return figure
    dates = style.dates(ensemble, fan.index.to_numpy(dtype=float))
    rungs = list(names)
    rows = {name: np.searchsorted(rungs, fan[name].to_numpy()) for name in fan.columns if name != "mean"}
    for low, high, colour, label in (
        ("q05", "q95", "#d3e3f1", "nine in ten runs"),
        ("q25", "q75", "#8fb9dc", "half of the runs"),
    ):
        axes.fill_between(
            dates, rows[low] - 0.3, rows[high] + 0.3, step="mid", color=colour, linewidth=0, label=label, zorder=1
        )
    axes.step(dates, rows["q50"], where="mid", color=style.BLUE, linewidth=2.4, label="median run", zorder=4)
    greys = ["#8a5a00", "#3d3d3d", "#7a3b69", "#226b4f"]
    singles = ensemble.replay(range(min(SINGLE_RUNS, len(ensemble)))).levels[:, known]
    for number, levels in enumerate(singles):
        heights = np.where(levels == UNKNOWN, np.nan, np.searchsorted(rungs, levels) + 0.09 * (number - 1.5))
        axes.step(
            dates, heights, where="mid", color=greys[number], linewidth=0.8, alpha=0.8, zorder=3,
            label="single runs" if number == 0 else None,
        )  # fmt: skip
    axes.set_xlim(dates[0], max(dates[-1], dates[0] + 1e-3))
    style.ladder_axis(axes, names)
    axes.grid(axis="y")
    style.date_axis(axes, ensemble)
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=4, borderpad=0.2)
    return figure
