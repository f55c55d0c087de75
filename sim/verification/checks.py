"""A check: an exact quantity, what runs say of it, and how likely chance alone would make them differ so much.

Whatever has an interval has the p-value of the test that the interval inverts: the exact value lies in the interval
at a level if and only if the p-value is not below that level.

Shares and numbers of Poisson events have exact tests, and so have distributions of real numbers (Kolmogorov and
Smirnov). The others hold for many runs: means by the central limit theorem with the exact variance and skewness, and
distributions of whole numbers by chi-square over cells that expect at least 50.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Ends = Callable[[float], tuple[float, float]]
Moments = Sequence[float]
"""The central moments of a distribution from the zeroth on: 1, 0, the variance, the third, …"""

LEAST_EXPECTED = 50
"""What each cell of a chi-square test expects at least; smaller ones are put together."""


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison.

    what : in words. exact : the exact number, or the name of the exact distribution. simulated : the estimate, or in
    words how much was observed. p_value : the probability, if the engine is right, of a difference as large as this
    one. ends : the interval that misses the exact number with the given probability; None if there is no number.
    """

    what: str
    exact: float | str
    simulated: float | str
    p_value: float
    ends: Ends | None = None

    def __post_init__(self) -> None:
        if not 0.0 <= self.p_value <= 1.0:  # a NaN would be neither below a level nor above it
            raise ValueError(f"{self.what}: a p-value of {self.p_value}")


def share(what: str, happened: ArrayLike, exact: float) -> Check:
    """The share of runs in which something happened, with the interval of Clopper and Pearson (Biometrika 26, 1934).

    happened : bool, one a run.
    """
    flags = np.asarray(happened, bool)
    count, of, exact = int(flags.sum()), flags.size, min(max(exact, 0.0), 1.0)  # sums of shares may miss 1 by 1e-16
    law = stats.binom(of, exact)

    def ends(level: float) -> tuple[float, float]:
        low = float(stats.beta.ppf(level / 2, count, of - count + 1)) if count else 0.0
        high = float(stats.beta.isf(level / 2, count + 1, of - count)) if count < of else 1.0
        return low, high

    return Check(what, exact, count / of, _two_sided(law.cdf(count), law.sf(count - 1)), ends)


def poisson_mean(what: str, total: int, of: float, exact: float) -> Check:
    """Events for each of so many runs (or days), Poisson in all, with Garwood's interval (Biometrika 28, 1936)."""
    law = stats.poisson(exact * of)

    def ends(level: float) -> tuple[float, float]:
        low = float(stats.chi2.ppf(level / 2, 2 * total)) / 2 if total else 0.0
        return low / of, float(stats.chi2.isf(level / 2, 2 * total + 2)) / 2 / of

    return Check(what, exact, total / of, _two_sided(law.cdf(total), law.sf(total - 1)), ends)


def mean(what: str, values: ArrayLike, exact: float, *, central: Moments) -> Check:
    """The mean of independent numbers whose exact central moments are known: the second and third are used.

    The mean of n numbers is close to normal; that it leans to one side is taken into account by Pearson's type III
    with the skewness of the mean, which is theirs / √n.
    """
    numbers = np.asarray(values, float)
    error = math.sqrt(central[2] / numbers.size)
    lean = central[3] / central[2] ** 1.5 / math.sqrt(numbers.size)
    return estimate(what, float(numbers.mean()), exact, error=error, lean=lean)


def variance(what: str, values: ArrayLike, exact: float, *, about: float, central: Moments) -> Check:
    """The mean square distance of independent numbers from their exact mean `about`.

    central : their exact central moments, up to the sixth: they say how far such a mean square strays.
    """
    squares = (np.asarray(values, float) - about) ** 2
    _, _, second, _, fourth, _, sixth = central
    third = sixth - 3 * fourth * second + 2 * second**3
    return mean(what, squares, exact, central=(1.0, 0.0, fourth - second**2, third))


def covariance(
    what: str, pairs: tuple[ArrayLike, ArrayLike], *, about: tuple[float, float], variances: tuple[float, float]
) -> Check:
    """The covariance of independent pairs of numbers, which is 0 if the two of a pair are independent too.

    about : their exact means; variances : their exact variances.
    """
    first, second = (np.asarray(values, float) - middle for values, middle in zip(pairs, about, strict=True))
    return mean(what, first * second, 0.0, central=(1.0, 0.0, variances[0] * variances[1], 0.0))


def estimate(what: str, value: float, exact: float, *, error: float, lean: float = 0.0) -> Check:
    """An estimate about the exact value with this standard error; normal, or Pearson's type III with this skewness."""
    law = stats.pearson3(lean)

    def ends(level: float) -> tuple[float, float]:
        return value - error * float(law.isf(level / 2)), value - error * float(law.ppf(level / 2))

    away = (value - exact) / error
    return Check(what, exact, value, _two_sided(law.cdf(away), law.sf(away)), ends)


def positive(what: str, value: float, exact: float, *, error: float) -> Check:
    """An estimate whose logarithm is normal about that of the exact value; `error`: of the logarithm."""
    inner = estimate(what, math.log(value), math.log(exact), error=error)

    def ends(level: float) -> tuple[float, float]:
        assert inner.ends is not None
        low, high = inner.ends(level)
        return math.exp(low), math.exp(high)

    return Check(what, exact, value, inner.p_value, ends)


def follows(what: str, values: ArrayLike, cumulative: Callable[[Any], Any], *, law: str, unit: str) -> Check:
    """Whether independent real numbers follow a distribution (Kolmogorov and Smirnov).

    law : the distribution's name; unit : what the numbers are, in the plural.
    """
    numbers = np.asarray(values, float)
    return Check(what, law, f"{numbers.size:,} {unit}", float(stats.kstest(numbers, cumulative).pvalue))


def cells(what: str, counts: Sequence[int], probabilities: Sequence[float], *, law: str, unit: str) -> Check:
    """Whether counts of exclusive cells agree with their probabilities (Pearson's chi-square).

    What the probabilities leave to 1 is a cell of its own, with the counts beyond the last given cell, if `counts` is
    one longer. A count in a cell of probability 0 is a difference beyond doubt.
    """
    seen, expected = np.asarray(counts, float), np.asarray(probabilities, float)
    if seen.size == expected.size + 1:
        expected = np.append(expected, max(1.0 - expected.sum(), 0.0))
    total = seen.sum()
    if (seen[expected <= 0.0] > 0).any():
        return Check(what, law, f"{total:,.0f} {unit}", 0.0)
    groups = _groups(expected * total)
    seen, expected = np.add.reduceat(seen, groups), np.add.reduceat(expected * total, groups)
    statistic = float(((seen - expected) ** 2 / expected).sum())
    return Check(what, law, f"{total:,.0f} {unit}", float(stats.chi2.sf(statistic, max(len(groups) - 1, 1))))


def numbers(what: str, values: ArrayLike, probabilities: Sequence[float], *, law: str, unit: str) -> Check:
    """Whether whole numbers from 0 agree with the probabilities of 0, 1, 2, …; larger ones are one cell."""
    whole = np.minimum(np.asarray(values, np.int64), len(probabilities))
    return cells(what, np.bincount(whole, minlength=len(probabilities) + 1).tolist(), probabilities, law=law, unit=unit)


def moments(probabilities: ArrayLike) -> Moments:
    """The central moments, up to the sixth, of a number that is 0, 1, 2, … with these probabilities."""
    masses = np.asarray(probabilities, float)
    values = np.arange(masses.size)
    away = values - masses @ values
    return [float(masses @ away**order) for order in range(7)]


def never(what: str, happened: ArrayLike) -> Check:
    """In how many runs happens what can happen in none. No chance is in it: a single one is a difference.

    happened : bool, one a run.
    """
    flags = np.asarray(happened, bool)
    return Check(what, "never", f"{flags.sum():,} of {flags.size:,}", float(not flags.any()))


def _two_sided(lower: float, upper: float) -> float:
    return float(min(1.0, 2 * min(lower, upper)))


def _groups(expected: NDArray[np.float64]) -> list[int]:
    """Where groups of neighbouring cells begin, each of which expects enough."""
    begins, held = [0], 0.0
    for cell, number in enumerate(expected):
        if held >= LEAST_EXPECTED and expected[cell:].sum() >= LEAST_EXPECTED:
            begins.append(cell)
            held = 0.0
        held += number
    return begins
