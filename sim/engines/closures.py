"""Postfix code → Python functions of the world, built once for a scenario.

Each program becomes nested functions ``f(world) -> float``. ``and``, ``or`` and ``if`` compute an operand
only where it counts, which gives the same as computing all (see :mod:`sim.model.code`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING

from sim import arithmetic as do
from sim.arithmetic import BadNumber
from sim.model.code import ACTOR, NOBODY, SELF, Op
from sim.model.tables import NO_PROGRAM, Tables
from sim.scenario.times import DAY_MS

if TYPE_CHECKING:
    from sim.engines.world import World

Function = Callable[["World"], float]
_ASKS = (Op.SINCE,)


class Trouble(Exception):
    """An expression that went wrong in a run: its place in the scenario and the problem."""

    def __init__(self, place: str, problem: str):
        self.place, self.problem = place, problem
        super().__init__(place, problem)


def functions(tables: Tables) -> list[Function]:
    """The function of each program, in order."""
    return [_Build(tables, number).function() for number in range(len(tables.programs))]


def finite(tables: Tables, number: int, function: Function) -> Function:
    """The function of a program, refusing a result that is infinite or no number.

    Chances, weights, delays, rates and effects are checked where they are used; this is for all else.
    """
    last = tables.instructions[tables.programs[number].stop - 1][0]
    if last in (Op.CONSTANT, Op.PARAMETER) or Op.LESS <= last <= Op.OR or last == Op.NOT:
        return function
    place = tables.spots[number]

    def checked(w: World) -> float:
        value = function(w)
        if value - value == 0.0:
            return value
        raise Trouble(place, f"a result that is not finite ({value})")

    return checked


class _Build:
    def __init__(self, tables: Tables, number: int):
        self.tables = tables
        self.program = tables.programs[number]
        self.place = tables.spots[number]

    def function(self) -> Function:
        stack: list[tuple[Function, float | None]] = []
        code = self.tables.instructions[self.program.start : self.program.stop]
        open_ended = any(op in _ASKS for op, *_ in code)
        for op, a, b, c in code:
            if op >= Op.CLAMP:
                third, second, first = stack.pop(), stack.pop(), stack.pop()
                stack.append((_three(op, first[0], second[0], third[0]), None))
            elif op >= Op.ADD:
                right, left = stack.pop(), stack.pop()
                stack.append((self._two(op, left, right, open_ended), None))
            elif op >= Op.NEGATE:
                stack.append((self._one(op, stack.pop()[0]), None))
            elif op in (Op.COUNT, Op.SINCE):
                stack.append((_question(op, a, stack.pop()[0]), None))
            elif op == Op.CONSTANT:
                value = self.tables.constants[a]
                stack.append((_constant(value), value))
            else:
                stack.append((self._leaf(op, a, b, c), None))
        return stack.pop()[0]

    def _leaf(self, op: int, a: int, b: int, c: int) -> Function:
        if op == Op.PARAMETER:
            return lambda w: w.parameters[a]
        if op in (Op.WORLD, Op.OF_ACTOR, Op.OF_DYAD):
            return self._variable(op, a, b, c)
        return _LEAVES[op] if op != Op.WHO else _who(a)

    def _variable(self, op: int, variable: int, a: int, b: int) -> Function:
        """A function that reads a variable's cell at the present time."""
        table = self.tables.variables[variable]
        offset, n, decays = table.offset, len(self.tables.actors), table.half_life != NO_PROGRAM
        if op == Op.WORLD or (a >= 0 and (op == Op.OF_ACTOR or b >= 0)):
            cell = offset + (0 if op == Op.WORLD else a if op == Op.OF_ACTOR else a * n + b)
            return _read_decaying(cell, variable) if decays else _read(cell)
        first = _index(a)
        if op == Op.OF_ACTOR:
            def of_actor(w: World) -> float:
                i = first(w)
                return w.read(variable, offset + i) if i >= 0 else w.baselines[variable]

            return of_actor
        second = _index(b)

        def of_dyad(w: World) -> float:
            i, j = first(w), second(w)
            return w.read(variable, offset + i * n + j) if i >= 0 and j >= 0 else w.baselines[variable]

        return of_dyad

    def _one(self, op: int, f: Function) -> Function:
        if op == Op.NEGATE:
            return lambda w: -f(w)
        if op == Op.NOT:
            return lambda w: 0.0 if f(w) else 1.0
        if op == Op.ABS:
            return lambda w: abs(f(w))
        return self._guarded(_ONE[op], f)

    def _guarded(self, operation: Callable[..., float], *parts: Function) -> Function:
        """An operation that may have no result; the error gets the place of the expression."""
        place = self.place
        if len(parts) == 1:
            (only,) = parts

            def one(w: World) -> float:
                try:
                    return operation(only(w))
                except BadNumber as error:
                    raise Trouble(place, str(error)) from None

            return one
        left, right = parts

        def two(w: World) -> float:
            try:
                return operation(left(w), right(w))
            except BadNumber as error:
                raise Trouble(place, str(error)) from None

        return two

    def _two(self, op: int, left: tuple[Function, float | None], right: tuple[Function, float | None], open_ended: bool) -> Function:
        (f, x), (g, y) = left, right
        if op in _ARITHMETIC:
            if open_ended:
                return self._guarded(_CHECKED[op], f, g)
            return _ARITHMETIC[op](f, g, x, y)
        if op == Op.DIVIDE:
            return self._guarded(do.divide, f, g) if open_ended else self._divide(f, g)
        if op == Op.POWER:
            return self._guarded(do.power, f, g)
        return _COMPARE[op](f, g, y)

    def _divide(self, f: Function, g: Function) -> Function:
        place = self.place

        def divide(w: World) -> float:
            a, b = f(w), g(w)
            if b == 0.0:
                raise Trouble(place, "a division by zero")
            return a / b

        return divide


def _constant(value: float) -> Function:
    return lambda w: value


def _read(cell: int) -> Function:
    return lambda w: w.values[cell]


def _read_decaying(cell: int, variable: int) -> Function:
    exp = math.exp

    def read(w: World) -> float:
        value, base = w.values[cell], w.bases[cell]
        if value == base:
            return value
        return base + (value - base) * exp((w.touched[cell] - w.now) * w.decays[variable])

    return read


def _index(code: int) -> Callable[[World], int]:
    if code >= NOBODY:
        return lambda w: code
    return attrgetter("self_" if code == SELF else "actor" if code == ACTOR else "target")


def _who(code: int) -> Function:
    return _index(code)


_LEAVES: dict[int, Function] = {
    Op.TIME: lambda w: w.now / DAY_MS,
    Op.LEVEL: lambda w: w.level(),
    Op.RUNG: attrgetter("rung"),
    Op.DEATHS: attrgetter("deaths"),
    Op.INJURED: attrgetter("injured"),
    Op.WAITED: attrgetter("waited"),
}
_ONE: dict[int, Callable[[float], float]] = {
    Op.EXP: do.exponential,
    Op.LOG: do.logarithm,
    Op.SQRT: do.root,
    Op.LOGISTIC: do.logistic,
}


def _question(op: int, number: int, within: Function) -> Function:
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


_ARITHMETIC: dict[int, Callable[..., Function]] = {Op.ADD: _add, Op.SUBTRACT: _subtract, Op.MULTIPLY: _multiply}
_CHECKED: dict[int, Callable[[float, float], float]] = {
    Op.ADD: lambda a, b: do.checked(a + b, a, b),
    Op.SUBTRACT: lambda a, b: do.checked(a - b, a, b),
    Op.MULTIPLY: lambda a, b: do.checked(a * b, a, b),
}


def _less(f: Function, g: Function, y: float | None) -> Function:
    return (lambda w: 1.0 if f(w) < g(w) else 0.0) if y is None else (lambda w: 1.0 if f(w) < y else 0.0)


def _more(f: Function, g: Function, y: float | None) -> Function:
    return (lambda w: 1.0 if f(w) > g(w) else 0.0) if y is None else (lambda w: 1.0 if f(w) > y else 0.0)


_COMPARE: dict[int, Callable[[Function, Function, float | None], Function]] = {
    Op.LESS: _less,
    Op.MORE: _more,
    Op.AT_MOST: lambda f, g, y: lambda w: 1.0 if f(w) <= g(w) else 0.0,
    Op.AT_LEAST: lambda f, g, y: lambda w: 1.0 if f(w) >= g(w) else 0.0,
    Op.EQUAL: lambda f, g, y: lambda w: 1.0 if f(w) == g(w) else 0.0,
    Op.UNEQUAL: lambda f, g, y: lambda w: 1.0 if f(w) != g(w) else 0.0,
    Op.AND: lambda f, g, y: lambda w: 1.0 if f(w) and g(w) else 0.0,
    Op.OR: lambda f, g, y: lambda w: 1.0 if f(w) or g(w) else 0.0,
    Op.MIN: lambda f, g, y: lambda w: min(f(w), g(w)),
    Op.MAX: lambda f, g, y: lambda w: max(f(w), g(w)),
}


def _three(op: int, a: Function, b: Function, c: Function) -> Function:
    if op == Op.CLAMP:
        return lambda w: do.clamp(a(w), b(w), c(w))
    return lambda w: a(w) if b(w) else c(w)
