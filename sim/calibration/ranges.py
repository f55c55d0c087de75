"""A parameter's range as a distribution: its quantiles, for whole arrays, and the way to the whole line and back.

A value is carried to the whole line by z = Φ⁻¹(F(value)), where F is the range's own distribution function, truncated
to its bounds. In z every range is a standard normal, and whatever is done to z, the value stays within the range.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from scipy.special import ndtr, ndtri

from sim.chance import Z90
from sim.model.tables import ParameterTable

Floats = NDArray[np.float64]

_EDGE = 1e-12
"""So much probability at either end of a range cannot be told from none."""


@dataclass(frozen=True)
class Range:
    """A family, its arguments as a scenario writes them, and the bounds to which it is truncated, if any."""

    kind: str
    arguments: tuple[float, ...]
    bounds: tuple[float, float] | None = None

    @classmethod
    def of(cls, parameter: ParameterTable) -> Range:
        """The range that a scenario gives a parameter."""
        return cls(parameter.kind, parameter.arguments, parameter.bounds)

    @cached_property
    def support(self) -> tuple[float, float]:
        """The least and the greatest value; either may be infinite."""
        low, high = (float(end) for end in self._whole.support())
        if self.bounds is None:
            return low, high
        return max(low, self.bounds[0]), min(high, self.bounds[1])

    def cdf(self, values: ArrayLike) -> Floats:
        """The probability of at most each of the values."""
        bottom, top = self._ends
        share: Floats = (self._whole.cdf(np.asarray(values, float)) - bottom) / (top - bottom)
        return np.clip(share, 0.0, 1.0)

    def quantile(self, shares: ArrayLike) -> Floats:
        """The values below which the range has these probabilities."""
        bottom, top = self._ends
        values: Floats = self._whole.ppf(bottom + np.asarray(shares, float) * (top - bottom))
        return np.clip(values, *self.support)

    def to_line(self, values: ArrayLike) -> Floats:
        """The values on the whole line."""
        line: Floats = ndtri(np.clip(self.cdf(values), _EDGE, 1 - _EDGE))
        return line

    def from_line(self, line: ArrayLike) -> Floats:
        """The values that stand at these points of the whole line."""
        return self.quantile(np.clip(ndtr(np.asarray(line, float)), _EDGE, 1 - _EDGE))

    @property
    def text(self) -> str:
        """The range as a scenario writes it, without its bounds: ``lognormal(0.2, 0.5)``."""
        return f"{self.kind}({', '.join(f'{one:.12g}' for one in self.arguments)})"

    @cached_property
    def _whole(self) -> Any:
        """The family's distribution in SciPy's terms, not truncated."""
        return _FAMILIES[self.kind](*self.arguments)

    @cached_property
    def _ends(self) -> tuple[float, float]:
        """The probabilities at the bounds."""
        if self.bounds is None:
            return 0.0, 1.0
        low, high = self.bounds
        return float(self._whole.cdf(low)), float(self._whole.cdf(high))


_FAMILIES: dict[str, Any] = {
    "uniform": lambda low, high: stats.uniform(low, high - low),
    "triangular": lambda low, mode, high: stats.triang((mode - low) / (high - low), low, high - low),
    "lognormal": lambda median, p90: stats.lognorm(math.log(p90 / median) / Z90, scale=median),
    "loguniform": stats.loguniform,
    "normal": stats.norm,
    "beta": stats.beta,
    "gamma": lambda shape, scale: stats.gamma(shape, scale=scale),
}
