"""When each outcome comes: the share of runs in which it has come true by each date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.outcomes import cumulative_incidence, outcome_table
from sim.analysis.wording import probability_text
from sim.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.ensemble.results import Ensemble

_SCALES = np.array([0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0])
_POINTS = 91


@style.styled
def draw(ensemble: Ensemble) -> Figure:
    """A panel an outcome, the most probable first; the panels of a row share their scale."""
    table = outcome_table(ensemble).sort_values("probability", ascending=False, kind="stable", na_position="last")
    columns = min(max(len(table), 1), 2 if len(table) in (2, 4) else 3 if len(table) <= 9 else 4)
    rows = max(-(-len(table) // columns), 1)
    width = 6.0 if columns == 1 else 9.0
    note = "each row of panels has its own scale" if rows > 1 else ""
    figure = style.frame(ensemble, "When each outcome comes", width=width, height=1.75 * rows + 0.9, note=note)
    if table.empty or not len(ensemble):
        style.say(figure.subplots(), "the scenario names no outcomes" if table.empty else "no run to show")
        return figure
    grid = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey="row")
    days = np.linspace(0, ensemble.horizon_days, _POINTS)
    panel = (width - 1.1) / columns
    for axes, (outcome, row) in zip(grid.flat, table.iterrows(), strict=False):
        curve = cumulative_incidence(ensemble, str(outcome), days=days)
        dates = style.dates(ensemble, days)
        axes.fill_between(dates, curve["low"], curve["high"], step="post", color=style.SKY, linewidth=0, alpha=0.7)
        axes.step(dates, curve["share"], where="post", color=style.BLUE, linewidth=1.8)
        name = style.fit(str(row["name"]), panel - 0.15, lines=2)
        axes.set_title(f"{name}\n{probability_text(row['count'], row['of'])}", size=style.SMALL, linespacing=1.2)
        axes.set_xlim(dates[0], dates[-1])
        axes.grid(axis="y")
    for axes in grid.flat[len(table) :]:
        axes.set_axis_off()
    for line in grid:
        _scale(line)
    for column in range(columns):
        lowest = grid[(len(table) - 1 - column) // columns, column]
        style.date_axis(lowest, ensemble, ticks=max(int(2 * panel), 4))
        lowest.tick_params(axis="x", labelbottom=True)
    return figure


def _scale(line: np.ndarray[tuple[int], np.dtype[np.object_]]) -> None:
    """Give a row of panels the first round scale that holds its curves."""
    first: Axes = line[0]
    tops = [path.vertices[:, 1].max() for axes in line for band in axes.collections for path in band.get_paths()]
    top = float(_SCALES[np.searchsorted(_SCALES, min(max(tops, default=1.0), 1.0))])
    first.set_ylim(0, top * 1.02)
    first.set_yticks([0, top / 2, top])
    first.yaxis.set_major_formatter(style.PERCENT)
