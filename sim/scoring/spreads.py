"""Numbers that the runs spread: the time of an outcome, the count of a deed; and where the true one lies in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.shares import wilson
from sim.scoring.rules import Floats, crps, skill

LEVELS = (0.5, 0.8, 0.9)


@dataclass(frozen=True, slots=True)
class Interval:
    """A central interval of the runs, ends included.

    level : its nominal share of the runs; share : the share that it really holds, no smaller where many runs are alike;
    covered : whether it holds what was observed.
    """

    level: float
    low: float
    high: float
    share: float
    covered: bool


@dataclass(frozen=True, slots=True)
class Baseline:
    """The CRPS of a baseline, and the skill of the model against it (None where it has no meaning)."""

    crps: float
    skill: float | None


@dataclass(frozen=True, slots=True)
class SpreadScore:
    """A number that was observed against its spread over the runs.

    Attributes
    ----------
    kind : str
        ``time`` (days from the start, the horizon if it never came), ``count`` (deeds of an actor) or
        ``count by target``.
    key : tuple of str
        The outcome; or actor, action and, for a count by target, the target.
    name : str
        As people read it.
    observed, median, mean : float
    runs : int
        How many runs the spread is of.
    intervals : tuple of Interval
        The central 50, 80 and 90 % of the runs.
    crps : float
        In days, or in deeds.
    pit : pair of float
        The shares of runs with less than what was observed, and with at most that: the ends of the probability
        integral transform.
    baselines : dict
    """

    kind: str
    key: tuple[str, ...]
    name: str
    observed: float
    runs: int
    median: float
    mean: float
    intervals: tuple[Interval, ...]
    crps: float
    pit: tuple[float, float]
    baselines: dict[str, Baseline]


def spread_score(
    kind: str, key: tuple[str, ...], name: str, *, observed: float, values: Floats, baselines: dict[str, float]
) -> SpreadScore:
    """The score of one number; `values` are those of the runs, at least one, `baselines` the CRPS of each baseline."""
    score = crps(values, observed)
    return SpreadScore(
        kind,
        key,
        name,
        observed=float(observed),
        runs=len(values),
        median=float(np.quantile(values, 0.5, method="inverted_cdf")),
        mean=float(values.mean()),
        intervals=tuple(_interval(values, level, observed) for level in LEVELS),
        crps=score,
        pit=(float((values < observed).mean()), float((values <= observed).mean())),
        baselines={name: Baseline(one, skill(score, one)) for name, one in baselines.items()},
    )


def _interval(values: Floats, level: float, observed: float) -> Interval:
    ends = np.quantile(values, [0.5 - level / 2, 0.5 + level / 2], method="inverted_cdf")
    low, high = (float(end) for end in ends)
    share = float(((values >= low) & (values <= high)).mean())
    return Interval(level, low, high, share, bool(low <= observed <= high))


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of some observed numbers lie within their central intervals.

    covered of `of`, with the 95 % Wilson interval of that share, as if the numbers were independent. expected : the
    share if reality were one more run of the model; above the level, as the intervals hold their ends.
    """

    kind: str
    level: float
    covered: int
    of: int
    low: float
    high: float
    expected: float


def coverage(scores: Sequence[SpreadScore]) -> tuple[Coverage, ...]:
    """The coverage of each kind of number at each level."""
    found = []
    for kind in dict.fromkeys(score.kind for score in scores):
        for place, level in enumerate(LEVELS):
            intervals = [score.intervals[place] for score in scores if score.kind == kind]
            covered, of = sum(one.covered for one in intervals), len(intervals)
            low, high = (float(end) for end in wilson(covered, of))
            expected = float(np.mean([one.share for one in intervals]))
            found.append(Coverage(kind, level, covered, of, low, high, expected))
    return tuple(found)
