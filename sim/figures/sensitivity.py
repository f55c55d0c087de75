"""What a sensitivity study found: the ends of ranges, the screening, the indices, the points, the part of chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.wording import number_text
from sim.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.studies.sensitivity.result import Sensitivity
    from sim.studies.sensitivity.screening import Screened
    from sim.studies.sensitivity.spread import Estimate

_NAMES = 2.7  # inches
_LABELLED = 8


def _rows(axes: Axes, names: Sequence[str]) -> None:
    """A row a name, the first on top."""
    axes.set_yticks(range(len(names)), [style.fit(name, _NAMES, lines=2) for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x")


def _whisker(axes: Axes, one: Estimate, row: float, colour: str) -> None:
    axes.plot([one.low, one.high], [row, row], color=colour, linewidth=1.4, solid_capstyle="butt", zorder=4)


def _scale(axes: Axes, made: Sensitivity, axis: str) -> None:
    """The result's unit on an axis."""
    which = axes.xaxis if axis == "x" else axes.yaxis
    if made.target.is_probability:
        which.set_major_formatter(style.PERCENT)
    unit = f", {made.target.unit}" if made.target.unit and not made.target.is_probability else ""
    label = style.fit(f"{'probability of: ' if made.target.is_probability else 'mean '}{made.target.name}{unit}", 4.5)
    which.set_label_text(label)


@style.styled
def tornado(made: Sensitivity) -> Figure:
    """A bar a parameter, from the result at the low end of its range to that at the high end."""
    ends = made.found.ends
    note = f"{ends.runs:,} runs an end, everything else drawn; thin: 95 % intervals"
    figure = style.frame(
        made, f"What moves it: {made.target.name}", width=9.0, height=0.5 * len(ends.parameters) + 1.2, note=note
    )
    axes = figure.subplots()
    axes.axvspan(ends.drawn.low, ends.drawn.high, color=style.PALE, zorder=0)
    axes.axvline(ends.drawn.value, color=style.MUTED, linewidth=1.0, zorder=1)
    names = []
    for row, one in enumerate(ends.parameters):
        about = made.input(one.id)
        names.append(f"{about.name}{' (assumed)' if about.assumed else ''}")
        axes.barh(row, one.high.value - one.low.value, left=one.low.value, height=0.5, color=style.SKY, zorder=2)
        for end, colour, marker, value in (
            (one.low, style.BLUE, "o", one.values[0]),
            (one.high, style.ORANGE, "s", one.values[1]),
        ):
            _whisker(axes, end, row, style.INK)
            axes.plot(end.value, row, marker, color=colour, markersize=6.5, markeredgecolor="white", zorder=5)
            outer = end.value >= max(one.low.value, one.high.value)
            at = end.high if outer else end.low
            axes.annotate(
                number_text(value, digits=2), (at, row), (4 if outer else -4, 0), textcoords="offset points",
                ha="left" if outer else "right", va="center", size=style.SMALL, color=style.MUTED,
            )  # fmt: skip
    axes.plot([], [], "o", color=style.BLUE, label="at the 5 % point of its range")
    axes.plot([], [], "s", color=style.ORANGE, label="at the 95 % point")
    axes.plot([], [], color=style.MUTED, label="everything drawn")
    _rows(axes, names)
    axes.margins(x=0.12)
    _scale(axes, made, "x")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderpad=0.2, handlelength=1.4)
    return figure


@style.styled
def screening(made: Sensitivity) -> Figure:
    """Morris's plane: μ* to the right, σ upwards, a mark a parameter."""
    found = made.found.screening
    note = f"{made.manifest['trajectories']} trajectories, {made.manifest['replicates']} runs a point"
    figure = style.frame(made, f"Screening: {made.target.name}", width=9.0, height=5.0, note=note)
    axes = figure.subplots()
    if found is None or not any(one.changed for one in found.parameters):
        style.say(axes, "no parameter changes any run")
        return figure
    for one in found.parameters:
        colour = style.BLUE if one.clear else style.MUTED
        axes.plot([one.size.low, one.size.high], [one.deviation.value] * 2, color=colour, linewidth=0.8, alpha=0.7)
        axes.plot([one.size.value] * 2, [one.deviation.low, one.deviation.high], color=colour, linewidth=0.8, alpha=0.7)
        fill = colour if one.clear else "white"
        axes.plot(one.size.value, one.deviation.value, "o", color=colour, markerfacecolor=fill, markersize=6, zorder=4)
        axes.plot(one.floor, one.deviation.value, "|", color=style.ORANGE, markersize=7, markeredgewidth=1.3, zorder=3)
    furthest = max(each.size.high for each in found.parameters)
    for one in _apart(found.parameters)[:_LABELLED]:
        name = style.fit(made.input(one.id).name, 2.2)
        far = one.size.value > 0.6 * furthest
        axes.annotate(
            name, (one.size.value, one.deviation.value), (-6 if far else 6, 5), textcoords="offset points",
            size=style.SMALL, ha="right" if far else "left", zorder=6,
        )  # fmt: skip
    axes.plot([], [], "o", color=style.BLUE, label="stands out from luck")
    axes.plot([], [], "o", color=style.MUTED, markerfacecolor="white", label="cannot be told from doing nothing")
    axes.plot([], [], "|", color=style.ORANGE, markeredgewidth=1.3, label="what luck alone gives it")
    axes.set_xlim(0, None)
    axes.set_ylim(0, None)
    unit = "probability" if made.target.is_probability else made.target.unit
    axes.set_xlabel(f"μ*, mean size of the effect of its range{', ' + unit if unit else ''}")
    axes.set_ylabel("σ, how much that differs")
    axes.grid()
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderpad=0.2, handlelength=1.6)
    return figure


def _apart(parameters: Sequence[Screened]) -> list[Screened]:
    """Those whose names do not stand upon the name of a stronger one."""
    wide = max(one.size.high for one in parameters)
    high = max(max(one.deviation.high for one in parameters), 1e-300)
    chosen: list[Screened] = []
    for one in parameters:
        near = (
            abs(one.size.value - each.size.value) < 0.2 * wide
            and abs(one.deviation.value - each.deviation.value) < 0.045 * high
            for each in chosen
        )
        if one.changed and not any(near):
            chosen.append(one)
    return chosen


@style.styled
def indices(made: Sensitivity) -> Figure:
    """A row a parameter: first-order and total index."""
    found = made.found.indices
    note = f"{made.manifest['points']:,} points in each sample, {made.manifest['replicates']} runs a point"
    rows = 1 if found is None else len(found.parameters)
    title = f"How much each brings about: {made.target.name}"
    figure = style.frame(made, title, width=9.0, height=0.5 * rows + 1.2, note=note)
    axes = figure.subplots()
    if found is None:
        style.say(axes, "no indices were computed")
        return figure
    names = []
    for row, one in enumerate(found.parameters):
        alone = one.id not in {about.id for about in made.inputs}
        assumed = not alone and made.input(one.id).assumed
        names.append(one.id if alone else f"{made.input(one.id).name}{' (assumed)' if assumed else ''}")
        for index, up, colour, marker in ((one.first, -0.14, style.BLUE, "o"), (one.total, 0.14, style.ORANGE, "s")):
            _whisker(axes, index, row + up, colour)
            fill = colour if one.clear else "white"
            axes.plot(index.value, row + up, marker, color=colour, markerfacecolor=fill, markersize=6, zorder=5)
    axes.axvline(0, color=style.MUTED, linewidth=0.9, zorder=1)
    axes.plot([], [], "o", color=style.BLUE, label="first-order: alone")
    axes.plot([], [], "s", color=style.ORANGE, label="total: together with others")
    axes.plot([], [], "o", color=style.MUTED, markerfacecolor="white", label="hollow: cannot be told from nothing")
    _rows(axes, names)
    axes.xaxis.set_major_formatter(style.PERCENT)
    axes.set_xlabel("share of the variance that the parameters bring about")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderpad=0.2, handlelength=1.4)
    return figure


@style.styled
def scatter(made: Sensitivity) -> Figure:
    """A panel a parameter: the result at points drawn from all ranges, and its mean along the range."""
    found = made.found.scatter
    columns = min(3, len(found.inputs))
    rows = -(-len(found.inputs) // columns)
    note = f"{len(found.means):,} points drawn from all ranges, {made.manifest['replicates']} runs each"
    title = f"Against each parameter: {made.target.name}"
    figure = style.frame(made, title, width=max(3.1 * columns, 6.0), height=2.3 * rows + 0.2, note=note)
    panels = figure.subplots(rows, columns, squeeze=False, sharey=True).ravel().tolist()
    for spare in panels[len(found.inputs) :]:
        spare.set_axis_off()
    for number, (one, bins) in enumerate(zip(found.inputs, found.curves, strict=True)):
        axes = panels[number]
        axes.plot(found.values[:, number], found.means, ".", color=style.SKY, markersize=3, zorder=2)
        at = [part.value for part in bins]
        axes.fill_between(
            at, [part.mean.low for part in bins], [part.mean.high for part in bins],
            color=style.BLUE, alpha=0.25, linewidth=0, zorder=3,
        )  # fmt: skip
        axes.plot(
            at, [part.mean.value for part in bins], "o-", color=style.BLUE, markersize=3.5, linewidth=1.3, zorder=4
        )
        axes.set_title(style.fit(one.name, 2.6))
        axes.set_xlabel(style.fit(one.unit, 2.6))
        axes.grid(axis="y")
        if made.target.is_probability:
            axes.yaxis.set_major_formatter(style.PERCENT)
    return figure


@style.styled
def chance(made: Sensitivity) -> Figure:
    """A row a result: how much of its variance comes from the parameters, and how much is chance."""
    found = [one for one in made.found.splits if one.share is not None]
    note = f"{len(made.found.scatter.means):,} points, {made.manifest['replicates']} runs each; thin: 95 % intervals"
    figure = style.frame(
        made, "What is chance, and what is not known", width=9.0, height=max(0.3 * len(found) + 1.0, 1.8), note=note
    )
    axes = figure.subplots()
    if not found:
        style.say(axes, "every result is the same in every run")
        return figure
    found.sort(key=lambda one: -(one.share.value if one.share else 0.0))
    for row, one in enumerate(found):
        assert one.share is not None
        axes.barh(row, 1.0, height=0.62, color=style.GRID, zorder=1)
        axes.barh(row, one.share.value, height=0.62, color=style.BLUE, zorder=2)
        _whisker(axes, one.share, row, style.ORANGE)
    _rows(axes, [one.measure.name for one in found])
    axes.set_xlim(0, 1)
    axes.set_xticks(np.linspace(0, 1, 6))
    axes.xaxis.set_major_formatter(style.PERCENT)
    axes.set_xlabel("share of the variance from run to run")
    axes.text(
        0.0,
        1.01,
        "dark: uncertain parameters",
        color=style.BLUE,
        va="bottom",
        size=style.SMALL,
        transform=axes.transAxes,
    )
    axes.text(
        1.0,
        1.01,
        "pale: chance",
        color=style.MUTED,
        va="bottom",
        ha="right",
        size=style.SMALL,
        transform=axes.transAxes,
    )
    return figure
