"""Chains of retaliation are branching processes of Galton and Watson (Harris, *The Theory of Branching Processes*,
1963, chapter I). Each blow is answered by X others, with mean m, variance σ² and generating function f.

- The number of all blows has P(T = n) = P(X₁ + … + Xₙ = n − 1)/n, also if it may be infinite (Otter, Annals of
  Mathematical Statistics 20, 1949; Dwass, Journal of Applied Probability 6, 1969). If X is Poisson, this is Borel's
  distribution. If m < 1, its mean is 1/(1 − m) and its variance σ²/(1 − m)³.
- Generation g has the mean mᵍ and the variance σ²mᵍ⁻¹(mᵍ − 1)/(m − 1). It is empty with the probability f(f(…f(0))),
  g times. This grows to the probability q that the chain dies out, the least solution of q = f(q).

``vengeance.yaml`` has rules for eight answers to a blow; more would be due with a probability of 3·10⁻⁹ a blow. Chains
that die out are over long before the horizon of their scenarios, 1,000 days of answers within hours.

How endless chains are cut off: in ``growth.yaml`` generations are days, and only the first eight are asked about, all
of which are seen. ``endless.yaml`` stops at ``max_events: 100``, so that its runs are not truncated with probability
P(T ≤ 99), exactly; this is less than q by the probability of 100 ≤ T < ∞, which is 4·10⁻¹¹.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from sim.verification.checks import Check, mean, moments, numbers, share, variance
from sim.verification.player import Player, Sample

FEW = {"ways": 3, "p": 0.2}
DEADLY = 0.5
MANY = {"ways": 2, "p": 0.7}
GENERATIONS, FULL = 8, 100
_FAR = 3000
"""Longer chains than this have a probability below 10⁻¹⁰⁰ where the mean is below 0.7."""


def binomial_progeny(ways: int, p: float, most: int) -> NDArray[np.float64]:
    """P(T = n) for n = 0 … most, if each blow has up to `ways` answers, each with probability `p`."""
    n = np.arange(1, most + 1)
    return np.concatenate([[0.0], stats.binom.pmf(n - 1, ways * n, p) / n])


def borel(m: float, most: int) -> NDArray[np.float64]:
    """P(T = n) for n = 0 … most, if the answers to each blow are Poisson with mean `m`."""
    n = np.arange(1, most + 1)
    return np.concatenate([[0.0], stats.poisson.pmf(n - 1, m * n) / n])


def extinct(ways: int, p: float, generations: int) -> float:
    """The probability that this generation is empty."""
    empty = 0.0
    for _ in range(generations):
        empty = (1.0 - p + p * empty) ** ways
    return empty


def checks(play: Player) -> list[Check]:
    """All four scenarios of chains."""
    return [*_dying(play), *_growing(play("growth")), *_endless(play("endless", 0.2))]


def _dying(play: Player) -> list[Check]:
    ways, p = FEW["ways"], FEW["p"]
    return [
        *_progeny(
            "binomial answers", play("retaliation"), binomial_progeny(int(ways), p, _FAR), ways * p, ways * p * (1 - p)
        ),
        *_progeny("Poisson answers", play("vengeance"), borel(DEADLY, _FAR), DEADLY, DEADLY),
    ]


def _progeny(what: str, sample: Sample, masses: NDArray[np.float64], m: float, spread: float) -> list[Check]:
    exact, central = 1 / (1 - m), moments(masses)
    law = "Borel" if m == spread else "Otter–Dwass"
    return [
        mean(f"{what}: mean of blows", sample.counts, exact, central=central),
        variance(f"{what}: variance", sample.counts, spread / (1 - m) ** 3, about=exact, central=central),
        numbers(f"{what}: distribution", sample.counts, masses.tolist(), law=law, unit="chains"),
    ]


def _growing(sample: Sample) -> list[Check]:
    ways, p = int(MANY["ways"]), MANY["p"]
    m, spread = ways * p, ways * p * (1 - p)
    day = np.rint(sample.days("hit")).astype(int)
    size = np.bincount(sample.run * (GENERATIONS + 1) + day, minlength=sample.runs * (GENERATIONS + 1))
    sizes = size.reshape(sample.runs, GENERATIONS + 1)
    last = m**GENERATIONS
    return [
        *(share(f"generation {g} is empty", sizes[:, g] == 0, extinct(ways, p, g)) for g in (1, 2, 4, GENERATIONS)),
        mean(f"size of generation {GENERATIONS}", sizes[:, -1], last, central=_generation(ways, p)),
        variance(
            "the variance of its size",
            sizes[:, -1],
            spread * m ** (GENERATIONS - 1) * (last - 1) / (m - 1),
            about=last,
            central=_generation(ways, p),
        ),
    ]


def _generation(ways: int, p: float) -> list[float]:
    """The central moments of the last generation's size, from its distribution: f applied again and again.

    f is a polynomial of low degree, and so is each of its iterates: the masses are its coefficients, which the
    discrete Fourier transform gives from its values on the unit circle.
    """
    most = int(ways) ** GENERATIONS + 1
    points = np.exp(-2j * np.pi * np.arange(most) / most)
    for _ in range(GENERATIONS):
        points = (1 - p + p * points) ** ways
    return list(moments(np.fft.ifft(points).real))


def _endless(sample: Sample) -> list[Check]:
    ways, p = int(MANY["ways"]), MANY["p"]
    short = float(binomial_progeny(ways, p, FULL - 1).sum())
    return [share(f"dies out within {FULL - 1} blows", ~sample.truncated, short)]
