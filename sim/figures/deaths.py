"""How many people die in a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from sim.analysis.deaths import deaths_exceedance, deaths_histogram
from sim.analysis.shares import wilson
from sim.analysis.wording import number_text, runs_text
from sim.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.ensemble.results import Ensemble


@style.styled
def draw(ensemble: Ensemble) -> Figure:
    """The share of runs with so many deaths (left) and with at least so many (right)."""
    figure = style.frame(ensemble, "How many die", height=3.9, note="deaths per run, from the start on")
    left, right = figure.subplots(1, 2)
    if not len(ensemble):
        style.say(left, "no run to show")
        style.say(right, "")
        return figure
    _bars(left, ensemble)
    _tail(right, ensemble)
    return figure


def _bars(axes: Axes, ensemble: Ensemble) -> None:
    table = deaths_histogram(ensemble)
    at = np.arange(len(table))
    error = np.abs(np.array([table["share"] - table["low"], table["high"] - table["share"]]))
    axes.bar(at, table["share"], width=0.8, color=[style.SKY, *["#4a86bd"] * (len(table) - 1)])
    axes.errorbar(at, table["share"], yerr=error, fmt="none", ecolor=style.INK, elinewidth=1, capsize=2)
    axes.set_xlim(-0.7, max(len(table), 4) - 0.3)
    axes.set_ylim(0, min(float(table["high"].max()) * 1.08, 1.05))
    crowded = len(table) > 7
    axes.set_xticks(at, table["label"].tolist(), rotation=45 if crowded else 0, ha="right" if crowded else "center")
    axes.tick_params(axis="x", length=0)
    axes.yaxis.set_major_formatter(style.PERCENT)
    axes.grid(axis="y")
    axes.set_xlabel("deaths in the run")
    axes.set_title("share of runs with so many deaths")


def _tail(axes: Axes, ensemble: Ensemble) -> None:
    table = deaths_exceedance(ensemble)
    axes.set_title("share of runs with at least so many")
    if table.empty:
        runs = len(ensemble)
        most = float(wilson(0, runs)[1])
        bound = f"at 95 % confidence, fewer than {style.percent(most)} would"
        style.say(axes, f"nobody dies in {runs_text(runs)}\n({bound})")
        return
    deaths = table.index.to_numpy(dtype=float)
    steps = np.append(0.9, deaths)
    curves = {name: np.append(table[name].iloc[0], table[name].to_numpy()) for name in ("share", "low", "high")}
    axes.fill_between(steps, curves["low"], curves["high"], step="pre", color=style.SKY, linewidth=0, alpha=0.7)
    axes.step(steps, curves["share"], where="pre", color=style.BLUE, linewidth=1.8)
    axes.plot(deaths[-1], curves["share"][-1], "o", color=style.BLUE, markersize=4)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(0.9, max(deaths[-1] * 1.3, 10))
    axes.set_ylim(max(0.5 * float(table["share"].min()), 1e-6), 1.2)
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if deaths[-1] < 200 else (1,)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number_text(value)))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(style.PERCENT)
    axes.grid()
    axes.set_xlabel("at least so many deaths")
