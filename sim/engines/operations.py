"""The operations of expressions as functions of the world, made of functions of the world.

What a part gives is looked at in :mod:`sim.engines.closures`; here everything is a number.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING

from sim import arithmetic as do
from sim.model.code import ACTOR, NOBODY, SELF, TARGET, Op
from sim.scenario.times import DAY_MS

if TYPE_CHECKING:
    from sim.engines.world import World

ROLE_FIELDS = {NOBODY: "nobody", SELF: "self_", ACTOR: "actor", TARGET: "target"}
"""Where the world keeps whom a role means."""

Function = Callable[["World"], float]


def constant(value: float) -> Function:
    return lambda w: value


def read(cell: int) -> Function:
    return lambda w: w.values[cell]


def read_decaying(cell: int, variable: int) -> Function:
    exp = math.exp

    def read(w: World) -> float:
        value, base = w.values[cell], w.bases[cell]
        age = w.touched[cell] - w.now
        if value == base or not age:
            return value
        return base + (value - base) * exp(age * w.decays[variable])

    return read


def index(code: int) -> Callable[[World], int]:
    if code >= NOBODY:
        return lambda w: code
    return attrgetter(ROLE_FIELDS[code])


def pair(a: int, b: int) -> Callable[[World], tuple[int, int]]:
    """A function that gives two actors at once."""
    if a < NOBODY and b < NOBODY:
        return attrgetter(ROLE_FIELDS[a], ROLE_FIELDS[b])
    first, second = index(a), index(b)
    return lambda w: (first(w), second(w))


LEAVES: dict[int, Function] = {
    Op.TIME: lambda w: w.now / DAY_MS,
    Op.LEVEL: lambda w: w.level(),
    Op.RUNG: lambda w: float(w.rung),
    Op.DEATHS: lambda w: float(w.deaths),
    Op.INJURED: lambda w: float(w.injured),
    Op.WAITED: attrgetter("waited"),
}
ONE: dict[int, Callable[[float], float]] = {
    Op.EXP: do.exponential,
    Op.LOG: do.logarithm,
    Op.SQRT: do.root,
    Op.LOGISTIC: do.logistic,
}


def question(op: int, number: int, within: Function) -> Function:
    if op == Op.COUNT:
        return lambda w: w.count(number, within(w))
    return lambda w: w.since(number, within(w))


def _add(f: Function, g: Function, x: float | None, y: float | None) -> Function:
    if y is not None:
        return lambda w: f(w) + y
    return (lambda w: f(w) + g(w)) if x is None else (lambda w: x + g(w))


def _subtract(f: Function, g: Function, x: float | None, y: float | None) -> Function:
    if y is not None:
        return lambda w: f(w) - y
    return (lambda w: f(w) - g(w)) if x is None else (lambda w: x - g(w))


def _multiply(f: Function, g: Function, x: float | None, y: float | None) -> Function:
    if y is not None:
        return lambda w: f(w) * y
    return (lambda w: f(w) * g(w)) if x is None else (lambda w: x * g(w))


ARITHMETIC: dict[int, Callable[..., Function]] = {Op.ADD: _add, Op.SUBTRACT: _subtract, Op.MULTIPLY: _multiply}
CHECKED: dict[int, Callable[[float, float], float]] = {
    Op.ADD: lambda a, b: do.checked(a + b, a, b),
    Op.SUBTRACT: lambda a, b: do.checked(a - b, a, b),
    Op.MULTIPLY: lambda a, b: do.checked(a * b, a, b),
    Op.DIVIDE: do.divide,
}


def _less(f: Function, g: Function, y: float | None) -> Function:
    return (lambda w: 1.0 if f(w) < g(w) else 0.0) if y is None else (lambda w: 1.0 if f(w) < y else 0.0)


def _more(f: Function, g: Function, y: float | None) -> Function:
    return (lambda w: 1.0 if f(w) > g(w) else 0.0) if y is None else (lambda w: 1.0 if f(w) > y else 0.0)


def _least(f: Function, g: Function, y: float | None) -> Function:
    if y is None:
        return lambda w: do.least(f(w), g(w))

    def least(w: World) -> float:
        value = f(w)
        return y if y < value else value

    return least


def _most(f: Function, g: Function, y: float | None) -> Function:
    if y is None:
        return lambda w: do.most(f(w), g(w))

    def most(w: World) -> float:
        value = f(w)
        return y if y > value else value

    return most


SURE: dict[int, Callable[[Function, Function, float | None], Function]] = {
    Op.LESS: _less,
    Op.MORE: _more,
    Op.AT_MOST: lambda f, g, y: lambda w: 1.0 if f(w) <= g(w) else 0.0,
    Op.AT_LEAST: lambda f, g, y: lambda w: 1.0 if f(w) >= g(w) else 0.0,
    Op.EQUAL: lambda f, g, y: lambda w: 1.0 if f(w) == g(w) else 0.0,
    Op.UNEQUAL: lambda f, g, y: lambda w: 1.0 if f(w) != g(w) else 0.0,
    Op.AND: lambda f, g, y: lambda w: 1.0 if f(w) and g(w) else 0.0,
    Op.OR: lambda f, g, y: lambda w: 1.0 if f(w) or g(w) else 0.0,
    Op.MIN: _least,
    Op.MAX: _most,
}
"""What would swallow a NaN, of functions that give none."""


def clamp(a: Function, b: Function, c: Function) -> Function:
    return lambda w: do.clamp(a(w), b(w), c(w))
