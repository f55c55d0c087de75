"""Forecast probabilities against what happened, honest for few outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.scoring.result import Score

_NAMES = 3.2  # inches


@style.styled
def draw(score: Score) -> Figure:
    """On the left each outcome at its forecast probability, filled if it came true; on the right bins of them."""
    of, true = len(score.outcomes), sum(one.happened for one in score.outcomes)
    note = f"{of} outcome{'s' * (of != 1)} scored, {true} came true"
    height = max(0.3 * of + 1.1, 4.6)
    title = "Forecast probabilities and what happened"
    figure = style.frame(score.ensemble, title, width=11.0, height=height, note=note)
    if not of:
        style.say(figure.subplots(), "no outcome to show")
        return figure
    left, right = figure.subplots(1, 2, width_ratios=[1.0, 1.15])
    _each(left, score)
    _together(right, score)
    return figure


def _each(axes: Axes, score: Score) -> None:
    """A row an outcome, the most probable on top."""
    outcomes = sorted(score.outcomes, key=lambda one: one.probability)
    rows = np.arange(len(outcomes))
    axes.hlines(rows, [o.low for o in outcomes], [o.high for o in outcomes], color=style.SKY, linewidth=4, zorder=2)
    for happened, label in ((True, "came true"), (False, "did not")):
        some = [(one.probability, row) for row, one in zip(rows, outcomes, strict=True) if one.happened == happened]
        at = np.array(some).reshape(-1, 2).T
        face = style.ORANGE if happened else "white"
        axes.plot(*at, "o", color=face, markersize=7, markeredgecolor=style.INK, label=label, zorder=3, linestyle="")
    axes.set_yticks(rows, [style.fit(one.name, _NAMES, lines=2) for one in outcomes])
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-0.6, len(outcomes) - 0.4)
    _shares(axes)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("forecast, with its 95 % Monte Carlo interval")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderpad=0.2, handletextpad=0.2)


def _together(axes: Axes, score: Score) -> None:
    """The share that came true in bins of outcomes, beside the shares that the model itself would give."""
    axes.plot([0, 1], [0, 1], color=style.MUTED, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
    at = [one.forecast for one in score.bins]
    ends = [one.low for one in score.bins], [one.high for one in score.bins]
    label = "nine in ten runs of the model"
    axes.vlines(at, *ends, color=style.SKY, linewidth=9, zorder=2, label=label)
    shares = [one.happened / len(one.outcomes) for one in score.bins]
    axes.plot(at, shares, "D", color=style.BLUE, markersize=7, markeredgecolor="white", label="what happened", zorder=4)
    for number, (x, y, one) in enumerate(zip(at, shares, score.bins, strict=True)):
        axes.annotate(
            f"{one.happened} of {len(one.outcomes)}",
            (x, y),
            xytext=(0, -14 if number % 2 else 9),  # neighbours at different heights
            textcoords="offset points",
            ha="left" if x < 0.06 else "right" if x > 0.94 else "center",
            size=style.SMALL,
            zorder=5,
        )
    for happened, edge in ((True, 1.12), (False, -0.12)):
        ticks = [one.probability for one in score.outcomes if one.happened == happened]
        face = style.ORANGE if happened else "white"
        axes.plot(ticks, [edge] * len(ticks), "o", color=face, markersize=4.5, markeredgecolor=style.INK, zorder=3)
    axes.set_ylim(-0.17, 1.17)
    _shares(axes)
    axes.set_yticks(np.linspace(0, 1, 6))
    axes.yaxis.set_major_formatter(style.PERCENT)
    axes.grid(axis="y")
    axes.set_xlabel("forecast, mean of the outcomes of a bin")
    axes.set_ylabel("share that came true")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderpad=0.2, handlelength=1.2)


def _shares(axes: Axes) -> None:
    axes.set_xlim(-0.03, 1.03)
    axes.set_xticks(np.linspace(0, 1, 6))
    axes.xaxis.set_major_formatter(style.PERCENT)
    axes.grid(axis="x")
