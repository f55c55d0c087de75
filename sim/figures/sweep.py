"""What a sweep found: curves over one number, heatmaps over two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.wording import number_text
from sim.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.studies.sweep.grid import Axis
    from sim.studies.sweep.measures import Curve
    from sim.studies.sweep.result import Line, Sweep

_WIDTH, _HEIGHT = 3.0, 2.0
_TALLER = 2.5
_CEILINGS = (0.1, 0.25, 0.5, 1.0)
_WRITTEN = 8
"""So many values of an axis still leave room for numbers in the cells."""
_MOST_TICKS = 8


@style.styled
def draw(found: Sweep, curves: tuple[Curve, ...], *, title: str) -> Figure:
    """A panel a measure: a curve with 95 % intervals over one number, a heatmap over two."""
    flat = len(found.points.axes) == 1
    columns = min(4 if flat else 3, len(curves))
    rows = -(-len(curves) // columns)
    width, height = (_WIDTH, _HEIGHT) if flat else (3.6, _TALLER)
    figure = style.frame(
        found, title, width=max(width * columns, 6.0), height=height * rows + 0.3, note=_note(found, curves)
    )
    panels = figure.subplots(rows, columns, squeeze=False).ravel().tolist()
    for spare in panels[len(curves) :]:
        spare.set_axis_off()
    for axes, curve in zip(panels, curves, strict=False):
        axes.set_title(style.fit(curve.name, (4.4 if len(curves) == 1 else width - 0.9), lines=2))
        if flat:
            _curve(axes, found, curve)
        else:
            _heatmap(axes, found, curve)
    return figure


def _note(found: Sweep, curves: tuple[Curve, ...]) -> str:
    a_point = f"{found.points.runs:,} runs a point under the same luck"
    if len(found.points.axes) == 1:
        own = "; dotted: the scenario's own value" if found.own[0] is not None else ""
        return f"{a_point}; bands: 95 % intervals{own}"
    lines = "; lines: 10 % (dashed), 50 %" if curves == found.outcomes else ""
    if _written_out(found):
        return f"{a_point}; ±: the longer side of the 95 % interval{lines}"
    if not lines:
        return a_point
    widest = max(float(np.nanmax(_half(one), initial=0.0)) for one in curves)
    return f"{a_point}; 95 % intervals of ± {number_text(100 * widest, digits=2)} points or less{lines}"


def _written_out(found: Sweep) -> bool:
    """Whether there is room for numbers in the cells."""
    return max(found.points.shape) <= _WRITTEN


def _half(curve: Curve) -> NDArray[Any]:
    """The longer side of each interval."""
    return np.maximum(curve.high - curve.estimate, curve.estimate - curve.low)


def _curve(axes: Axes, found: Sweep, curve: Curve) -> None:
    (one,) = found.points.axes
    axes.fill_between(one.values, curve.low, curve.high, color=style.SKY, alpha=0.6, linewidth=0, zorder=2)
    size = 3.5 if one.count <= 30 else 0
    axes.plot(one.values, curve.estimate, "o-", color=style.BLUE, markersize=size, linewidth=1.3, zorder=3)
    if found.own[0] is not None and one.low <= found.own[0] <= one.high:
        axes.axvline(found.own[0], color=style.MUTED, linewidth=0.9, linestyle=(0, (1, 2)), zorder=1)
    if one.log:
        axes.set_xscale("log")
        ticks = one.values[:: max(one.count // 4, 1)]
        axes.set_xticks(ticks, [number_text(value, digits=2) for value in ticks.tolist()])
        axes.minorticks_off()
    axes.set_xlabel(style.fit(one.label, _WIDTH - 0.6))
    axes.grid(axis="y")
    if curve.id in {outcome.id for outcome in found.outcomes}:
        top = float(np.nanmax(curve.high, initial=0.0))
        ceiling = next(end for end in _CEILINGS if top <= end or end == 1.0)
        axes.set_ylim(-0.02 * ceiling, 1.02 * ceiling)
        axes.yaxis.set_major_formatter(style.PERCENT)
        _thresholds(axes, next(line for line in found.lines if line.outcome == curve.id), one)


def _thresholds(axes: Axes, line: Line, one: Axis) -> None:
    """Where a threshold is crossed: a mark with the interval of the place; beyond the range the interval is cut."""
    for told in line.crossings:
        for crossing in told:
            if crossing.at is None:
                continue
            ends = (
                one.low if crossing.low is None else crossing.low,
                one.high if crossing.high is None else crossing.high,
            )
            axes.hlines(crossing.threshold, *ends, color=style.INK, linewidth=1.6, zorder=4)
            axes.plot(crossing.at, crossing.threshold, "D", color=style.ORANGE, markersize=5.5, zorder=5,
                      markeredgecolor=style.INK)  # fmt: skip


def _heatmap(axes: Axes, found: Sweep, curve: Curve) -> None:
    first, second = found.points.axes
    numbers: NDArray[Any] = curve.estimate.T
    share = curve.id in {outcome.id for outcome in found.outcomes}
    bottom, top = (0.0, 1.0) if share else (float(np.nanmin(numbers)), float(np.nanmax(numbers)))
    mesh = axes.pcolormesh(
        np.arange(first.count + 1) - 0.5, np.arange(second.count + 1) - 0.5, numbers,
        cmap=style.SHARES, vmin=bottom, vmax=top, edgecolors="white" if _written_out(found) else "none",
        linewidth=0.6, rasterized=True,
    )  # fmt: skip
    axes.set_xlim(-0.5, first.count - 0.5)
    axes.set_ylim(-0.5, second.count - 0.5)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    for which, axis in (("x", first), ("y", second)):
        step = -(-axis.count // (_MOST_TICKS if _written_out(found) or which == "y" else _MOST_TICKS // 2))
        at = range(0, axis.count, step)
        getattr(axes, f"set_{which}ticks")(list(at), [number_text(float(axis.values[i]), digits=3) for i in at])
    axes.set_xlabel(style.fit(first.label, _WIDTH))
    axes.set_ylabel(style.fit(second.label, _HEIGHT))
    if share:
        _contours(axes, numbers)
    if _written_out(found):
        _write(axes, mesh, curve, share=share)
    else:
        bar = axes.figure.colorbar(mesh, ax=axes, aspect=18, pad=0.02, format=style.PERCENT if share else None)
        style.finish_bar(bar, "")


def _contours(axes: Axes, numbers: NDArray[Any]) -> None:
    for threshold, dashes in ((0.1, (0, (3, 2))), (0.5, "solid")):
        if np.nanmin(numbers) < threshold < np.nanmax(numbers):
            axes.contour(numbers, [threshold], colors=style.ORANGE, linewidths=1.8, linestyles=[dashes], zorder=4)


def _write(axes: Axes, mesh: Any, curve: Curve, *, share: bool) -> None:
    """The numbers in the cells, and the longer sides of their intervals."""
    size, digits = (100.0, 2) if share else (1.0, 3)
    half = _half(curve)
    for (x, y), value in np.ndenumerate(curve.estimate):
        if np.isnan(value):
            continue
        text = number_text(size * float(value), digits=digits)
        text += "" if np.isnan(half[x, y]) else f"\n±{number_text(size * float(half[x, y]), digits=1)}"
        colour = style.on(mesh.cmap(mesh.norm(value)))
        axes.text(x, y, text, ha="center", va="center", size=6.5, color=colour, linespacing=0.95, zorder=5)
