"""Outcomes scored: whether each came true, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.names import name_of
from sim.analysis.outcomes import first_times
from sim.analysis.shares import wilson
from sim.scoring.baselines import Before, held_rate, probabilities
from sim.scoring.observed import ObservedOutcome
from sim.scoring.rules import Floats, brier, crps_of_steady_rate, held_off, log_score, skill
from sim.scoring.spreads import SpreadScore, spread_score

if TYPE_CHECKING:
    from sim.ensemble.results import Ensemble


@dataclass(frozen=True, slots=True)
class Against:
    """What a baseline said, its scores, and the model's skill against it (None where it has no meaning)."""

    probability: float
    brier: float
    log: float
    brier_skill: float | None
    log_skill: float | None


@dataclass(frozen=True, slots=True)
class OutcomeScore:
    """The forecast of one outcome against what happened.

    Attributes
    ----------
    outcome, name : str
    happened : bool
    day : float or None
        Days from the start to when it first came true, if that is known.
    count, of : int
        In how many runs it came true, of those that tell.
    probability, low, high : float
        count / of, and its 95 % Wilson interval.
    held : float
        (count + ½) / (of + 1), of which the log score is taken.
    brier, log : float
    brier_interval, log_interval : pair of float
        What the scores may be at the ends of the probability's interval: all that more runs could change.
    baselines : dict
    """

    outcome: str
    name: str
    happened: bool
    day: float | None
    count: int
    of: int
    probability: float
    low: float
    high: float
    held: float
    brier: float
    brier_interval: tuple[float, float]
    log: float
    log_interval: tuple[float, float]
    baselines: dict[str, Against]


def outcome_score(
    ensemble: Ensemble, observed: ObservedOutcome, before: Before, rates: Mapping[str, float]
) -> OutcomeScore | None:
    """The score of one outcome; None if no run tells whether it came true."""
    times = first_times(ensemble, observed.outcome)
    known = ~np.isnan(times) | ~ensemble.column("truncated")
    count, of = int((~np.isnan(times)).sum()), int(known.sum())
    if not of:
        return None
    low, high = (float(end) for end in wilson(count, of))
    held, least, most = (float(held_off(number, of)) for number in (count, 0, of))
    happened = observed.happened
    briers = brier([count / of, low, high], happened)
    logs = log_score([held, min(max(low, least), most), min(max(high, least), most)], happened)
    said = probabilities(ensemble, observed.outcome, before, rates)
    return OutcomeScore(
        observed.outcome,
        name_of(ensemble.description.outcomes, observed.outcome),
        happened,
        observed.day,
        count,
        of,
        probability=count / of,
        low=low,
        high=high,
        held=held,
        brier=float(briers[0]),
        brier_interval=_ends(briers, inside=low < count / of < high),
        log=float(logs[0]),
        log_interval=_ends(logs, inside=True),
        baselines={name: _against(said[name], happened, float(briers[0]), float(logs[0])) for name in said},
    )


def _ends(scores: Floats, *, inside: bool) -> tuple[float, float]:
    """The ends of a score's interval: the score rises or falls with the probability."""
    found = [float(score) for score in (scores if inside else scores[1:])]
    return min(found), max(found)


def _against(probability: float, happened: bool, model_brier: float, model_log: float) -> Against:
    one, other = float(brier(probability, happened)), float(log_score(held_rate(probability), happened))
    return Against(probability, one, other, skill(model_brier, one), skill(model_log, other))


def time_score(ensemble: Ensemble, observed: ObservedOutcome, score: OutcomeScore) -> SpreadScore | None:
    """The score of an outcome's first time, the horizon standing for never.

    None for one that happened nobody knows when, and for one that is asked at a given time, as its time is no forecast.
    """
    horizon = ensemble.horizon_days
    kind = next(one.kind for one in ensemble.tables.outcomes if one.id == observed.outcome)
    if kind == "asked" or (observed.happened and observed.day is None):
        return None
    times = first_times(ensemble, observed.outcome)
    times = np.where(np.isnan(times) & ~ensemble.column("truncated"), horizon, times)
    day = horizon if observed.day is None else observed.day
    baselines = {
        name: crps_of_steady_rate(held_rate(one.probability), day, horizon) for name, one in score.baselines.items()
    }
    values = times[~np.isnan(times)]
    return spread_score("time", (observed.outcome,), score.name, observed=day, values=values, baselines=baselines)


def happenings(ensemble: Ensemble, outcomes: Sequence[str]) -> Floats:
    """Which outcomes came true in which run, shape (runs that tell of all of them, outcomes), 1 or 0."""
    whole = ~ensemble.column("truncated")
    columns = [first_times(ensemble, outcome) for outcome in outcomes]
    known = np.all([whole | ~np.isnan(times) for times in columns], axis=0) if columns else whole
    return np.stack([~np.isnan(times[known]) for times in columns], axis=1).astype(float)
