"""Uncertain parameters: a value for each run, from its name and the run's key."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sim import chance
from sim.chance import Z90, salt
from sim.model.tables import ParameterTable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LEAST, _MOST = 1e-300, 1.0 - 2.0**-53
"""Between these lie the shares whose quantiles are looked for."""


SPECIAL = ("beta", "gamma")
"""The ranges whose quantiles SciPy computes."""


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
    bottom, top, upper = share_ends(parameter)
    share = bottom + u * (top - bottom) if not upper else bottom - u * (bottom - top)
    return min(max(quantile(parameter.kind, share, parameter.arguments, upper=upper), low), high)


@lru_cache(maxsize=4096)
def _salt(name: str) -> int:
    return salt("parameter", name)


@lru_cache(maxsize=4096)
def share_ends(parameter: ParameterTable) -> tuple[float, float, bool]:
    """The probabilities at the bounds, and whether they are those above: the range is truncated to them.

    Beyond the median the upper tail is used, which keeps its digits where the lower one rounds to 1.
    """
    assert parameter.bounds is not None
    low, high = parameter.bounds
    upper = cumulative(parameter.kind, low, parameter.arguments) > 0.5
    bottom, top = (cumulative(parameter.kind, bound, parameter.arguments, upper=upper) for bound in (low, high))
    return bottom, top, upper


def quantile(kind: str, u: float, a: Sequence[float], *, upper: bool = False) -> float:
    """The value below which a range's distribution has the probability `u` in (0, 1); with `upper`, above which."""
    u = min(max(u, _LEAST), _MOST)
    if kind == "normal":
        return a[0] + a[1] * (-chance.normal_quantile(u) if upper else chance.normal_quantile(u))
    if kind == "lognormal":
        z = -chance.normal_quantile(u) if upper else chance.normal_quantile(u)
        return a[0] * chance.exp(math.log(a[1] / a[0]) / Z90 * z)
    if kind in SPECIAL:
        return float(_special_quantile(kind, u, a, upper))
    u = 1.0 - u if upper else u
    if kind == "loguniform":
        return a[0] * math.exp(math.log(a[1] / a[0]) * u)
    return float(chance.QUANTILES[kind](u, *a))


def cumulative(kind: str, x: float, a: Sequence[float], *, upper: bool = False) -> float:
    """The probability that a range's distribution gives at most `x`; with `upper`, more than `x`."""
    if kind == "normal":
        return _normal((x - a[0]) / a[1], upper)
    if kind == "lognormal" and x > 0.0 and a[1] > a[0]:
        return _normal(math.log(x / a[0]) * Z90 / math.log(a[1] / a[0]), upper)
    if kind in SPECIAL:
        return _special_cumulative(kind, x, a, upper)
    below = _below(kind, x, a)
    return 1.0 - below if upper else below


def _below(kind: str, x: float, a: Sequence[float]) -> float:
    if kind == "triangular":
        return _triangular(x, *a)
    if x <= a[0]:
        return float(x == a[0] == a[-1])
    if kind == "loguniform":
        return min(math.log(x / a[0]) / math.log(a[1] / a[0]), 1.0)
    return min((x - a[0]) / (a[1] - a[0]), 1.0) if kind == "uniform" and a[1] > a[0] else 1.0


def _normal(z: float, upper: bool) -> float:
    return 0.5 * math.erfc((z if upper else -z) / math.sqrt(2.0))


def _triangular(x: float, low: float, mode: float, high: float) -> float:
    if x <= low:
        return 0.0
    if x >= high:
        return 1.0
    if x <= mode:
        return (x - low) ** 2 / ((high - low) * (mode - low))
    return 1.0 - (high - x) ** 2 / ((high - low) * (high - mode))


def special_values(parameters: Sequence[ParameterTable], u: NDArray[np.float64]) -> NDArray[np.float64]:
    """The values of beta and gamma ranges for many runs, as :func:`drawn_parameters` gives them one by one.

    u : float64, shape (runs, parameters), the draws. Ranges of one kind are computed in one go, which lets other
    threads run meanwhile.
    """
    import numpy as np

    values = np.empty_like(u)
    tails = [one.bounds is not None and share_ends(one)[2] for one in parameters]
    for kind, upper in {(one.kind, tail) for one, tail in zip(parameters, tails, strict=True)}:
        columns = [i for i, one in enumerate(parameters) if (one.kind, tails[i]) == (kind, upper)]
        shares = np.column_stack([_shares(parameters[i], u[:, i]) for i in columns])
        arguments = np.array([parameters[i].arguments for i in columns]).T
        values[:, columns] = _special_quantile(kind, np.clip(shares, _LEAST, _MOST), arguments, upper)
    for i, one in enumerate(parameters):
        if one.bounds is not None:
            values[:, i] = np.clip(values[:, i], *one.bounds)
    return values


def _shares(parameter: ParameterTable, u: NDArray[np.float64]) -> NDArray[np.float64]:
    """The shares whose quantiles the draws are: between those at the bounds, if there are any."""
    if parameter.bounds is None:
        return u
    bottom, top, upper = share_ends(parameter)
    return bottom - u * (bottom - top) if upper else bottom + u * (top - bottom)


def _special_quantile(kind: str, u: Any, a: Any, upper: bool) -> Any:
    from scipy import special

    if kind == "beta":
        return (special.betainccinv if upper else special.betaincinv)(a[0], a[1], u)
    return (special.gammainccinv if upper else special.gammaincinv)(a[0], u) * a[1]


def _special_cumulative(kind: str, x: float, a: Sequence[float], upper: bool) -> float:
    from scipy import special

    if kind == "beta":
        return float((special.betaincc if upper else special.betainc)(a[0], a[1], min(max(x, 0.0), 1.0)))
    return float((special.gammaincc if upper else special.gammainc)(a[0], max(x, 0.0) / a[1]))
