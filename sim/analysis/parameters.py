"""How far the uncertain parameters move each outcome's probability, apart from Monte Carlo noise.

Each run draws its own parameters. Two questions are answered: which parameters move an outcome
(its share of runs in the lowest third of a parameter against that in the highest), and how far all
of them together do (the 90 % parameter range).

**The parameter range.** Let p(θ) be the probability under parameters θ. The outcome (0 or 1) is
fitted on the standardised parameters by least squares; adjusted R², never below 0, estimates the
share of its variance p(1 − p) that lies between parameters, so that p(θ) has standard deviation
√(R² p(1 − p)) and about nine of ten parameter draws have p(θ) within

    p ± 1.645 √(max(R², 0) p(1 − p)),  clipped to 0 and 1.

Limits: only what is linear in the parameters is seen, so that thresholds and interactions make the
true range wider; the normal form is crude near 0 and 1; R² itself is an estimate, and is marked as
not `clear` when an F-test would put it down to chance; and only the ranges that the scenario states
are covered, not that its rules may be wrong.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import fdtrc, ndtri

from sim.analysis.names import name_of
from sim.analysis.shares import CONFIDENCE, difference_interval, wilson

if TYPE_CHECKING:
    from sim.ensemble.results import Ensemble

Floats = NDArray[np.float64]

RANGE = 0.9
STRONGEST = 5
_PREFIX = "param."


@dataclass(frozen=True, slots=True)
class Varying:
    """A parameter whose value differs between runs: mean, standard deviation, and where its thirds end."""

    id: str
    mean: float
    deviation: float
    low: float
    high: float


@dataclass(frozen=True)
class Influence:
    """What is known of the parameters and each outcome, in sums over the runs that tell.

    names, parameters : the varying parameters' names by id, in the order of all arrays.
    outcomes : ids.
    thirds : shape (2, 2, outcomes, parameters): in the lowest and the highest third of each parameter, in how many
        runs the outcome came true, of how many that tell.
    happened : shape (outcomes, 1 + parameters): over the runs in which it came true, sums of 1 and of each
        standardised parameter.
    known : shape (outcomes, 1 + parameters, 1 + parameters): over the runs that tell, sums of their products.
    """

    names: dict[str, str]
    outcomes: tuple[str, ...]
    thirds: Floats
    happened: Floats
    known: Floats

    def moves(self, outcome: str) -> pd.DataFrame:
        """A row a varying parameter, the strongest first: the outcome's probability at its low and high end.

        Columns: `name`; `low_count` of `low_of` runs in the lowest third with `low_probability` and its
        Wilson interval `low_from` to `low_to`; the same for the highest third; `difference`, highest minus
        lowest, with its Newcombe interval; `clear`, whether that interval, widened for the number of
        parameters looked at (Bonferroni), leaves out 0. Without a parameter of whose thirds nothing is known.
        """
        thirds = self.thirds[:, :, self.outcomes.index(outcome)]
        told = thirds[:, 1].all(axis=0)
        low, high = thirds[..., told]
        columns: dict[str, Any] = {"name": np.array([*self.names.values()], object)[told]}
        for end, (count, of) in (("low", low), ("high", high)):
            columns |= {
                f"{end}_count": count.astype(int),
                f"{end}_of": of.astype(int),
                f"{end}_probability": count / of,
            }
            columns[f"{end}_from"], columns[f"{end}_to"] = wilson(count, of)
        columns["difference"] = columns["high_probability"] - columns["low_probability"]
        columns["difference_from"], columns["difference_to"] = difference_interval(low, high)
        strict = 1 - (1 - CONFIDENCE) / max(len(self.names), 1)
        least, most = difference_interval(low, high, confidence=strict)
        columns["clear"] = (least > 0) | (most < 0)
        table = pd.DataFrame(columns, index=pd.Index(np.array([*self.names], object)[told], name="parameter"))
        return table.iloc[np.argsort(-np.abs(columns["difference"]), kind="stable")]

    def range(self, outcome: str) -> dict[str, Any] | None:
        """The 90 % range of the outcome's probability over the parameters' ranges: see the module's text.

        Returns
        -------
        dict or None
            `range` (low, high), `adjusted_r2`, `clear`, and `widest`, how wide the range may be, R² being known
            only as well as the number of runs allows (in about nine cases of ten it is no wider). None if no
            parameter varies, if every run or none shows the outcome, or if there are fewer than three runs for each
            coefficient.
        """
        number = self.outcomes.index(outcome)
        runs, count = int(self.known[number, 0, 0]), int(self.happened[number, 0])
        if not self.names or runs < 3 * (len(self.names) + 1) or count in (0, runs):
            return None
        share = count / runs
        r2, slopes = _explained(self.known[number], self.happened[number])
        rest = runs - slopes - 1
        adjusted = 1 - (1 - r2) * (runs - 1) / rest
        normal = float(ndtri(0.5 + RANGE / 2))
        variance = share * (1 - share)
        spread = normal * math.sqrt(max(adjusted, 0.0) * variance)
        most = normal * math.sqrt(
            min(max(adjusted, 0.0) + normal * _error_of_r2(adjusted, slopes, runs), 1.0) * variance
        )
        chance = float(fdtrc(slopes, rest, (r2 / slopes) / ((1 - r2) / rest))) if slopes and r2 < 1 else 0.0
        return {
            "range": (max(share - spread, 0.0), min(share + spread, 1.0)),
            "adjusted_r2": adjusted,
            "clear": bool(slopes) and chance < 1 - CONFIDENCE,
            "widest": min(share + most, 1.0) - max(share - most, 0.0),
        }


def influence(ensemble: Ensemble) -> Influence:
    """What the parameters do to the outcomes, read from all runs, a few thousand after the other."""
    varying = list(varying_parameters(ensemble))
    outcomes = tuple(ensemble.description.outcomes)
    width = 1 + len(varying)
    thirds = np.zeros((2, 2, len(outcomes), len(varying)))
    happened_sums, known_sums = np.zeros((len(outcomes), width)), np.zeros((len(outcomes), width, width))
    names = [f"{_PREFIX}{parameter.id}" for parameter in varying]
    asked = [f"outcome.{outcome}" for outcome in outcomes]
    for batch in ensemble.batches(["truncated", *asked, *names]) if varying and outcomes else ():
        cut = batch["truncated"] > 0
        happened = ~np.isnan(np.stack([batch[name] for name in asked]))
        tells = np.stack([happened, happened | ~cut]).astype(float)
        values = np.stack([batch[name] for name in names])
        for third, chosen in enumerate(_thirds_of(values, varying)):
            thirds[third] += _products(tells, chosen.astype(float))
        ones = _standardised(values, varying)
        happened_sums += _products(tells[0], ones)
        whole = ones[:, ~cut]
        known_sums += _products(whole, whole)
        for number in np.flatnonzero((happened & cut).any(axis=1)):
            told = ones[:, happened[number] & cut]
            known_sums[number] += _products(told, told)
    ids = {parameter.id: name_of(ensemble.description.parameters, parameter.id) for parameter in varying}
    return Influence(ids, outcomes, thirds, happened_sums, known_sums)


def varying_parameters(ensemble: Ensemble) -> Iterator[Varying]:
    """The parameters whose value differs between runs."""
    for name in ensemble.columns:
        if name.startswith(_PREFIX) and len(ensemble) > 1:
            values = ensemble.column(name)
            if values.min() < values.max():
                yield Varying(name.removeprefix(_PREFIX), float(values.mean()), float(values.std()), *thirds(values))


def thirds(values: Floats) -> tuple[float, float]:
    """Up to which value the lowest, and from which on the highest third of the values goes.

    Equal values stay together, so that with few different ones a "third" can be larger or smaller.
    """
    low, high = np.quantile(values, (1 / 3, 2 / 3), method="inverted_cdf")
    if low < high:
        return float(low), float(high)
    above = values[values > low]
    if len(above):
        return float(low), float(above.min())
    return float(values[values < low].max()), float(low)


def _thirds_of(values: Floats, varying: list[Varying]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which of the values, shape (parameters, runs), lie in the lowest and which in the highest third."""
    low, high = np.array([(parameter.low, parameter.high) for parameter in varying]).T[..., None]
    return values <= low, values >= high


def _error_of_r2(adjusted: float, slopes: int, runs: int) -> float:
    """The standard error of adjusted R², from many runs.

    Two parts: that of no relation, where R² is Beta(slopes / 2, (runs − slopes − 1) / 2), and the large-sample one
    of a relation, 2 R (1 − R²) / √runs. Source of the second: Olkin and Finn 1995, Psychological Bulletin 118, 155-164.
    """
    rest = runs - slopes - 1
    none = 2 * slopes / (rest * (runs + 1))
    r2 = max(adjusted, 0.0)
    return math.sqrt(none + 4 * r2 * (1 - r2) ** 2 / runs)


def _standardised(values: Floats, varying: list[Varying]) -> Floats:
    """A row of ones, and the values with mean 0 and standard deviation 1 over all runs."""
    mean, deviation = np.array([(parameter.mean, parameter.deviation) for parameter in varying]).T[..., None]
    return np.concatenate([np.ones((1, values.shape[1])), (values - mean) / deviation])


def _products(first: Floats, second: Floats) -> Floats:
    """Sums over the last axis of the products of each row with each.

    A matrix product would be shared among the cores: slower for batches so small when the cores are busy, and its
    last bits would depend on how many there are.
    """
    products: Floats = np.einsum("...ib,jb->...ij", first, second)
    return products


def _explained(known: Floats, happened: Floats) -> tuple[float, int]:
    """R² of the least-squares fit with an intercept, and the number of independent slopes in it.

    From the correlations: R² = r' C⁺ r, which needs no more than sums of products.
    """
    runs, share = known[0, 0], happened[0] / known[0, 0]
    mean = known[0, 1:] / runs
    covariance = known[1:, 1:] / runs - np.outer(mean, mean)
    moving = np.diag(covariance) > 1e-12
    if not moving.any():
        return 0.0, 0
    deviation = np.sqrt(np.diag(covariance)[moving])
    correlation = covariance[np.ix_(moving, moving)] / np.outer(deviation, deviation)
    with_outcome = (happened[1:] / runs - mean * share)[moving] / (deviation * math.sqrt(share * (1 - share)))
    slopes, _, rank, _ = np.linalg.lstsq(correlation, with_outcome, rcond=1e-10)
    return float(min(with_outcome @ slopes, 1.0)), int(rank)
