"""Pictures of an ensemble: the only home of matplotlib, which is loaded when one is drawn.

Each figure has a module with a function ``draw(ensemble, ...)`` that gives a
:class:`matplotlib.figure.Figure`. The figures are made without pyplot and hold no global state.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import UsageError
from sim.escapes import visible

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.ensemble.results import Ensemble


@dataclass(frozen=True, slots=True)
class Entry:
    """A figure that can be drawn.

    Attributes
    ----------
    title : str
        What the figure shows.
    reading : str
        One sentence on how to read it.
    draw : str
        ``module:function`` that draws it.
    """

    title: str
    reading: str
    draw: str


FIGURES: dict[str, Entry] = {
    "ladder-heatmap": Entry(
        "How high the crisis stands",
        "Each column is a date and each row a step of the ladder; the darker a cell, the more runs stand at that "
        "step on that date, and white means none; the line is the median run.",
        "sim.figures.ladder_heatmap:draw",
    ),
    "outcome-probabilities": Entry(
        "How probable each outcome is",
        "A dot is the share of runs in which the outcome came true and the dark bar its Monte Carlo interval, which "
        "more runs would shorten; the pale bar, drawn where it is beyond chance, is how far the uncertain parameters "
        "move it, which they would not.",
        "sim.figures.outcome_probabilities:draw",
    ),
    "cumulative-incidence": Entry(
        "When each outcome comes",
        "Each line climbs to the share of runs in which the outcome has come true by that date, with its 95 % "
        "interval; mind that each row of panels has its own scale.",
        "sim.figures.cumulative_incidence:draw",
    ),
    "level-fan": Entry(
        "The range of levels over time",
        "Half of the runs stand within the dark band on a date and nine in ten within the pale one; the thin lines "
        "are single runs, which jump where the bands are smooth.",
        "sim.figures.level_fan:draw",
    ),
    "who-against-whom": Entry(
        "Who acts against whom",
        "Each number is how many hostile events (rung 1 or above) a run has on average, by the actor of the row "
        "against the target of the column.",
        "sim.figures.who_against_whom:draw",
    ),
    "network": Entry(
        "How the actors are tied",
        "An arrow runs from actor to target; the wider, the more events a run has, and the darker its red, the "
        "higher their mean rung (blue and dashed: below zero).",
        "sim.figures.network:draw",
    ),
    "deaths": Entry(
        "How many die",
        "On the left, the share of runs with so many deaths; on the right, the share with at least so many, where "
        "both scales grow tenfold from step to step so that rare disasters are seen.",
        "sim.figures.deaths:draw",
    ),
    "swimlanes": Entry(
        "One run, event by event",
        "A single run whose peak and number of events are near the median: a lane for each actor, a mark for each "
        "of its events, and arrows to the graver ones from what caused them. It is one of many, not the likely course.",
        "sim.figures.swimlanes:draw",
    ),
}


def draw(ensemble: Ensemble, name: str, **options: Any) -> Figure:
    """The figure of that name, with the options of its own ``draw`` (the `run` of ``swimlanes``).

    Raises
    ------
    UsageError
        If there is no figure of that name.
    """
    if name not in FIGURES:
        raise UsageError(f"no figure {name!r}: expected one of {', '.join(FIGURES)}")
    from sim.figures.fonts import fonts

    fonts().meet(_texts(ensemble))
    module, function = FIGURES[name].draw.split(":")
    figure: Figure = getattr(import_module(module), function)(ensemble, **options)
    return figure


def _texts(ensemble: Ensemble) -> list[str]:
    """What the figures of an ensemble call things, as it is drawn."""
    scenario = ensemble.description
    things = [*scenario.actors.values(), *scenario.actions.values(), *scenario.outcomes.values(), *scenario.ladder]
    return [visible(text) for text in (ensemble.manifest["title"], *(one.name for one in things)) if text]


def save_all(
    ensemble: Ensemble, folder: str | Path, *, names: Iterable[str] | None = None, force: bool = False
) -> list[Path]:
    """Draw the figures (all unless named) into the folder as PNG and SVG, and give the paths.

    The same ensemble gives the same files, byte for byte, under the same versions of the libraries. Each
    is written to a temporary name and then renamed.

    Raises
    ------
    UsageError
        If there is no figure of a given name, or a picture is there already and `force` is not set.
    StorageError
        If a file cannot be written.
    """
    from sim.figures.files import in_folder, save

    wanted = list(FIGURES if names is None else names)
    put = in_folder(Path(folder), wanted, force=force)
    return [path for name in wanted for path in save(draw(ensemble, name), name, put)]
