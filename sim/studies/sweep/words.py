"""What a sweep found, in words and in cells of tables, for terminal and page."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product

import numpy as np

from sim.analysis.wording import interval_text, number_text, probability_text
from sim.studies.sweep.measures import OUTCOME, Curve
from sim.studies.sweep.result import Line, Move, Sweep
from sim.studies.sweep.thresholds import FALLS, RISES, THRESHOLDS, UNCLEAR, Crossing

_SPACE, _TO = "\N{NO-BREAK SPACE}", "\N{EN DASH}"
_WORDS = {RISES: "rising", FALLS: "falling"}


def lead(found: Sweep) -> str:
    """What was found, in a sentence or two."""
    moved = {one.id for one in found.moves if one.difference.clear}
    outcomes = [one for one in found.outcomes if one.id in moved]
    axes = " and ".join(f"{one.name} goes from {one.texts[0]} to {one.texts[-1]}" for one in found.points.axes)
    count = f"{len(outcomes)} of {len(found.outcomes)} outcomes"
    said = "no outcome clearly moves" if not outcomes else f"{count} clearly move{'s' * (len(outcomes) == 1)}"
    return f"In the model, {said} while {axes}. {rest(found)}"


def rest(found: Sweep) -> str:
    """What a point is, and what "clearly" means."""
    together = len(found.moves)
    return (
        f"Each of the {len(found.points):,} points has the same {found.points.runs:,} runs under the same luck. "
        f"Clearly: the difference between the ends of the range leaves out zero in a 95{_SPACE}% interval that holds "
        f"for all {together} differences together."
    )


def cell(curve: Curve, where: tuple[int, ...]) -> str:
    """A measure at a point with its 95 % interval: ``54 % (50–58 %)``."""
    value, low, high = (float(array[where]) for array in (curve.estimate, curve.low, curve.high))
    if math.isnan(value):
        return "unknown"
    if curve.kind == OUTCOME:
        count, of = round(value * curve.of[where]), int(curve.of[where])
        text = probability_text(count, of)
        return text if count in (0, of) else f"{text} ({interval_text(value, low=low, high=high)})"
    if math.isnan(low):
        return number_text(value)
    decimals = _decimals(high - low)
    return f"{value:,.{decimals}f} ({low:,.{decimals}f}{_TO}{high:,.{decimals}f})"


def move_text(move: Move, *, share: bool) -> str:
    """How far an axis moves a measure, with an interval that holds for all moves together."""
    one = move.difference
    if one.more + one.fewer == 0:
        return "no run changes"
    low, high = one.interval
    if not one.clear:
        return f"not told apart with {one.pairs:,} runs"
    unit, size = (f"{_SPACE}points", 100.0) if share else ("", 1.0)
    decimals = _decimals(size * (high - low))
    if any(round(abs(size * end), decimals) == 0 for end in (low, high)):
        decimals += 1  # a clear difference has no end at 0
    middle, least, most = (_signed(size * number, decimals) for number in (one.difference, low, high))
    return f"{middle}{unit} ({least} to {most})"


def _signed(number: float, decimals: int) -> str:
    return f"{number:+,.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def _joined(told: tuple[Crossing, ...]) -> list[Crossing]:
    """Neighbouring stretches that are too close to tell as one: noise breaks them where there are many points."""
    joined: list[Crossing] = []
    for one in told:
        if joined and joined[-1].direction == one.direction == UNCLEAR:
            joined[-1] = replace(joined[-1], high=one.high)
        else:
            joined.append(one)
    return joined


def _crossing(one: Crossing) -> str:
    ends = [end for end in (one.low, one.high) if end is not None]
    decimals = _decimals(max(ends) - min(ends)) if len(ends) == 2 else 2
    low, high = (None if end is None else f"{end:,.{decimals}f}" for end in (one.low, one.high))
    if one.direction == UNCLEAR or one.at is None:
        return _unclear(low, high)
    at = f"{one.at:,.{decimals}f}"
    reach = f"{low or 'the low end'}{_TO}{high or 'the high end'}"
    return f"at {at} ({reach if low and high else reach + ' or beyond'}), {_WORDS[one.direction]}"


def _unclear(low: str | None, high: str | None) -> str:
    if low and high:
        return f"too close to tell {low}{_TO}{high}"
    if low:
        return f"too close to tell from {low} on"
    return f"too close to tell up to {high}" if high else "too close to tell throughout"


def _decimals(width: float) -> int:
    """The decimals that an interval of this width leaves."""
    return min(max(-math.floor(math.log10(width / 2)), 0), 6) if width > 0 else 0


def threshold_rows(found: Sweep, *, ids: bool = False, crossed: bool = False) -> list[list[str]]:
    """A row a line of points along the first axis: outcome, value of the other axis, thresholds.

    ids : outcomes by their ids. crossed : only those on which a threshold is crossed, or may be.
    """
    by_id = {curve.id: curve for curve in found.outcomes}
    lines = [line for line in found.lines if any(line.crossings) or not crossed]
    return [_threshold_row(found, line, by_id[line.outcome], ids=ids) for line in lines]


def _threshold_row(found: Sweep, line: Line, curve: Curve, *, ids: bool) -> list[str]:
    axes = found.points.axes
    number = None if line.other is None else axes[1].values.tolist().index(line.other)
    other = [] if number is None else [axes[1].texts[number]]
    cells = [_or_not(told, curve, number, t) for told, t in zip(line.crossings, THRESHOLDS, strict=True)]
    return [_label(curve, ids), *other, *cells]


def _or_not(told: tuple[Crossing, ...], curve: Curve, number: int | None, threshold: float) -> str:
    if told:
        return "; ".join(map(_crossing, _joined(told)))
    first = curve.estimate[0] if number is None else curve.estimate[0, number]
    if math.isnan(first):
        return "unknown"
    return "above throughout" if first > threshold else "not reached"


def threshold_headers(found: Sweep) -> list[str]:
    """The headers of those rows."""
    axes = found.points.axes
    other = [axes[1].name] if len(axes) == 2 else []
    return ["outcome", *other, *(f"{100 * t:.0f}{_SPACE}%, by {axes[0].label}" for t in THRESHOLDS)]


def _label(curve: Curve, ids: bool) -> str:
    return curve.id if ids and curve.kind == OUTCOME else curve.name


def move_rows(found: Sweep, *, ids: bool = False) -> list[list[str]]:
    """A row a measure: what it is at the ends, and how far each axis moves it."""
    axes = found.points.axes
    rows = []
    for curve in found.curves:
        moved = [
            move_text(one, share=curve.kind == OUTCOME)
            for one in found.moves
            if one.id == curve.id
        ]  # fmt: skip
        ends = [cell(curve, (0,)), cell(curve, (-1,))] if len(axes) == 1 else _extremes(curve)
        rows.append([_label(curve, ids), *ends, *moved])
    return rows


def _extremes(curve: Curve) -> list[str]:
    if np.isnan(curve.estimate).all():
        return ["unknown", "unknown"]
    places = (np.nanargmin(curve.estimate), np.nanargmax(curve.estimate))
    return [cell(curve, tuple(int(i) for i in np.unravel_index(place, curve.estimate.shape))) for place in places]


def move_headers(found: Sweep) -> list[str]:
    """The headers of those rows."""
    axes = found.points.axes
    if len(axes) == 1:
        (one,) = axes
        return ["measure", f"at {one.name}={one.texts[0]}", f"at {one.texts[-1]}", "moves by"]
    return ["measure", "least of all points", "greatest", *(f"{one.name} moves it by" for one in axes)]


def point_rows(found: Sweep, curves: tuple[Curve, ...]) -> list[list[str]]:
    """A row a measure and point: its name, the values, what it is there."""
    axes = found.points.axes
    return [
        [curve.name, *(one.texts[i] for one, i in zip(axes, where, strict=True)), cell(curve, where)]
        for curve in curves
        for where in product(*map(range, found.points.shape))
    ]
