"""Scores of several things together, what a difference between them is worth, and forecasts against shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from sim.analysis.shares import CONFIDENCE
from sim.scoring.outcomes import OutcomeScore
from sim.scoring.rules import Floats, brier, log_score, skill
from sim.scoring.spreads import SpreadScore

MOST_BINS, LEAST_IN_BIN = 5, 4
LEAST_RUNS = 20
"""With fewer runs nothing is said of another one."""

RANGE = (0.05, 0.95)
"""The central 90 % of the runs."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The mean score of the model beside that of a baseline, over the `of` things of which there is one.

    difference : model − baseline, below 0 where the model is better; low, high : its 95 % t-interval over the things,
    as if they were independent (None for fewer than two).
    """

    of: int
    model: float
    baseline: float
    skill: float | None
    difference: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class AnotherRun:
    """The mean score if reality were one more run of the model, outcomes hanging together as they do in it.

    mean, low, high : its mean and the central 90 % of the runs; better : the share of runs that score better (lower)
    than reality did, ties counted half.
    """

    mean: float
    low: float
    high: float
    better: float


@dataclass(frozen=True, slots=True)
class MeanScore:
    """The mean of a score over some things: of what, by which rule, how many, against which baselines."""

    what: str
    rule: str
    of: int
    mean: float
    another_run: AnotherRun | None
    against: dict[str, Comparison]


@dataclass(frozen=True, slots=True)
class Bin:
    """Outcomes of about the same forecast probability.

    forecast : their mean probability; happened : how many came true; low, high : the share that would in the central
    90 % of the cases, were reality one more run of the model.
    """

    outcomes: tuple[str, ...]
    forecast: float
    happened: int
    low: float
    high: float


def comparison(model: Sequence[float], baseline: Sequence[float]) -> Comparison:
    """The paired comparison of the scores of the same things."""
    ours, theirs = np.asarray(model, float), np.asarray(baseline, float)
    differences, of = ours - theirs, len(ours)
    mean = float(differences.mean())
    low = high = None
    if of > 1:
        spread = float(stdtrit(of - 1, 0.5 + CONFIDENCE / 2) * differences.std(ddof=1) / np.sqrt(of))
        low, high = mean - spread, mean + spread
    better = skill(float(ours.mean()), float(theirs.mean()))
    return Comparison(of, float(ours.mean()), float(theirs.mean()), better, mean, low, high)


def outcome_means(scores: Sequence[OutcomeScore], happened: Floats) -> tuple[MeanScore, ...]:
    """The mean Brier and log scores of outcomes; `happened` : which came true in which run, shape (runs, outcomes)."""
    briers, logs = np.zeros(len(happened)), np.zeros(len(happened))
    for score, column in zip(scores, happened.T, strict=True):
        briers += brier(score.probability, column) / len(scores)
        logs += log_score(score.held, column) / len(scores)
    return tuple(_outcome_mean(scores, rule, runs) for rule, runs in (("brier", briers), ("log", logs)))


def _outcome_mean(scores: Sequence[OutcomeScore], rule: str, runs: Floats) -> MeanScore:
    ours = [float(getattr(score, rule)) for score in scores]
    mean = float(np.mean(ours))
    against = {}
    for name in _names(scores):
        pairs = [
            (mine, float(getattr(score.baselines[name], rule)))
            for mine, score in zip(ours, scores, strict=True)
            if name in score.baselines
        ]
        against[name] = comparison(*zip(*pairs, strict=True))
    return MeanScore(
        "outcome", rule, len(ours), mean, _another_run(mean, runs) if len(runs) >= LEAST_RUNS else None, against
    )


def _another_run(mean: float, runs: Floats) -> AnotherRun:
    near = np.isclose(runs, mean, rtol=0, atol=1e-12)
    better = float(((runs < mean) & ~near).mean() + near.mean() / 2)
    low, high = (float(end) for end in np.quantile(runs, RANGE, method="inverted_cdf"))
    return AnotherRun(float(runs.mean()), low, high, better)


def spread_means(scores: Sequence[SpreadScore]) -> tuple[MeanScore, ...]:
    """The mean CRPS of each kind of number."""
    found = []
    for kind in dict.fromkeys(score.kind for score in scores):
        some = [score for score in scores if score.kind == kind]
        against = {}
        for name in _names(some):
            those = [score for score in some if name in score.baselines]
            against[name] = comparison([one.crps for one in those], [one.baselines[name].crps for one in those])
        found.append(MeanScore(kind, "crps", len(some), float(np.mean([one.crps for one in some])), None, against))
    return tuple(found)


def _names(scores: Sequence[OutcomeScore] | Sequence[SpreadScore]) -> list[str]:
    return list(dict.fromkeys(name for score in scores for name in score.baselines))


def bins(scores: Sequence[OutcomeScore], happened: Floats) -> tuple[Bin, ...]:
    """The outcomes by their forecast probability, in bins of about equal number and at least four, five at most."""
    order = sorted(range(len(scores)), key=lambda place: scores[place].probability)
    number = min(max(len(scores) // LEAST_IN_BIN, 1), MOST_BINS) if scores else 0
    found = []
    for places in (part.tolist() for part in np.array_split(order, number) if len(part)) if number else ():
        shares = happened[:, places].mean(axis=1) if len(happened) else np.array([0.0, 1.0])
        low, high = (float(end) for end in np.quantile(shares, RANGE, method="inverted_cdf"))
        some = [scores[place] for place in places]
        forecast = float(np.mean([score.probability for score in some]))
        found.append(Bin(tuple(one.outcome for one in some), forecast, sum(one.happened for one in some), low, high))
    return tuple(found)
