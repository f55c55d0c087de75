"""How a run begins: its parameters, its variables, and the clock at t = 0."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim import parameters as ranges
from sim.engines.compiled.draws import (
    LOGNORMAL,
    LOGUNIFORM,
    NORMAL,
    Z90,
    draw,
    normal_quantile,
    triangular_quantile,
    uniform_quantile,
)
from sim.engines.compiled.expressions import INF, between, read
from sim.engines.compiled.jit import called, inlined
from sim.engines.compiled.layout import KINDS
from sim.scenario.times import DAY_MS

LEAST, MOST = ranges._LEAST, ranges._MOST
TRIANGULAR = KINDS.index("triangular")
LN2 = math.log(2.0)
NEVER = np.int64(-(2**62))
SMALLEST = 5e-324


@called
def in_range(kind: int, u: float, a: float, b: float, c: float, upper: bool) -> float:
    """See :func:`sim.parameters.quantile`; beta and gamma are SciPy's."""
    u = LEAST if u < LEAST else u
    u = MOST if u > MOST else u
    if kind == NORMAL:
        z = normal_quantile(u)
        return a + b * (-z if upper else z)
    if kind == LOGNORMAL:
        z = normal_quantile(u)
        return a * math.exp(math.log(b / a) / Z90 * (-z if upper else z))
    u = 1.0 - u if upper else u
    if kind == LOGUNIFORM:
        return a * math.exp(math.log(b / a) * u)
    return triangular_quantile(u, a, b, c) if kind == TRIANGULAR else uniform_quantile(u, a, b)


@inlined
def clamp(x: float, low: float, high: float) -> float:
    x = low if low > x else x
    return high if high < x else x


@called
def draw_parameters(t: Any, s: Any, special: Any, row: int) -> None:
    """The run's parameters, behind the constants. `special` holds those that SciPy has drawn."""
    first = t.sizes[0].constants
    for i in range(len(t.parameters)):
        one = t.parameters[i]
        if one.kind == 0:
            drawn = one.value
        elif one.special >= 0:
            drawn = special[row, one.special]
        else:
            u, upper = draw(s.world[0].key, one.salt), one.upper != 0
            if one.bounded != 0:
                u = one.bottom - u * (one.bottom - one.top) if upper else one.bottom + u * (one.top - one.bottom)
            drawn = in_range(one.kind, u, one.a, one.b, one.c, upper)
            if one.bounded != 0:
                drawn = clamp(drawn, one.low, one.high)
        s.numbers[first + i] = drawn


@called
def set_variables(t: Any, s: Any) -> None:
    """Initial values, half-lives and baselines. Until t = 0 every cell moves towards its initial value."""
    for i in range(len(s.variables)):
        one = s.variables[i]
        one.baseline = clamp(between(t, s, one.start, -INF, INF), one.low, one.high)
        one.decay = 0.0
        if one.half_life >= 0:
            one.decay = LN2 / (between(t, s, one.half_life, SMALLEST, INF) * DAY_MS)
    for i in range(len(s.cells)):
        variable = s.variables[t.originals[i].variable]
        first = clamp(between(t, s, t.originals[i].program, -INF, INF), variable.low, variable.high)
        s.cells[i].value = first
        s.cells[i].base = first
        s.cells[i].touched = s.world[0].now
        s.has_moved[i] = 0
    s.world[0].moved = 0


@inlined
def has_left(s: Any, cell: int) -> None:
    """Remember that a cell has left its base."""
    if s.has_moved[cell] == 0:
        s.has_moved[cell] = 1
        s.moved[s.world[0].moved] = cell
        s.world[0].moved += 1


@called
def start_clock(t: Any, s: Any) -> None:
    """t = 0: what history left is written down, and from now on values move to their baselines."""
    for k in range(s.world[0].moved):
        cell = s.moved[k]
        s.cells[cell].value = read(s.cells, cell, s.variables[t.originals[cell].variable].decay, 0)
    for i in range(len(s.cells)):
        s.cells[i].touched = 0
        if t.originals[i].own == 0:
            s.cells[i].base = s.variables[t.originals[i].variable].baseline
        if s.cells[i].value != s.cells[i].base:
            has_left(s, i)
