"""A driver whose own events raise its rate, which then decays, is a self-exciting process (Hawkes, Biometrika 58,
1971) with an exponential kernel: rate μ + X, each event adds J to X, and X decays with rate β = ln 2 / half-life. The
branching ratio is n = J/β; with n < 1 the mean rate tends to μ/(1 − n).

(X, N), N the number of events, is a Markov process, and the mean of each of its monomials follows a linear
differential equation whose right side has no higher ones (Dassios and Zhao, Advances in Applied Probability 43, 2011):
d/dt E f = E[−βX ∂f/∂x + (μ + X)(f(X + J, N + 1) − f(X, N))]. So the moments of N in a finite window from a cold start
come from a matrix exponential, the transient included. The mean is μt/(1 − n) − μn(1 − e^(−β(1−n)t))/(β(1 − n)²). The
ratio of variance and mean tends to 1/(1 − n)² for long windows.

Of a run until its k-th event the likelihood is known (Ozaki, Annals of the Institute of Statistical Mathematics 31,
1979), and the integral of the rate from each event to the next is exponential with mean 1, independently (time
change: Papangelou 1972; Ogata, Journal of the American Statistical Association 83, 1988). ``hawkes-long.yaml`` ends
with its 500th event; in its 3,000 days there are fewer with a probability below 10⁻¹⁰⁰.

Thinning: `peak` is 60 a day where the rate is 2.5 on average, and a rate above it would end the command with an
error. E exp(sX) stays below exp(∫μ(e^(JB) − 1)dt) with B' = e^(JB) − 1 − βB, B(0) = s, and so, by Markov's
inequality at s = 1.1, a candidate meets such a rate with a probability below 10⁻²²: less than 10⁻¹⁴ in any suite
that can be played here. ``tests/statistical`` computes the bound.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import stats
from scipy.linalg import expm

from sim.verification.checks import Check, covariance, estimate, follows, mean, positive, variance
from sim.verification.fitting import Excitation, fit, residuals
from sim.verification.player import Player, Sample

TRUE = Excitation(base=1.0, branching=0.6, decay=math.log(2) / 0.5)
TIMES, EVENTS = (1.0, 20.0), 500
SOME = 0.004


def raw_moments(true: Excitation, days: float, order: int) -> list[float]:
    """E Nᵏ for k = 0 … order, so many days after a start with X = N = 0."""
    powers = [(i, j) for i in range(order + 1) for j in range(order + 1 - i)]
    row = {power: number for number, power in enumerate(powers)}
    matrix = np.zeros((len(powers), len(powers)))
    jump = true.branching * true.decay
    for (i, j), number in row.items():
        matrix[number, number] -= true.decay * i
        for k in range(i + 1):
            for m in range(j + 1):
                if (k, m) != (i, j):  # (x + J)^i (n + 1)^j less its leading term, times μ + x
                    factor = math.comb(i, k) * jump ** (i - k) * math.comb(j, m)
                    matrix[number, row[k, m]] += true.base * factor
                    matrix[number, row[k + 1, m]] += factor
    means = expm(matrix * days)[:, row[0, 0]]
    return [float(means[row[0, j]]) for j in range(order + 1)]


def central_moments(true: Excitation, days: float) -> list[float]:
    """The central moments of N, up to the sixth."""
    raw = raw_moments(true, days, 6)
    return [sum(math.comb(k, j) * raw[j] * (-raw[1]) ** (k - j) for j in range(k + 1)) for k in range(7)]


def expected_events(true: Excitation, days: float) -> float:
    """E N from a cold start, in closed form."""
    rest = 1 - true.branching
    return true.base * (days / rest - true.branching * -math.expm1(-true.decay * rest * days) / (true.decay * rest**2))


def checks(play: Player) -> list[Check]:
    """Counts of ``hawkes.yaml``, times of ``hawkes-long.yaml``."""
    sample = play("hawkes")
    made: list[Check] = []
    for days in TIMES:
        number, exact, central = sample.number("hit", by=days), expected_events(TRUE, days), central_moments(TRUE, days)
        ratio = f"{central[2] / exact:.3g}"
        made += [
            mean(f"events by day {days:g}", number, exact, central=central),
            variance(f"variance by day {days:g} ({ratio} × mean)", number, central[2], about=exact, central=central),
        ]
    return [*made, *_fitted(play("hawkes-long", SOME))]


def times_of(sample: Sample) -> np.ndarray:
    """The times of the events, in days, shape (runs, events)."""
    return sample.days("hit").reshape(sample.runs, EVENTS)


def _fitted(sample: Sample) -> list[Check]:
    times = times_of(sample)
    found, errors = fit(times)
    flat = -np.expm1(-residuals(times, TRUE))
    pairs = flat[:, 0::2].ravel(), flat[:, 1::2].ravel()
    return [
        positive(f"base rate, fitted ({times.size:,} events)", found.base, TRUE.base, error=errors.base),
        estimate("branching ratio, fitted", found.branching, TRUE.branching, error=errors.branching),
        positive("decay a day, fitted", found.decay, TRUE.decay, error=errors.decay),
        follows("rate between events, integrated", flat.ravel(), stats.uniform.cdf, law="exponential", unit="gaps"),
        covariance("covariance of neighbours' ranks", pairs, about=(0.5, 0.5), variances=(1 / 12, 1 / 12)),
    ]
