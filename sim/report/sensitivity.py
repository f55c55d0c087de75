"""The page of a sensitivity study."""

from __future__ import annotations

from sim.report.study import Part, Picture, Study, Table, assumptions_of
from sim.scenario.load import Loaded
from sim.studies.sensitivity import words
from sim.studies.sensitivity.result import Sensitivity

TORNADO, SCREENING, INDICES, SCATTER, CHANCE = "tornado", "screening", "indices", "scatter", "chance"
"""The names of the figures."""

_METHOD = (
    "A parameter's range in the scenario is taken as what is known of it; ranges are independent of each other.",
    "Points that are compared are played by the same runs, under the same luck. A parameter that nobody reads then "
    "changes no run at all; one that only shuffles luck changes runs without moving the mean, and what it seems to "
    "move is told as “luck alone”.",
)


def sensitivity_study(made: Sensitivity, loaded: Loaded, command: str) -> Study:
    """What a sensitivity study found, as a page."""
    manifest, found = made.manifest, made.found
    facts = [
        ("scenario", str(manifest["scenario"])),
        ("result", made.target.name),
        ("uncertain parameters", f"{len(made.inputs)}, looked at one by one: {len(made.chosen)}"),
        ("runs", f"{len(made):,}"),
        ("runs at a point", f"{manifest['replicates']:,}"),
        ("seed", f"{manifest['seed']}"),
    ]
    if found.screening is not None:
        facts.append(("screening", f"{manifest['trajectories']} trajectories over {manifest['levels']} levels"))
    if found.indices is not None:
        facts.append(("indices", f"{manifest['points']:,} points in each of two samples"))
    if manifest["truncated"]:
        cut = f"{manifest['truncated']:,}; what had not come true by then counts as not true"
        facts.append(("runs cut off at max_events", cut))
    parts = (_first(made), _ends(made), _indices(made), _screening(made), _chance(made))
    return Study(
        kind="sensitivity study",
        title=str(manifest["title"]),
        lead=words.lead(made),
        command=command,
        facts=tuple(facts),
        parts=tuple(part for part in parts if part is not None),
        assumptions=(*_METHOD, *assumptions_of(loaded)),
    )


def _table(title: str, headers: tuple[str, ...], rows: words.Rows, note: str = "") -> Table:
    return Table(title, headers, tuple(map(tuple, rows)), note)


def _first(made: Sensitivity) -> Part:
    by = "total index" if made.found.indices is not None else "μ*, in the result's unit"
    told = (
        f"Assumed parameters that {words.subject(made.target)} hangs on, by {by}. A rank such as 2–4 means that the "
        "order within is not known: the interval of the difference holds 0. How easily a number is found out is not "
        "considered."
    )
    hanging = tuple(text for text in (words.hanging_on_assumptions(made),) if text)
    if not made.priorities:
        told = "No parameter that is only assumed can be told to move this result."
        return Part("What to find out first", (told, *hanging))
    table = _table("Only assumed, and it matters", words.FIRST, words.first_rows(made))
    return Part("What to find out first", (told, *hanging), (table,))


def _ends(made: Sensitivity) -> Part:
    runs = made.found.ends.runs
    table = _table(
        "The result at the ends of ranges",
        words.ENDS,
        words.end_rows(made),
        f"{runs:,} runs at each end, the same ones, all else drawn. The last column allows for all rows at once.",
    )
    reading = (
        "A bar goes from the result with the parameter at the 5 % point of its range to that at the 95 % point, with "
        f"95 % intervals; everything else is drawn. The line is the result with everything drawn, {runs:,} runs."
    )
    scatter = Picture(
        SCATTER,
        "The result against each parameter",
        "A dot is a point drawn from all ranges, with the mean of its runs; the line joins the means of equally many "
        "neighbouring points, with 95 % intervals.",
        _table("Means of neighbouring points", ("parameter", "value", "mean", "points"), words.curve_rows(made)),
    )
    return Part(
        "What moves it, and which way",
        pictures=(Picture(TORNADO, "Low and high ends", reading, table), scatter),
    )


def _indices(made: Sensitivity) -> Part | None:
    if made.found.indices is None:
        return None
    table = _table(
        "Sobol indices",
        words.INDICES,
        words.index_rows(made),
        "Shares of the variance of the result's mean over the parameters, chance left out, with the noise of few runs "
        "taken out of them. First-order: by the parameter alone; total: together with others.",
    )
    reading = "A dot is the first-order index, a square the total one, with 95 % intervals. Where they differ, it acts "
    reading += "together with others."
    return Part("How much each brings about", pictures=(Picture(INDICES, "Sobol indices", reading, table),))


def _screening(made: Sensitivity) -> Part | None:
    if made.found.screening is None:
        return None
    table = _table(
        "Morris's screening",
        words.SCREENING,
        words.screening_rows(made),
        "μ*: the mean size of the change from the 5 % to the 95 % point of the range, were it straight; σ: how much "
        "that differs from place to place. Luck alone: the μ* of a parameter that only shuffles luck in as many runs. "
        "Told from luck: all parameters considered at once.",
    )
    reading = (
        "Right: moves the result more. Up: differently from place to place, so together with others, not straight, or "
        "by luck. The tick is the μ* that luck alone gives it. Filled: stands out from luck; hollow: cannot be told "
        "from a parameter that does nothing."
    )
    hangs = _table(
        "What every result hangs on",
        words.HANGS,
        words.hanging_rows(made),
        "The strongest of the parameters that stand out from luck, all parameters and all results considered at once; "
        "+ raises it, − lowers it.",
    )
    return Part("All parameters", tables=(hangs,), pictures=(Picture(SCREENING, "Screening", reading, table),))


def _chance(made: Sensitivity) -> Part:
    table = _table("What is chance", words.CHANCE, words.chance_rows(made))
    reading = (
        "The variance of each result from run to run. Dark: what comes from the uncertain parameters, with its 95 % "
        "interval, and could be had by knowing them; pale: chance, which would stay."
    )
    return Part("What is chance", pictures=(Picture(CHANCE, "Parameters and chance", reading, table),))
