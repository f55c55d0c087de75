"""Self-exciting processes fitted to times by maximum likelihood."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Floats = NDArray[np.float64]
_STEP = 1e-3


@dataclass(frozen=True, slots=True)
class Excitation:
    """A base rate (a day), a branching ratio, and a decay (a day) of what each event excites."""

    base: float
    branching: float
    decay: float


def _excited(times: Floats, decay: float) -> Floats:
    """Just before each event, the sum of exp(−decay · age) over the events before it, shape (runs, events)."""
    kept = np.exp(-decay * np.diff(times, axis=1))
    sums = np.zeros_like(times)
    for event in range(1, times.shape[1]):
        sums[:, event] = kept[:, event - 1] * (1 + sums[:, event - 1])
    return sums


def log_likelihood(times: Floats, process: Excitation) -> float:
    """The log-likelihood of runs from a cold start to their last event (Ozaki 1979).

    times : shape (runs, events), in days, each run in order.
    """
    rates = process.base + process.branching * process.decay * _excited(times, process.decay)
    last = times[:, -1:]
    spent = process.branching * -np.expm1(-process.decay * (last - times)).sum()
    return float(np.log(rates).sum() - process.base * last.sum() - spent)


def residuals(times: Floats, process: Excitation) -> Floats:
    """The integral of the rate from each event (or the start) to the next, shape (runs, events)."""
    gaps = np.diff(times, axis=1, prepend=0.0)
    sums = _excited(times, process.decay)
    left = np.pad(1 + sums[:, :-1], ((0, 0), (1, 0)))  # just after the event before
    return process.base * gaps + process.branching * -np.expm1(-process.decay * gaps) * left


def fit(times: Floats) -> tuple[Excitation, Excitation]:
    """The process of greatest likelihood, and the standard errors of ln base, branching and ln decay.

    The errors come from the observed information: the curvature of the log-likelihood at its top, by differences.
    """

    def at(point: Floats) -> float:
        return -log_likelihood(times, Excitation(math.exp(point[0]), point[1], math.exp(point[2])))

    rate = times.size / times[:, -1].sum()
    begin = np.array([math.log(rate / 2), 0.5, math.log(rate)])
    top = minimize(at, begin, method="L-BFGS-B", bounds=[(None, None), (1e-6, 1 - 1e-6), (None, None)]).x
    steps = np.eye(3) * _STEP
    curvature = np.array([
        [(at(top + i + j) - at(top + i - j) - at(top - i + j) + at(top - i - j)) / (4 * _STEP**2) for j in steps]
        for i in steps
    ])  # fmt: skip
    errors = np.sqrt(np.diag(np.linalg.inv(curvature)))
    return (
        Excitation(math.exp(top[0]), float(top[1]), math.exp(top[2])),
        Excitation(*(float(error) for error in errors)),
    )
