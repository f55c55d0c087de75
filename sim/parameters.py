"""Uncertain parameters: a value for each run, from its name and the run's key."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sim import chance
from sim.chance import Z90, salt
from sim.model.tables import ParameterTable


def drawn_parameters(parameters: Sequence[ParameterTable], key: int) -> list[float]:
    """The parameters' values in the run with this key."""
    return [_value(one, key) for one in parameters]


def _value(parameter: ParameterTable, key: int) -> float:
    if not parameter.kind:
        return parameter.value
    u = chance.draw(key, _salt(parameter.name))
    if parameter.bounds is None:
        return quantile(parameter.kind, u, parameter.arguments)
    low, high = parameter.bounds
    bottom, top = _ends(parameter)
    return min(max(quantile(parameter.kind, bottom + u * (top - bottom), parameter.arguments), low), high)


@lru_cache(maxsize=4096)
def _salt(name: str) -> int:
    return salt("parameter", name)


@lru_cache(maxsize=4096)
def _ends(parameter: ParameterTable) -> tuple[float, float]:
    """The cumulative probabilities at the bounds: the range is truncated to them."""
    assert parameter.bounds is not None
    low, high = (cumulative(parameter.kind, bound, parameter.arguments) for bound in parameter.bounds)
    return low, high


def quantile(kind: str, u: float, a: Sequence[float]) -> float:
    """The quantile of a range's distribution at `u` in (0, 1)."""
    u = min(max(u, 2.0**-53), 1.0 - 2.0**-53)
    if kind in ("uniform", "triangular", "lognormal"):
        return float(chance.QUANTILES[kind](u, *a))
    if kind == "loguniform":
        return a[0] * math.exp(math.log(a[1] / a[0]) * u)
    if kind == "normal":
        return a[0] + a[1] * chance.normal_quantile(u)
    special = _special()
    if kind == "beta":
        return float(special.betaincinv(a[0], a[1], u))
    return float(special.gammaincinv(a[0], u)) * a[1]


def cumulative(kind: str, x: float, a: Sequence[float]) -> float:
    """The probability that a range's distribution gives at most `x`."""
    if kind == "uniform":
        return min(max((x - a[0]) / (a[1] - a[0]), 0.0), 1.0) if a[1] > a[0] else float(x >= a[0])
    if kind == "triangular":
        return _triangular(x, *a)
    if kind == "loguniform":
        return 0.0 if x <= a[0] else min(math.log(x / a[0]) / math.log(a[1] / a[0]), 1.0)
    if kind == "normal":
        return _normal((x - a[0]) / a[1])
    if x <= 0.0:
        return 0.0
    if kind == "lognormal":
        return _normal(math.log(x / a[0]) * Z90 / math.log(a[1] / a[0])) if a[1] > a[0] else float(x >= a[0])
    special = _special()
    if kind == "beta":
        return float(special.betainc(a[0], a[1], min(x, 1.0)))
    return float(special.gammainc(a[0], x / a[1]))


def _normal(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def _triangular(x: float, low: float, mode: float, high: float) -> float:
    if x <= low:
        return 0.0
    if x >= high:
        return 1.0
    if x <= mode:
        return (x - low) ** 2 / ((high - low) * (mode - low))
    return 1.0 - (high - x) ** 2 / ((high - low) * (high - mode))


def _special() -> Any:
    """scipy.special, imported when a range needs it."""
    from scipy import special

    return special
