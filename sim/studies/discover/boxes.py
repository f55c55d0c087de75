"""Boxes: limits on some parameters, and the runs that keep within them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import hypergeom

from sim.ensemble.intervals import wilson

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LEVEL = 0.05
"""A limit whose p-value is above this, divided by the number of limits that are looked at together, is dropped."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A parameter is at least `value`, or at most. parameter : its number."""

    parameter: int
    value: float
    above: bool

    def kept(self, values: Floats) -> Flags:
        """Which runs keep it; `values` has shape (runs, parameters)."""
        column = values[:, self.parameter]
        return column >= self.value if self.above else column <= self.value


Box = tuple[Limit, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `of` runs, with the 95 % Wilson interval."""

    count: int
    of: int

    @property
    def value(self) -> float:
        """The share; NaN of no runs."""
        return self.count / self.of if self.of else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Its 95 % Wilson interval."""
        low, high = wilson(self.count, self.of)
        return float(low), float(high)

    def as_dict(self) -> dict[str, Any]:
        """As plain data; None where it is unknown."""
        value = None if math.isnan(self.value) else self.value
        return {"count": self.count, "of": self.of, "value": value, "interval": list(self.interval)}


@dataclass(frozen=True, slots=True)
class Told:
    """What some runs say of a box.

    density : of the runs inside, those in which the outcome came true. coverage : of those in which it came true, the
    ones inside. support : of all runs, those inside. elsewhere : of the runs outside, those in which it came true.
    """

    density: Share
    coverage: Share
    support: Share
    elsewhere: Share

    @classmethod
    def of(cls, inside: Flags, came: Flags) -> Told:
        both, within, true, runs = int((inside & came).sum()), int(inside.sum()), int(came.sum()), len(came)
        return cls(Share(both, within), Share(both, true), Share(within, runs), Share(true - both, runs - within))

    @property
    def contrast(self) -> float:
        """Coverage minus the share of the other runs that lie inside (Youden's J): 0 by chance, 1 at best."""
        others = self.support.of - self.coverage.of
        misses = self.density.of - self.density.count
        return (self.coverage.value - misses / others) if others and self.coverage.of else 0.0


def inside(box: Box, values: Floats) -> Flags:
    """Which runs are in a box; without limits all are."""
    within = np.ones(len(values), np.bool_)
    for limit in box:
        within &= limit.kept(values)
    return within


def beyond(box: Box, values: Floats) -> Flags:
    """For each limit the runs that only this one keeps out, shape (runs, limits)."""
    broken = np.column_stack([~limit.kept(values) for limit in box])
    only: Flags = broken & (broken.sum(axis=1) == 1)[:, np.newaxis]
    return only


def p_values(box: Box, values: Floats, came: Flags) -> Floats:
    """For each limit how easily chance makes the runs inside so much likelier than those that only it keeps out.

    Fisher's exact test, one-sided: of the runs in the box without this limit those in which the outcome came true are
    dealt out at random. On runs that did not choose the limits these are p-values; Bryant and Lempert (2010) look at
    the runs that did, and call them quasi-p-values.
    """
    within = inside(box, values)
    shells = beyond(box, values)
    hits, of = int((within & came).sum()), int(within.sum())
    near = np.array([int((shell & came).sum()) for shell in shells.T])
    sizes = shells.sum(axis=0)
    found: Floats = hypergeom.sf(hits - 1, of + sizes, hits + near, of)
    return found


def pruned(box: Box, values: Floats, came: Flags) -> Box:
    """The box without the limits that chance could account for, the weakest dropped first."""
    while box:
        found = p_values(box, values, came)
        weakest = int(np.argmax(found))
        if found[weakest] <= LEVEL / len(box):
            break
        box = box[:weakest] + box[weakest + 1 :]
    return box


def rounded(box: Box, values: Floats) -> Box:
    """The box with limits of few digits: a hundredth of the parameter's range or so, two digits at least."""
    low, high = values.min(axis=0), values.max(axis=0)
    return tuple(
        Limit(one.parameter, _rounded(one.value, float(high[one.parameter] - low[one.parameter])), one.above)
        for one in box
    )


def _rounded(value: float, width: float) -> float:
    decimals = -math.floor(math.log10(width / 20))
    if value:
        decimals = max(decimals, 1 - math.floor(math.log10(abs(value))))
    return round(value, decimals)
