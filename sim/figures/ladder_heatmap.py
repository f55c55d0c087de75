"""The lead picture: the share of runs at each rung on each date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.patheffects import Normal, Stroke

from sim.analysis.levels import level_fan, level_shares
from sim.analysis.names import ladder_names
from sim.figures import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.ensemble.results import Ensemble


@style.styled
def draw(ensemble: Ensemble) -> Figure:
    """The share of runs at each rung (rows) by date (columns), on a logarithmic scale, with the median run."""
    names = ladder_names(ensemble.description)
    figure = style.frame(ensemble, "How high the crisis stands", height=min(max(0.3 * len(names), 2.8), 9.5))
    axes = figure.subplots()
    shares = level_shares(ensemble)
    values = shares.to_numpy().T
    if not np.nansum(values):
        style.say(axes, "no run to show")
        return figure
    days = shares.index.to_numpy(dtype=float)
    edges = style.dates(ensemble, style.cell_edges(days))
    rows = np.arange(len(names) + 1) - 0.5
    least = min(max(1 / len(ensemble), 0.001), 0.1)
    seen = np.ma.masked_where(~(values > 0), values)
    mesh = axes.pcolormesh(edges, rows, seen, cmap=style.SHARES, norm=LogNorm(least, 1), rasterized=True)
    median = np.searchsorted(list(names), level_fan(ensemble)["q50"].ffill().to_numpy())
    halo = [Stroke(linewidth=4, foreground="white"), Normal()]
    axes.stairs(median, edges, baseline=None, color=style.ORANGE, linewidth=2, path_effects=halo, label="median run")
    axes.hlines(rows[1:-1], edges[0], edges[-1], color="white", linewidth=1.2)
    axes.set_xlim(edges[0], edges[-1])
    axes.spines[:].set_visible(False)
    style.ladder_axis(axes, names)
    style.date_axis(axes, ensemble)
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), borderpad=0.2)
    bar = figure.colorbar(mesh, ax=axes, aspect=30, pad=0.01, format=style.PERCENT)
    bar.set_ticks([tick for tick in (0.001, 0.01, 0.1, 1) if tick >= least])
    bar.minorticks_off()
    style.finish_bar(bar, "share of runs (white: none)")
    return figure
