"""Births and deaths with delays: how many are there at a time.

**Who come and go by themselves.** They arrive as a Poisson process with rate λ, each stays for a time with the
distribution G. The number present at time t is Poisson with mean λ∫₀ᵗ(1 − G(s))ds, whatever G is; the number of those
who have left by then is Poisson with mean λ∫₀ᵗG(s)ds and independent of it (M/G/∞: Kingman, *Poisson Processes*, 1993,
section 4.6; Ross, *Introduction to Probability Models*, section 5.3).

**Who multiply.** Each cell splits with rate λ and ends with rate μ. With E = exp((λ − μ)t) the number N at t, from one
cell, has the mean E and the variance (λ + μ)/(λ − μ)·E(E − 1); it is 0 with probability α = μ(E − 1)/(λE − μ), and
n ≥ 1 with probability (1 − α)(1 − β)βⁿ⁻¹, β = αλ/μ (Kendall, Annals of Mathematical Statistics 19, 1948; Bailey, *The
Elements of Stochastic Processes*, 1964, section 8.6).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.integrate import quad

from sim.verification.checks import Check, covariance, mean, moments, numbers, poisson_mean, share, variance
from sim.verification.player import Player, Sample

ARRIVALS, VOICES, ASKED = 4.0, 3.0, 3.0
LOGNORMAL = stats.lognorm(math.log(2 / 0.5) / stats.norm.ppf(0.9), scale=0.5)
EXPONENTIAL = stats.expon(scale=0.75)
BIRTHS, DEATHS = 0.6, 0.8


def checks(play: Player) -> list[Check]:
    """``crowds.yaml`` and ``families.yaml``."""
    sample, cells = play("crowds"), play("families")
    return [
        *_crowd(sample, ("march", "leave"), ARRIVALS, LOGNORMAL, "lognormal stays"),
        *_crowd(sample, ("speak", "silence"), VOICES, EXPONENTIAL, "exponential stays"),
        share(
            "four or more present, an outcome",
            np.isfinite(sample.outcome("crowded")),
            float(stats.poisson(ARRIVALS * _staying(LOGNORMAL)).sf(3)),
        ),
        *_family(cells, 1.0),
        *_family(cells, 4.0),
    ]


def _staying(law: stats.rv_continuous) -> float:
    """∫₀ᵗ(1 − G(s))ds."""
    return float(quad(law.sf, 0, ASKED, epsabs=1e-12)[0])


def _crowd(sample: Sample, deeds: tuple[str, str], rate: float, law: stats.rv_continuous, what: str) -> list[Check]:
    come, gone = (sample.number(deed, by=ASKED) for deed in deeds)
    here = come - gone
    staying = rate * _staying(law)
    leaving = rate * ASKED - staying
    masses = stats.poisson(staying).pmf(range(60))
    return [
        poisson_mean(f"present, {what}", int(here.sum()), sample.runs, staying),
        numbers("distribution of their number", here, masses.tolist(), law=f"Poisson({staying:.4g})", unit="runs"),
        poisson_mean("gone by day 3", int(gone.sum()), sample.runs, leaving),
        covariance(
            "covariance of present and gone", (here, gone), about=(staying, leaving), variances=(staying, leaving)
        ),
    ]


def family(days: float, most: int = 400) -> NDArray[np.float64]:
    """The probability of 0, 1, … cells after so many days."""
    growth = math.exp((BIRTHS - DEATHS) * days)
    alpha = DEATHS * (growth - 1) / (BIRTHS * growth - DEATHS)
    beta = alpha * BIRTHS / DEATHS
    return np.concatenate([[alpha], (1 - alpha) * (1 - beta) * beta ** np.arange(most)])


def _family(sample: Sample, days: float) -> list[Check]:
    alive = 1 + sample.number("split", by=days) - sample.number("end", by=days)
    masses = family(days)
    growth, central = math.exp((BIRTHS - DEATHS) * days), moments(masses)
    spread = (BIRTHS + DEATHS) / (BIRTHS - DEATHS) * growth * (growth - 1)
    return [
        mean(f"cells after {days:g} d", alive, growth, central=central),
        variance("their variance", alive, spread, about=growth, central=central),
        share("none left", alive == 0, float(masses[0])),
        numbers("distribution of their number", alive, masses.tolist(), law="Kendall's", unit="runs"),
    ]
