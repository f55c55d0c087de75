"""The page of a sweep."""

from __future__ import annotations

from sim.report.study import Part, Picture, Study, Table, assumptions_of
from sim.studies.sweep import words
from sim.studies.sweep.measures import Curve
from sim.studies.sweep.result import Sweep

OUTCOMES, MEANS = "outcomes", "means"
"""The names of the figures."""
_MOST = 200
"""Of so many points the page has the numbers; of more, sweep.csv alone."""
TITLES = {OUTCOMES: "How often each outcome comes true", MEANS: "Mean peak level and mean deaths"}


def sweep_study(found: Sweep, command: str) -> Study:
    """What a sweep found, as a page."""
    grid = found.points
    facts = (
        ("scenario", grid.loaded.description.scenario),
        *((f"values of {one.name}", _values(one.texts)) for one in grid.axes),
        ("runs a point", f"{grid.runs:,}"),
        ("seed", f"{grid.seed}"),
        *((("runs cut off at max_events", f"{found.truncated:,}"),) if found.truncated else ()),
    )
    return Study(
        kind="sweep",
        title=str(found.manifest["title"]),
        lead=words.lead(found),
        command=command,
        facts=facts,
        parts=_parts(found),
        assumptions=(
            "Between two neighbouring points the curve of a probability is taken as straight.",
            *assumptions_of(grid.loaded),
        ),
    )


def _values(texts: tuple[str, ...]) -> str:
    return ", ".join(texts) if len(texts) <= 12 else f"{texts[0]}, {texts[1]}, … {texts[-1]} ({len(texts)})"


def _parts(found: Sweep) -> tuple[Part, ...]:
    moves = Table(
        "What moves",
        tuple(words.move_headers(found)),
        tuple(map(tuple, words.move_rows(found))),
        "Probabilities with 95 % intervals of their own; the last column's intervals hold for all rows together.",
    )
    thresholds = Table(
        "Where a probability crosses 10 and 50 %",
        tuple(words.threshold_headers(found)),
        tuple(map(tuple, words.threshold_rows(found))),
        "With 95 % intervals, from pairs of runs at neighbouring points; not reached: nowhere within the range.",
    )
    pictures = tuple(
        _picture(found, name, curves)
        for name, curves in ((OUTCOMES, found.outcomes), (MEANS, found.means))
        if curves
    )  # fmt: skip
    parts = (
        Part("What moves", tables=(moves,)),
        Part("Thresholds", tables=(thresholds,)),
        Part("Point by point", pictures=pictures),
    )
    return parts if found.outcomes else (parts[0], parts[2])


def _picture(found: Sweep, name: str, curves: tuple[Curve, ...]) -> Picture:
    axes = found.points.axes
    reading = (
        f"Each panel shows one measure over {axes[0].name}, with 95 % intervals. "
        "A diamond is where a curve crosses 10 or 50 %, the bar through it how exactly that is known."
        if len(axes) == 1
        else f"Each panel shows one measure over {axes[0].name} and {axes[1].name}; dark is more."
    )
    headers = ("measure", *(one.name for one in axes), "estimate and 95 % interval")
    rows = words.point_rows(found, curves) if len(found.points) <= _MOST else []
    note = "" if rows else f"These are the numbers of {len(found.points):,} points: they are in sweep.csv."
    table = Table(TITLES[name], headers, tuple(map(tuple, rows)), note)
    return Picture(name, TITLES[name], reading, table)
