"""How probable each outcome is, with what more runs would mend and what they would not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.names import rows_of
from sim.analysis.outcomes import outcome_table
from sim.analysis.parameters import influence
from sim.analysis.wording import likelihood, probability_text
from sim.figures import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.ensemble.results import Ensemble

_NAMES, _WORDS = 3.0, 2.9  # inches


@style.styled
def draw(ensemble: Ensemble) -> Figure:
    """A row an outcome, the most probable first: dot, Wilson interval, parameter range, and the numbers."""
    table = outcome_table(ensemble).sort_values("probability", ascending=True, kind="stable", na_position="first")
    figure = style.frame(ensemble, "How probable each outcome is", width=10.0, height=max(0.36 * len(table) + 0.8, 1.8))
    axes = figure.subplots()
    if table.empty or not len(ensemble):
        style.say(axes, "the scenario names no outcomes" if table.empty else "no run to show")
        return figure
    rows = np.arange(len(table))
    moved = influence(ensemble)
    found = [moved.range(str(outcome)) for outcome in table.index]
    ranges = [(row, *each["range"]) for row, each in zip(rows, found, strict=True) if each and each["clear"]]
    if ranges:
        at, low, high = np.array(ranges).T
        axes.hlines(at, low, high, color="#f3c98b", linewidth=9, label="90 % range over the parameters", zorder=2)
    axes.hlines(rows, table["low"], table["high"], color=style.BLUE, linewidth=3, label="95 % Monte Carlo", zorder=3)
    axes.plot(table["probability"], rows, "o", color=style.BLUE, markersize=6.5, markeredgecolor="white", zorder=4)
    axes.set_xlim(-0.015, 1.015)
    axes.set_ylim(-0.6, len(table) - 0.4)
    axes.set_xticks(np.linspace(0, 1, 6))
    axes.xaxis.set_major_formatter(style.PERCENT)
    axes.set_yticks(rows, [style.fit(str(name), _NAMES, lines=2) for name in table["name"]])
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")
    axes.spines["left"].set_visible(False)
    words = axes.secondary_yaxis("right")
    words.set_yticks(rows, [style.fit(_numbers(row), _WORDS) for row in rows_of(table)])
    words.tick_params(axis="y", length=0)
    words.spines["right"].set_visible(False)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderpad=0.2, handlelength=1.6)
    return figure


def _numbers(row: Any) -> str:
    if not 0 < row.count < row.of:
        return f"{probability_text(row.count, row.of)} ({row.count:,} of {row.of:,})"
    return likelihood(row.probability, (row.low, row.high))
