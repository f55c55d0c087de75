"""What a calibration says of its parameters, before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.figures import panels, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.calibration.calibrate import Calibration
    from sim.calibration.posterior import Posterior
    from sim.calibration.result import Fitted

_PAIRS = 4
_LOG = ("loguniform", "lognormal")


@style.styled
def draw(found: Calibration) -> Figure:
    """A panel a parameter: the wide range and what is left of it; then the most correlated pairs."""
    posterior, fitted = found.result.posterior, found.result.fitted
    pairs = posterior.correlations()[:_PAIRS] if posterior is not None else []
    note = "outline: the range before; filled: after, with its median and 90 % interval"
    figure, axes = panels.grid(found, "What the record says of the parameters", len(fitted) + len(pairs), note=note)
    if posterior is None:
        return figure
    for number, one in enumerate(fitted):
        _parameter(axes[number], found, posterior, number)
        axes[number].set_title(style.fit(f"{one.name}, {one.unit}" if one.unit else one.name, panels.TITLE))
    for axis, (first, second, correlation) in zip(axes[len(fitted) :], pairs, strict=True):
        _pair(axis, found, posterior, first, second)
        axis.set_title(f"correlation {correlation:+.2f}")
    return figure


def _parameter(axes: Axes, found: Calibration, posterior: Posterior, number: int) -> None:
    one = found.result.fitted[number]
    scale = _scale(one)
    before = one.range.quantile((np.arange(9000) + 0.5) / 9000)
    low, high = (float(end) for end in one.range.quantile((0.002, 0.998)))
    least, most = one.range.support
    borders = panels.edges(max(least, low - 0.01 * (high - low)), min(most, high), scale, whole=False)
    after = (posterior.draws[:, number], posterior.accepted.weights)
    panels.before_and_after(axes, (before, None), after, borders)
    top = axes.get_ylim()[1]
    height = 1.02 * top
    axes.hlines(height, one.posterior.low, one.posterior.high, color=style.INK, linewidth=1.6, zorder=5, clip_on=False)
    axes.plot(one.posterior.median, height, "o", color=style.INK, markersize=4.5, zorder=6, clip_on=False)
    axes.set_xlim(borders[0], borders[-1])
    axes.set_ylim(0, 1.12 * top)
    panels.ticks(axes, scale)


def _pair(axes: Axes, found: Calibration, posterior: Posterior, first: int, second: int) -> None:
    """The accepted runs, the heavier the larger."""
    one, other = found.result.fitted[first], found.result.fitted[second]
    size = 9 * posterior.accepted.weights / posterior.accepted.weights.max()
    x, y = posterior.draws[:, first], posterior.draws[:, second]
    axes.scatter(x, y, s=size, color=style.BLUE, alpha=0.45, linewidths=0, rasterized=True)
    for axis, fitted in (("x", one), ("y", other)):
        _scale(fitted).set(axes, axis)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_xlabel(style.fit(one.name, 2.2))
    axes.set_ylabel(style.fit(other.name, 1.3))


def _scale(one: Fitted) -> panels.Scale:
    return panels.SCALES["log" if one.range.kind in _LOG else "identity"]
