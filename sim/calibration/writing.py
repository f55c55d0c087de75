"""A posterior written as the range of a parameter, in the language of scenarios.

A family is fitted to the posterior's weighted quantiles, its arguments are rounded, and the misfit is said: the most
that the written range's distribution function is off at one of these quantiles.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import optimize

from sim.calibration.abc import Floats, quantiles
from sim.calibration.ranges import Range
from sim.chance import requirement_missed

CLOSE = 0.02
"""The family stays that of the scenario's own range unless another one's misfit is less by more than this."""
_SHARES = np.arange(1, 20) / 20
_MIDDLE = 9
_WITHIN = ("uniform", "triangular")
"""Families whose arguments keep them within the wide range."""
_RISING = ("uniform", "triangular", "lognormal")
_PLACES = {"uniform": 2, "triangular": 3, "lognormal": 2, "normal": 1}
"""So many of a family's first arguments are values of the parameter; the others are shapes and spreads."""


@dataclass(frozen=True, slots=True)
class Written:
    """A range as it can stand in a scenario, the value beside it, and its misfit (a probability)."""

    range: Range
    value: float
    misfit: float


def written(draws: Floats, weights: Floats, prior: Range, *, own: str, bounded: bool) -> Written:
    """The range that says best what weighted draws, shape (draws,), say.

    prior : the wide range that the draws stay within. own : the family of the scenario's own range. bounded : whether
    the scenario's parameter has bounds, so that others must be written in their place.
    """
    values = quantiles(draws[:, np.newaxis], weights, _SHARES)[:, 0]
    fits = {}
    for kind in _families(prior, own):
        one = _fitted(kind, values, prior, bounded)
        if one is not None:
            fits[kind] = (_misfit(one, values), one)
    best = min(fits, key=lambda kind: fits[kind][0])
    chosen = own if own in fits and fits[own][0] <= fits[best][0] + CLOSE else best
    misfit, one = fits[chosen]
    low, high = one.support
    return Written(one, min(max(_to_step(float(values[_MIDDLE]), values), low), high), misfit)


def _families(prior: Range, own: str) -> list[str]:
    """The families that a posterior within this range may have."""
    low, high = prior.support
    kinds = ["normal"] if math.isfinite(high - low) or prior.kind == "normal" else []
    kinds += ["lognormal", "gamma"] if low >= 0 else []
    kinds += ["beta"] if low >= 0 and high <= 1 else []
    kinds += [own] if own in _WITHIN else []
    return kinds


def _fitted(kind: str, values: Floats, prior: Range, bounded: bool) -> Range | None:
    """The range of a family that is nearest to the posterior's quantiles, its arguments rounded; None if none can."""
    arguments, start = _FAMILIES[kind]
    bounds = _bounds(kind, prior, bounded)

    def made(free: Floats, *, rounded: bool) -> Range | None:
        found = [float(one) for one in arguments(free)]
        if rounded:
            places = _PLACES.get(kind, 0)
            found = [_to_step(one, values) if i < places else _digits(one) for i, one in enumerate(found)]
        if kind in _WITHIN:
            found = [min(max(one, prior.support[0]), prior.support[1]) for one in found]
        flat = kind in _RISING and found[0] >= found[-1]
        outside = (
            kind == "normal" and not prior.support[0] <= found[0] <= prior.support[1]
        )  # its mean: nobody reads that
        return None if flat or outside or requirement_missed(kind, found) else Range(kind, tuple(found), bounds)

    def off(free: Floats) -> Floats:
        one = made(free, rounded=False)
        return np.ones(len(values)) if one is None else np.nan_to_num(one.cdf(values) - _SHARES, nan=1.0)

    with np.errstate(all="ignore"):
        found = optimize.least_squares(off, start(values), x_scale="jac", max_nfev=200).x
        return made(found, rounded=True)


def _bounds(kind: str, prior: Range, bounded: bool) -> tuple[float, float] | None:
    """The bounds that keep a family within the wide range; None where it cannot leave it and none need replacing."""
    low, high = prior.support
    natural = {"beta": (0.0, 1.0), "normal": (-math.inf, math.inf)}.get(kind, (0.0, math.inf))
    if not bounded and (kind in _WITHIN or (low <= natural[0] and high >= natural[1])):
        return None
    least, most = (_digits(float(end)) for end in prior.quantile([1e-9, 1 - 1e-9]))
    return (low if math.isfinite(low) else least, high if math.isfinite(high) else most)


def _misfit(one: Range, values: Floats) -> float:
    return float(np.max(np.abs(one.cdf(values) - _SHARES)))


def _digits(value: float) -> float:
    """Three significant digits."""
    return float(f"{value:.3g}")


def _to_step(value: float, values: Floats) -> float:
    """The value in steps of one to three hundredths of the posterior's width, with two significant digits at least.

    Beside that width a value of next to nothing is 0.
    """
    width = float(values[-1] - values[0])
    if width <= 0:
        return _digits(value)
    decimals = 1 - math.floor(math.log10(width / 3))
    if abs(value) > width / 100:
        decimals = max(decimals, 1 - math.floor(math.log10(abs(value))))
    return round(value, decimals)


def _moments(values: Floats) -> tuple[float, float]:
    return float(values.mean()), max(float(values.std()), 1e-12)


def _start_normal(values: Floats) -> list[float]:
    mean, deviation = _moments(values)
    return [mean, math.log(deviation)]


def _start_lognormal(values: Floats) -> list[float]:
    logs = np.log(np.maximum(values, 1e-300))
    return [float(logs[_MIDDLE]), math.log(max(float(logs[-2] - logs[_MIDDLE]), 1e-9))]


def _start_gamma(values: Floats) -> list[float]:
    mean, deviation = _moments(values)
    return [2 * math.log(mean / deviation), math.log(deviation**2 / mean)]


def _start_beta(values: Floats) -> list[float]:
    mean, deviation = _moments(values)
    size = max(mean * (1 - mean) / deviation**2 - 1, 0.1)
    return [math.log(max(mean * size, 1e-3)), math.log(max((1 - mean) * size, 1e-3))]


def _start_uniform(values: Floats) -> list[float]:
    return [float(values[0]), math.log(max(float(values[-1] - values[0]), 1e-12))]


def _start_triangular(values: Floats) -> list[float]:
    middle = float(values[_MIDDLE])
    sides = (middle - float(values[0]), float(values[-1]) - middle)
    return [middle, *(math.log(max(1.5 * side, 1e-12)) for side in sides)]


_FAMILIES: dict[str, tuple[Callable[[Floats], tuple[float, ...]], Callable[[Floats], list[float]]]] = {
    "normal": (lambda x: (x[0], np.exp(x[1])), _start_normal),
    "lognormal": (lambda x: (np.exp(x[0]), np.exp(x[0] + np.exp(x[1]))), _start_lognormal),
    "gamma": (lambda x: (np.exp(x[0]), np.exp(x[1])), _start_gamma),
    "beta": (lambda x: (np.exp(x[0]), np.exp(x[1])), _start_beta),
    "uniform": (lambda x: (x[0], x[0] + np.exp(x[1])), _start_uniform),
    "triangular": (lambda x: (x[0] - np.exp(x[1]), x[0], x[0] + np.exp(x[2])), _start_triangular),
}
"""For each family its arguments from free numbers, and the free numbers to begin with."""
