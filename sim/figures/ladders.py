"""The ladders of a base and of an alternative side by side, and what lies between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, LogNorm, TwoSlopeNorm
from matplotlib.patheffects import Normal, Stroke
from numpy.typing import NDArray

from sim.analysis.levels import level_fan, level_shares
from sim.analysis.names import ladder_names
from sim.analysis.shares import difference_interval
from sim.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.ensemble.results import Ensemble
    from sim.studies.compare.result import Comparison, Contrast

_GAP = LinearSegmentedColormap.from_list("gap", ["#0b3c72", "#6fa8d6", "#f7f7f7", "#f0a35a", "#8f3a06"])

Floats = NDArray[np.float64]


@style.styled
def draw(comparison: Comparison, contrast: Contrast) -> Figure:
    """Shares of runs at each rung by date: the base, the alternative, and the alternative less the base."""
    base, other = comparison.base, contrast.other
    names = dict(sorted((ladder_names(base.description) | ladder_names(other.description)).items()))
    height = min(max(0.24 * len(names), 2.4), 7.5) + 0.5
    title = f"The ladder of {comparison.name} and of {contrast.name}"
    figure = style.frame(comparison, title, width=13.0, height=height)
    axes = figure.subplots(1, 3, sharey=True)
    shares = [_shares(one, list(names)) for one in (base, other)]
    days = level_shares(base).index.to_numpy(dtype=float)
    edges = style.dates(base, style.cell_edges(days))
    rows = np.arange(len(names) + 1, dtype=np.float64) - 0.5
    least = min(max(1 / len(base), 0.001), 0.1)
    for axis, one, share, name in zip(axes, (base, other), shares, (comparison.name, contrast.name), strict=False):
        mesh = axis.pcolormesh(
            edges, rows, np.ma.masked_where(~(share > 0), share), cmap=style.SHARES, norm=LogNorm(least, 1),
            rasterized=True,
        )  # fmt: skip
        _median(axis, one, list(names), edges)
        _finish(axis, base, names, edges, rows, name)
    bar = figure.colorbar(mesh, ax=axes[:2].tolist(), aspect=30, pad=0.01, format=style.PERCENT)
    bar.set_ticks([tick for tick in (0.001, 0.01, 0.1, 1) if tick >= least])
    bar.minorticks_off()
    style.finish_bar(bar, "share of runs (white: none)")
    _gap(figure, axes[2], _clear_gap(base, other, shares), edges, rows)
    _finish(axes[2], base, names, edges, rows, "the difference")
    axes[0].legend(loc="lower right", bbox_to_anchor=(1, 1), borderpad=0.2)
    return figure


def _shares(ensemble: Ensemble, rungs: list[int]) -> Floats:
    """The share of runs at each rung, shape (rungs, days)."""
    return level_shares(ensemble).reindex(columns=rungs, fill_value=0.0).to_numpy().T


def _clear_gap(base: Ensemble, other: Ensemble, shares: list[Floats]) -> Floats:
    """The difference of two shares in points, NaN where independent runs would leave it to chance (95 %, each cell)."""
    known = [one.tally.levels.sum(axis=1).astype(float) for one in (base, other)]
    with np.errstate(invalid="ignore", divide="ignore"):
        pairs = [(share * of, np.broadcast_to(of, share.shape)) for share, of in zip(shares, known, strict=True)]
        low, high = difference_interval(*pairs)
    gap = 100 * (shares[1] - shares[0])
    return np.where((low > 0) | (high < 0), gap, np.nan)


def _gap(figure: Figure, axes: Axes, gap: Floats, edges: Floats, rows: Floats) -> None:
    most = float(np.nanmax(np.abs(gap))) if np.isfinite(gap).any() else 1.0
    norm = TwoSlopeNorm(0, -most, most)
    mesh = axes.pcolormesh(edges, rows, np.ma.masked_invalid(gap), cmap=_GAP, norm=norm, rasterized=True)
    fewer = np.ma.masked_where(~(gap < 0), gap)
    if fewer.count():
        axes.pcolor(edges, rows, fewer, hatch="////", facecolor="none", edgecolor="white", linewidth=0)
    bar = figure.colorbar(mesh, ax=axes, aspect=30, pad=0.02)
    style.finish_bar(bar, "points (blue, hatched: fewer runs; white: not clear)")


def _median(axes: Axes, ensemble: Ensemble, rungs: list[int], edges: Floats) -> None:
    median = np.searchsorted(rungs, level_fan(ensemble)["q50"].ffill().to_numpy())
    halo = [Stroke(linewidth=4, foreground="white"), Normal()]
    axes.stairs(median, edges, baseline=None, color=style.ORANGE, linewidth=2, path_effects=halo, label="median run")


def _finish(axes: Axes, base: Ensemble, names: dict[int, str], edges: Floats, rows: Floats, title: str) -> None:
    axes.hlines(rows[1:-1], edges[0], edges[-1], color="white", linewidth=1.0)
    axes.set_xlim(edges[0], edges[-1])
    axes.spines[:].set_visible(False)
    axes.set_title(style.fit(title, 3.2, size=style.TEXT), weight="bold")
    style.ladder_axis(axes, names)
    style.date_axis(axes, base, ticks=6)
