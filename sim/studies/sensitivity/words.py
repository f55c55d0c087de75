"""What a study found, in sentences and cells: the same on the terminal and on the page."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sim.analysis.wording import number_text, percent_text
from sim.studies.sensitivity.chance import Split
from sim.studies.sensitivity.design import HIGH, LOW
from sim.studies.sensitivity.indices import OTHERS
from sim.studies.sensitivity.inputs import Input
from sim.studies.sensitivity.measures import Measure
from sim.studies.sensitivity.priorities import Priority
from sim.studies.sensitivity.result import Sensitivity
from sim.studies.sensitivity.spread import Estimate

_SPACE = "\N{NO-BREAK SPACE}"
_DASH = "\N{EN DASH}"
_MINUS = "\N{MINUS SIGN}"

Rows = list[list[str]]


def lead(made: Sensitivity) -> str:
    """What the result hangs on, in a few sentences."""
    found, target = made.found, made.target
    own = next(one for one in found.splits if one.measure == target)
    said = [f"In the model, {subject(target)} is {mean_text(target, own.mean)} over all ranges."]
    if own.share is None:
        return f"{said[0]} It is the same in every run: nothing moves it."
    said.append(f"{_chance(own)}.")
    said.append(_strongest(made))
    said.append(_first(made))
    return " ".join(said)


def subject(measure: Measure) -> str:
    """``the probability of US strike campaign``, ``the mean peak level``."""
    if measure.is_probability:
        return f"the probability of “{measure.name}”"
    return f"the mean {measure.name}"


def _chance(one: Split) -> str:
    assert one.share is not None
    share = interval_text(one.share, percent=True)
    if one.share.low <= 0:
        return f"Of its variance from run to run no part can be told to come from the parameters ({share})"
    moved = f"{100 * one.moved:.0f} points" if one.measure.is_probability else _with_unit(one.moved, one.measure)
    return (
        f"Of its variance from run to run {share} comes from the uncertain parameters and the rest from chance; "
        f"over the ranges it moves by {moved} (standard deviation)"
    )


def _with_unit(value: float, measure: Measure) -> str:
    return f"{number_text(value, digits=2)} {measure.unit}".strip()


def _strongest(made: Sensitivity) -> str:
    found = made.found
    if found.indices is not None:
        clear = [one for one in found.indices.parameters if one.clear]
        if clear:
            parts = [f"{_name(made, one.id)}, {interval_text(one.total, percent=True)}" for one in clear[:3]]
            return f"By total index most of what the parameters bring about hangs on {'; '.join(parts)}."
    if found.screening is not None:
        names = found.screening.clear
        if names:
            count = f"{len(names)} of {len(made.chosen)} parameters stand" if len(names) > 1 else "One parameter stands"
            shown = [made.input(name).name for name in names[:4]]
            return f"{count} out from luck: {_joined([*shown, *(['others'] if len(names) > 4 else [])])}."
    return "No parameter can be told from one that does nothing with so many runs."


def _first(made: Sensitivity) -> str:
    if made.priorities:
        best = [one for one in made.priorities if one.first == 1]
        indexed = made.found.indices is not None
        parts = [one.input.name + (f", {interval_text(one.by, percent=True)}" if indexed else "") for one in best]
        others = f" and {len(best) - 3} more" if len(best) > 3 else ""
        same = "; which of them first cannot be told" if len(best) > 1 else ""
        return f"Of what is only assumed, to find out first: {'; '.join(parts[:3])}{others}{same}."
    if made.sourced:
        return "None of those is only assumed: each rests on a source."
    return ""


def hanging_on_assumptions(made: Sensitivity) -> str:
    """Which results have a parameter that is only assumed among their strongest ones; empty without a screening."""
    found = []
    for one in made.found.hanging:
        assumed = [about.name for about in (made.input(part.id) for part in one.strongest) if about.assumed]
        if assumed:
            found.append(f"{one.measure.name} ({', '.join(assumed)})")
    if not made.found.hanging:
        return ""
    if not found:
        return "No result has a parameter that is only assumed among the three strongest that it hangs on."
    return f"Results that have an assumed number among the three strongest that they hang on: {'; '.join(found)}."


def _name(made: Sensitivity, name: str) -> str:
    return OTHERS if name == OTHERS else made.input(name).name


def _joined(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


# --- numbers ----------------------------------------------------------------------------------------------------------


def mean_text(measure: Measure, one: Estimate) -> str:
    """A mean with its interval: ``43 % (41–45 %)``, ``8.46 rungs (8.44–8.47)``."""
    if measure.is_probability:
        if one.value in (0, 1):
            return sure_text(one)
        return f"{percent_text(one.value, low=one.low, high=one.high)} ({_ends(one, percent=True)})"
    return interval_text(one, unit=measure.unit)


def sure_text(one: Estimate) -> str:
    """What is known of a probability that is 0 or 1 in all that was played: ``fewer than 1 in 130``."""
    if one.low == one.high:
        return f"{100 * one.value:g}{_SPACE}%"
    if one.value == 0:
        return f"fewer than 1 in {math.floor(1 / one.high):,}"
    return f"more than {math.floor(1000 * one.low) / 10:g}{_SPACE}%"


def interval_text(one: Estimate, *, percent: bool = False, unit: str = "") -> str:
    """A number with its interval, no more digits than that allows: ``0.71 (0.60 to 0.81)``."""
    scale = 100.0 if percent else 1.0
    decimals = _decimals(scale * (one.high - one.low) / 2, scale * one.value)
    value = f"{_signed(scale * one.value, decimals)}{_SPACE + '%' if percent else ''}{' ' + unit if unit else ''}"
    return value if one.low == one.high else f"{value} ({_ends(one, percent=percent)})"


def difference_text(measure: Measure, one: Estimate) -> str:
    """A difference of means with its interval; of probabilities in percentage points."""
    if not measure.is_probability:
        return interval_text(one)
    return interval_text(Estimate(100 * one.value, 100 * one.low, 100 * one.high), unit="points")


def _ends(one: Estimate, *, percent: bool = False) -> str:
    scale = 100.0 if percent else 1.0
    decimals = _decimals(scale * (one.high - one.low) / 2, scale * one.value)
    low, high = (_signed(scale * end, decimals) for end in (one.low, one.high))
    between = " to " if one.low < 0 else _DASH
    return f"{low}{between}{high}{_SPACE + '%' if percent else ''}"


def _signed(value: float, decimals: int) -> str:
    text = f"{abs(value):,.{decimals}f}"
    return f"{_MINUS}{text}" if value < 0 and float(text.replace(",", "")) else text


def _decimals(half: float, value: float) -> int:
    """So many decimals that the half-width of the interval has one or two digits."""
    size = half if half > 0 else abs(value) / 100
    return min(max(-math.floor(math.log10(size)) if size > 0 else 0, 0), 6)


def value_text(one: Input, value: float) -> str:
    """A parameter's value with its unit."""
    return f"{number_text(value)} {one.unit}".strip()


def range_text(one: Input) -> str:
    """Between which values nine tenths of its range lie."""
    low, high = one.at(np.array([LOW, HIGH])).tolist()
    return f"{number_text(low)}{_DASH}{value_text(one, high)}"


def source_text(one: Input) -> str:
    """Where the range comes from: ``assumed``, or the source and its kind."""
    return "assumed" if one.assumed else f"{one.source} ({one.kind})"


def rank_text(one: Priority) -> str:
    """``1``, or ``2–4`` where the order is in doubt."""
    return f"{one.first}" if one.first == one.last else f"{one.first}{_DASH}{one.last}"


# --- tables -----------------------------------------------------------------------------------------------------------

SCREENING = (
    "parameter",
    "μ* with interval",
    "luck alone",
    "direction",
    "σ",
    "runs changed",
    "told from luck",
    "rests on",
)
INDICES = ("parameter", "first-order index", "total index", "told from nothing", "rests on")
CHANCE = ("result", "mean over all ranges", "from the parameters", "standard deviation over the parameters")
ENDS = ("parameter", "range 5–95 %", "at its low end", "at its high end", "difference", "told apart")
FIRST = ("rank", "parameter", "by", "now", "range 5–95 %")
HANGS = ("result", "stand out", "strongest")


def screening_rows(made: Sensitivity, *, most: int | None = None) -> Rows:
    """The parameters by μ*; without luck's help at least those that stand out from it."""
    screening = made.found.screening
    if screening is None:
        return []
    rows = []
    for one in screening.parameters[:most]:
        direction = "rises" if one.mean.low > 0 else "falls" if one.mean.high < 0 else "either or none"
        rows.append([
            _name(made, one.id),
            interval_text(one.size),
            number_text(one.floor, digits=2),
            direction if one.changed else "",
            number_text(one.deviation.value, digits=2),
            f"{100 * one.changed:.0f}{_SPACE}%" if one.changed == 0 or one.changed >= 0.01 else f"<1{_SPACE}%",
            "yes" if one.clear else "no" if one.changed else "does nothing",
            source_text(made.input(one.id)),
        ])  # fmt: skip
    return rows


def index_rows(made: Sensitivity) -> Rows:
    """The parameters by total index."""
    if made.found.indices is None:
        return []
    return [
        [
            _name(made, one.id),
            interval_text(one.first),
            interval_text(one.total),
            "yes" if one.clear else "no",
            "" if one.id == OTHERS else source_text(made.input(one.id)),
        ]
        for one in made.found.indices.parameters
    ]


def chance_rows(made: Sensitivity) -> Rows:
    """Of each result, how much comes from the parameters."""
    rows = []
    for one in made.found.splits:
        moved = f"{100 * one.moved:.1f} points" if one.measure.is_probability else _with_unit(one.moved, one.measure)
        share = "the same in every run" if one.share is None else interval_text(one.share, percent=True)
        rows.append([one.measure.name, mean_text(one.measure, one.mean), share, moved if one.share else ""])
    return rows


def end_rows(made: Sensitivity) -> Rows:
    """The result at either end of each parameter's range."""
    rows = []
    for one in made.found.ends.parameters:
        about = made.input(one.id)
        rows.append([
            about.name,
            range_text(about),
            mean_text(made.target, one.low),
            mean_text(made.target, one.high),
            difference_text(made.target, one.difference),
            "yes" if one.clear else f"not with {made.found.ends.runs:,} runs" if one.differ else "no run differs",
        ])  # fmt: skip
    return rows


def first_rows(made: Sensitivity) -> Rows:
    """The parameters that are only assumed and that the result hangs on."""
    rows = []
    for one in made.priorities:
        about = one.input
        rows.append(
            [rank_text(one), about.name, interval_text(one.by), value_text(about, about.value), range_text(about)]
        )
    return rows


def hanging_rows(made: Sensitivity) -> Rows:
    """Of every result, the parameters that stand out from luck."""
    rows = []
    for one in made.found.hanging:
        parts = []
        for part in one.strongest:
            about = made.input(part.id)
            sign = "+" if part.mean.low > 0 else _MINUS if part.mean.high < 0 else "±"
            parts.append(f"{about.name} ({sign}{', assumed' if about.assumed else ''})")
        rows.append([one.measure.name, f"{one.clear}", ", ".join(parts) or "none can be told from luck"])
    return rows


def curve_rows(made: Sensitivity) -> Rows:
    """The result along each parameter."""
    return [
        [about.name, value_text(about, part.value), mean_text(made.target, part.mean), f"{part.points}"]
        for about, bins in zip(made.found.scatter.inputs, made.found.scatter.curves, strict=True)
        for part in bins
    ]
