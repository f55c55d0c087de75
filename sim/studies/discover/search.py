"""Look for the box in which an outcome is likely, and have other runs say what it is worth.

The runs are dealt into three parts by their number. The first finds boxes. The second drops the limits that chance
could account for (:func:`pruned`) and chooses: of the boxes in which the outcome is more frequent than the threshold,
as clearly as can be had, or of all where there is none, the one that tells best (Youden's J). The third has chosen
nothing, and every number that is told of the box comes from it. So noise that looks like a box is no finding: of
outcomes that depend on no parameter one in forty at most is said to be likelier in a box.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.analysis.shares import difference_interval, wilson
from sim.studies.discover.boxes import Box, Flags, Floats, Share, Told, beyond, inside, p_values, pruned, rounded
from sim.studies.discover.peel import boxes

FEWEST = 10
"""In so many runs of each part an outcome must have come true, and in so many not."""

CERTAIN = (0.999, 0.95, 0.0)
"""The confidence with which a box is denser than the threshold by the runs that choose: the most that can be had, with
room for the runs that tell to find it clearly denser too."""

LIKELY, LIKELIER, NOTHING, TOO_FEW = "likely", "likelier", "nothing", "too few"


@dataclass(frozen=True, slots=True)
class Step:
    """A box on the way, with the limits that are no noise.

    peeled : what the runs that found the box say of it, before limits were dropped. box : what is left of it; checked,
    told : what the runs that choose and the runs that tell say of that.
    """

    peeled: Told
    box: Box
    checked: Told
    told: Told


@dataclass(frozen=True, slots=True)
class Side:
    """What a limit of the box does: its p-value, and how often the outcome came true just beyond it."""

    p_value: float
    beyond: Share


@dataclass(frozen=True, slots=True)
class Search:
    """What was found.

    verdict : LIKELY, the outcome is more frequent in the box than the threshold for certain; LIKELIER, than elsewhere;
    NOTHING, no box makes it clearly likelier; TOO_FEW, it came true, or did not, in too few runs.
    base : how often it came true in the runs that tell. box : empty unless something was found; told : what the runs
    that tell say of it; difference : density minus that elsewhere, with Newcombe's 95 % interval; sides : a limit each.
    steps : the way there. runs : of each of the three parts.
    """

    verdict: str
    base: Share
    box: Box
    told: Told | None
    difference: tuple[float, float] | None
    sides: tuple[Side, ...]
    steps: tuple[Step, ...]
    runs: tuple[int, int, int]


def search(values: Floats, came: Flags, *, threshold: float) -> Search:
    """The box in which an outcome is likely.

    Parameters
    ----------
    values : float64, shape (runs, parameters)
        What each run drew; every column varies.
    came : bool, shape (runs,)
        Whether the outcome came true.
    threshold : float
        From which probability on it is likely.
    """
    parts = [(values[first::3], came[first::3]) for first in range(3)]
    finding, choosing, telling = parts
    runs = (len(finding[1]), len(choosing[1]), len(telling[1]))
    base = Share(int(telling[1].sum()), runs[2])
    if any(min(hits.sum(), (~hits).sum()) < FEWEST for _, hits in parts):
        return Search(TOO_FEW, base, (), None, None, (), (), runs)
    steps = _steps(parts)
    best = _chosen(steps, threshold)
    found = _differing(best.told) if best.box else None
    if found is None or not found[0] > 0:
        return Search(NOTHING, base, (), None, None, (), steps, runs)
    verdict = LIKELY if best.told.density.interval[0] > threshold else LIKELIER
    return Search(verdict, base, best.box, best.told, found, _sides(best.box, choosing, telling), steps, runs)


def _steps(parts: list[tuple[Floats, Flags]]) -> tuple[Step, ...]:
    """The boxes of the first part, each with the limits that the second leaves it, as all three see them."""
    finding, choosing, telling = parts
    steps: list[Step] = []
    for peeled in boxes(*finding):
        box = pruned(rounded(peeled, finding[0]), *choosing)
        told = [Told.of(inside(box, values), came) for values, came in (choosing, telling)]
        steps.append(Step(Told.of(inside(peeled, finding[0]), finding[1]), box, *told))
    return tuple(steps)


def _chosen(steps: tuple[Step, ...], threshold: float) -> Step:
    """The best step by the runs that choose; the first of equals."""
    for confidence in CERTAIN:
        dense = [one for one in steps if one.box and _at_least(one.checked.density, confidence) > threshold]
        if dense:
            return max(dense, key=lambda one: one.checked.contrast)
    return max(steps, key=lambda one: one.checked.contrast)


def _at_least(density: Share, confidence: float) -> float:
    return float(wilson(density.count, density.of, confidence=confidence)[0])


def _differing(told: Told) -> tuple[float, float] | None:
    """The interval of the difference between inside and elsewhere."""
    one, other = told.density, told.elsewhere
    if not one.of or not other.of:
        return None
    low, high = difference_interval((other.count, other.of), (one.count, one.of))
    return float(low), float(high)


def _sides(box: Box, choosing: tuple[Floats, Flags], telling: tuple[Floats, Flags]) -> tuple[Side, ...]:
    values, came = telling
    shells: NDArray[np.bool_] = beyond(box, values)
    found = p_values(box, *choosing).tolist()
    return tuple(
        Side(p, Share(int((shell & came).sum()), int(shell.sum()))) for p, shell in zip(found, shells.T, strict=True)
    )
