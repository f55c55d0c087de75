"""Drivers with a constant rate λ are Poisson processes (Kingman, *Poisson Processes*, 1993, chapters 1, 2 and 4).

In T days the number is Poisson: mean λT, variance λT. Given the number, the times
are uniform. The gaps are independent and exponential with mean 1/λ. Two drivers are independent, also those that one
driver is for two actors. With a rate λ(t) the times have the distribution Λ(t)/Λ(T), Λ its integral. All of this holds
whether or not candidates are thinned against a peak. A driver with a cooldown c, and a rule with one that answers a
driver's events, act after gaps of c and an exponential time, as what is left out does not move what follows.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from sim.verification.checks import Check, covariance, follows, moments, numbers, poisson_mean, variance
from sim.verification.player import Player

DAYS, THINNED, PLAIN, GAPS, RESTS = 8.0, 1.5, 0.75, 20, 5
SOME = 0.1
"""Of the runs, for their gaps: each has many."""


def checks(play: Player) -> list[Check]:
    """Counts of ``poisson.yaml``, gaps of ``gaps.yaml`` and ``rests.yaml``."""
    sample = play("poisson")
    first, second, plain = (
        sample.number("hit", actor="a"),
        sample.number("hit", actor="b"),
        sample.number("speak"),
    )
    expected, few = THINNED * DAYS, PLAIN * DAYS
    rises = sample.days("march")
    masses, sparse = _masses(expected), _masses(few)
    return [
        poisson_mean("events in 8 days, thinned", int(first.sum()), sample.runs, expected),
        poisson_mean("the same, another actor", int(second.sum()), sample.runs, expected),
        poisson_mean("the same, rate without a peak", int(plain.sum()), sample.runs, few),
        variance("variance, thinned", first, expected, about=expected, central=moments(masses)),
        variance("variance, rate without a peak", plain, few, about=few, central=moments(sparse)),
        numbers("number of events", first, masses, law=f"Poisson({expected:g})", unit="runs"),
        follows("their times", sample.days("hit"), stats.uniform(0, DAYS).cdf, law="uniform", unit="times"),
        follows("times, rate t / 4", rises, lambda day: (day / DAYS) ** 2, law="(t / 8 d)²", unit="times"),
        poisson_mean("events, rate t / 4", rises.size, sample.runs, DAYS**2 / 8),
        covariance("covariance of two actors", (first, second), about=(expected,) * 2, variances=(expected,) * 2),
        covariance("covariance of two drivers", (first, plain), about=(expected, few), variances=(expected, few)),
        *_gaps(play),
        *_rests(play),
    ]


def _masses(expected: float) -> list[float]:
    return list(stats.poisson(expected).pmf(range(int(expected + 12 * expected**0.5 + 20))))


def _gaps(play: Player) -> list[Check]:
    """A run ends with its twentieth event: all its gaps are seen, none is cut off.

    With a horizon of 200 days a run has fewer events with a probability below 10⁻⁹⁰.
    """
    sample = play("gaps", SOME)
    gaps = np.diff(sample.days("hit").reshape(sample.runs, GAPS), prepend=0.0, axis=1)
    uniforms = -np.expm1(-THINNED * gaps)
    pairs = uniforms[:, 0::2].ravel(), uniforms[:, 1::2].ravel()
    return [
        follows(
            "gaps between events",
            gaps.ravel(),
            stats.expon(scale=1 / THINNED).cdf,
            law="exponential",
            unit="gaps",
        ),
        covariance("covariance of neighbours' ranks", pairs, about=(0.5, 0.5), variances=(1 / 12, 1 / 12)),
    ]


def _rests(play: Player) -> list[Check]:
    """The first gaps of ``rests.yaml``. That 40 days hold fewer has a probability below 10⁻¹²."""
    sample = play("rests", SOME)
    checked = []
    for what, action, actor, cooldown in (("a driver", "hit", "a", 1 / 3), ("a rule", "speak", "c", 2.0)):
        begins = np.cumsum(sample.number(action, actor=actor)) - sample.number(action, actor=actor)
        times = sample.days(action, actor=actor)[begins[:, None] + np.arange(RESTS + 1)]
        law = stats.expon(loc=cooldown, scale=1 / THINNED)
        gaps = np.diff(times, axis=1).ravel()
        checked.append(follows(f"gaps of {what} that rests", gaps, law.cdf, law="c + exponential", unit="gaps"))
    return checked
