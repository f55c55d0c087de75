"""One run, event by event: a lane for each actor, marks at the dates, arrows from cause to effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.patches import FancyArrowPatch

from sim.analysis.events import typical_run
from sim.analysis.names import name_of, rows_of
from sim.errors import UsageError
from sim.figures import style
from sim.scenario.times import DAY_MS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.ensemble.results import Ensemble

GRAVE = 4
HISTORY = 0.2  # as long as this part of the horizon
MOST_GRAVE, MOST_LABELS = 60, 16
_WIDTH, _NAMES, _LANE = 11.0, 1.9, 0.52  # inches


@style.styled
def draw(ensemble: Ensemble, *, run: int | None = None) -> Figure:
    """The events of one run; the graver ones stand out, are named where there is room, and have their causes.

    Parameters
    ----------
    run : int, optional
        Its number; unless given, the run with the median peak and number of events.

    Raises
    ------
    UsageError
        If the ensemble has no run of that number.
    """
    title = "One run, event by event"
    runs = len(ensemble)
    if run is not None and run not in range(runs):
        raise UsageError(f"no run {run}: expected one of the {runs:,} runs, numbered from 0")
    if not runs:
        figure = style.frame(ensemble, title, height=1.8)
        style.say(figure.subplots(), "no run to show")
        return figure
    chosen = typical_run(ensemble) if run is None else run
    events = _events(ensemble, chosen)
    lanes = [actor for actor in ensemble.description.actors if (events["actor"] == actor).any()]
    least = _least_grave(events["rung"].to_numpy())
    note = f"run {chosen}" + (", near the median" if run is None and runs > 1 else "")
    note += f"; large marks: rung {least} or above" if len(events) else ""
    note += "; grey: before the start" if (events["t"] < 0).any() else ""
    figure = style.frame(ensemble, title, width=_WIDTH, height=_LANE * max(len(lanes), 3) + 0.7, note=note)
    axes = figure.subplots()
    if events.empty:
        style.say(axes, "nothing happens in this run")
        return figure
    events["lane"] = pd.Index(lanes).get_indexer(pd.Index(events["actor"]))
    events["grave"] = events["rung"] >= least
    _lanes(axes, ensemble, events, lanes)
    colours = style.RungColours([step.rung for step in ensemble.description.ladder])
    _marks(axes, events, colours)
    _causes(axes, events)
    _labels(axes, ensemble, events)
    colours.bar(figure, axes, label="rung", shrink=min(2.6 / (_LANE * max(len(lanes), 3)), 0.9))
    return figure


def _events(ensemble: Ensemble, run: int) -> pd.DataFrame:
    """The run's events by their index, with their position `x` on the date axis; of the history its last part."""
    description = ensemble.description
    log = ensemble.replay(range(run, run + 1)).log
    days = log["time"] / DAY_MS
    rungs = np.array([action.rung for action in description.actions.values()], np.int16)
    columns = {
        "actor": np.array([*description.actors], object)[log["actor"]],
        "action": np.array([*description.actions], object)[log["action"]],
        "t": days,
        "rung": rungs[log["action"]],
        "cause": log["cause"],
        "x": style.dates(ensemble, days),
    }
    return pd.DataFrame(columns)[days >= -HISTORY * ensemble.horizon_days]


def _least_grave(rungs: np.ndarray[tuple[int], np.dtype[np.int16]]) -> int:
    """The lowest rung that stands out: 4 or, where events at 4 and above are many, a higher one."""
    falling = np.sort(rungs)[::-1]
    if len(falling) <= MOST_GRAVE:
        return GRAVE
    return min(max(GRAVE, int(falling[MOST_GRAVE]) + 1), int(falling[0]))


def _lanes(axes: Axes, ensemble: Ensemble, events: pd.DataFrame, lanes: list[str]) -> None:
    first, last = style.dates(ensemble, [0.0, ensemble.horizon_days])
    left = min(float(events["x"].min()), first)
    room = 0.01 * (last - left)
    axes.set_xlim(left - room, last + room)
    axes.set_ylim(len(lanes) - 0.4, -0.75)
    names = [style.fit(name_of(ensemble.description.actors, actor), _NAMES) for actor in lanes]
    axes.set_yticks(range(len(lanes)), names)
    axes.tick_params(axis="y", length=0)
    axes.hlines(range(len(lanes)), left - room, last + room, color=style.GRID, linewidth=1, zorder=0)
    if left < first:
        axes.axvspan(left - room, first, color=style.PALE, zorder=-1)
        axes.axvline(first, color=style.MUTED, linewidth=0.8, linestyle=":")
    axes.spines["left"].set_visible(False)
    style.date_axis(axes, ensemble, ticks=12)


def _marks(axes: Axes, events: pd.DataFrame, colours: style.RungColours) -> None:
    """Small pale marks, large ones for the grave, and triangles for what lies below zero."""
    below = events["rung"] < 0
    for chosen, marker, size, alpha, edge in (
        (~events["grave"] & ~below, "o", 14, 0.55, "none"),
        (~events["grave"] & below, "v", 18, 0.7, "none"),
        (events["grave"], "o", 52, 1.0, "white"),
    ):
        table = events[chosen]
        axes.scatter(
            table["x"], table["lane"], s=size, marker=marker, color=colours(table["rung"]), alpha=alpha,
            edgecolors=edge, linewidths=0.7, zorder=3 if edge == "white" else 2,
        )  # fmt: skip


def _causes(axes: Axes, events: pd.DataFrame) -> None:
    """Arrows into grave events from what caused them."""
    for event in rows_of(events[events["grave"] & (events["cause"] >= 0)]):
        if event.cause not in events.index:
            continue
        cause = events.loc[event.cause]
        inches = (event.x - cause["x"]) * (_WIDTH - _NAMES - 1.2) / np.ptp(axes.get_xlim())
        bend = 0.12 if cause["lane"] != event.lane else -min(0.35, _LANE / max(inches, 0.1))
        axes.add_patch(
            FancyArrowPatch(
                (cause["x"], cause["lane"]),
                (event.x, event.lane),
                connectionstyle=f"arc3,rad={bend}",
                arrowstyle="-|>,head_length=3.2,head_width=1.6",
                mutation_scale=1,
                shrinkA=2.5,
                shrinkB=4,
                linewidth=0.8,
                color=style.MUTED,
                alpha=0.7,
                zorder=1,
            )
        )


def _labels(axes: Axes, ensemble: Ensemble, events: pd.DataFrame) -> None:
    """Name the gravest events, above their marks, where the name covers no other."""
    low, high = axes.get_xlim()
    per_inch = (high - low) / (_WIDTH - _NAMES - 1.2)
    taken: list[tuple[int, float, float]] = []
    ground = {"facecolor": "white", "alpha": 0.75, "pad": 0.6, "edgecolor": "none"}
    for event in rows_of(events[events["grave"]].sort_values(["rung", "t"], ascending=[False, True])):
        text = style.fit(name_of(ensemble.description.actions, str(event.action)), 2.2, size=7)
        half = style.text_width(text, 7) * per_inch / 2 + 0.05 * per_inch
        centre = min(max(event.x, low + half), high - half)
        clash = any(lane == event.lane and abs(centre - at) < half + width for lane, at, width in taken)
        if len(taken) < MOST_LABELS and not clash:
            taken.append((event.lane, centre, half))
            axes.text(centre, event.lane - 0.2, text, size=7, ha="center", va="bottom", bbox=ground, zorder=5)
