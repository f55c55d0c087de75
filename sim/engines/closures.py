"""Postfix code → Python functions of the world, built once for a scenario.

Each program becomes nested functions ``f(world) -> float``. ``and``, ``or`` and ``if`` compute an operand
only where it counts, which gives the same as computing all (see :mod:`sim.model.code`).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING

from sim import arithmetic as do
from sim.arithmetic import BadNumber
from sim.model.code import ACTOR, NOBODY, SELF, TARGET, Instruction, Op
from sim.model.tables import NO_PROGRAM, Tables
from sim.scenario.times import DAY_MS

if TYPE_CHECKING:
    from sim.engines.world import World

ROLE_FIELDS = {NOBODY: "nobody", SELF: "self_", ACTOR: "actor", TARGET: "target"}
"""Where the world keeps whom a role means."""

Function = Callable[["World"], float]
_ASKS = (Op.SINCE,)
_READS = (Op.WORLD, Op.OF_ACTOR, Op.OF_DYAD)


class Trouble(Exception):  # noqa: N818  (becomes a RunError)
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
        """The program's function. A variable that it reads more than once is read once, before all else."""
        code = self.tables.instructions[self.program.start : self.program.stop]
        reads = Counter(one for one in code if one[0] in _READS)
        shared = next((one for one, count in reads.most_common(1) if count > 1), None)
        if shared is None:
            return self._assembled(code, None)
        read, body = self._leaf(*shared), self._assembled(code, shared)

        def function(w: World) -> float:
            w.shared = read(w)
            return body(w)

        return function

    def _assembled(self, code: tuple[Instruction, ...], shared: Instruction | None) -> Function:
        stack: list[tuple[Function, float | None]] = []
        open_ended = any(op in _ASKS for op, *_ in code)
        for instruction in code:
            op, a, b, c = instruction
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
            elif op == Op.CONSTANT or (op == Op.PARAMETER and not self.tables.parameters[a].kind):
                value = self.tables.constants[a] if op == Op.CONSTANT else self.tables.parameters[a].value
                stack.append((_constant(value), value))
            elif instruction == shared:
                stack.append((attrgetter("shared"), None))
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
        if op == Op.OF_ACTOR:
            return self._of_actor(variable, _index(a))
        return self._of_dyad(variable, _pair(a, b))

    def _of_actor(self, variable: int, index: Callable[[World], int]) -> Function:
        offset = self.tables.variables[variable].offset

        def of_actor(w: World) -> float:
            i = index(w)
            return w.read(variable, offset + i) if i >= 0 else w.baselines[variable]

        return of_actor

    def _of_dyad(self, variable: int, pair: Callable[[World], tuple[int, int]]) -> Function:
        offset, n, exp = self.tables.variables[variable].offset, len(self.tables.actors), math.exp
        if self.tables.variables[variable].half_life == NO_PROGRAM:
            return self._of_steady_dyad(variable, pair)

        def of_dyad(w: World) -> float:
            i, j = pair(w)
            if i < 0 or j < 0:
                return w.baselines[variable]
            cell = offset + i * n + j
            value, base = w.values[cell], w.bases[cell]
            if value == base:
                return value
            age = w.touched[cell] - w.now
            return base + (value - base) * exp(age * w.decays[variable]) if age else value

        return of_dyad

    def _of_steady_dyad(self, variable: int, pair: Callable[[World], tuple[int, int]]) -> Function:
        offset, n = self.tables.variables[variable].offset, len(self.tables.actors)

        def of_dyad(w: World) -> float:
            i, j = pair(w)
            return w.values[offset + i * n + j] if i >= 0 and j >= 0 else w.baselines[variable]

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

    def _two(
        self, op: int, left: tuple[Function, float | None], right: tuple[Function, float | None], open_ended: bool
    ) -> Function:
        (f, x), (g, y) = left, right
        if op in _ARITHMETIC:
            if open_ended:
                return self._guarded(_CHECKED[op], f, g)
            return _ARITHMETIC[op](f, g, x, y)
        if op == Op.DIVIDE:
            return self._guarded(do.divide, f, g) if open_ended else self._divide(f, g)
        if op == Op.POWER:
            return self._guarded(do.power, f, g)
        if op in (Op.MIN, Op.MAX):
            return (_least if op == Op.MIN else _most)(f, g, x, y)
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
        age = w.touched[cell] - w.now
        if value == base or not age:
            return value
        return base + (value - base) * exp(age * w.decays[variable])

    return read


def _index(code: int) -> Callable[[World], int]:
    if code >= NOBODY:
        return lambda w: code
    return attrgetter(ROLE_FIELDS[code])


def _pair(a: int, b: int) -> Callable[[World], tuple[int, int]]:
    """A function that gives two actors at once."""
    if a < NOBODY and b < NOBODY:
        return attrgetter(ROLE_FIELDS[a], ROLE_FIELDS[b])
    first, second = _index(a), _index(b)
    return lambda w: (first(w), second(w))


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
}


def _least(f: Function, g: Function, x: float | None, y: float | None) -> Function:
    if x is None and y is None:
        return lambda w: min(f(w), g(w))
    bound, other = (x, g) if x is not None else (y, f)

    def least(w: World) -> float:
        value = other(w)
        return value if value < bound else bound  # type: ignore[operator, return-value]

    return least


def _most(f: Function, g: Function, x: float | None, y: float | None) -> Function:
    if x is None and y is None:
        return lambda w: max(f(w), g(w))
    bound, other = (x, g) if x is not None else (y, f)

    def most(w: World) -> float:
        value = other(w)
        return value if value > bound else bound  # type: ignore[operator, return-value]

    return most


def _three(op: int, a: Function, b: Function, c: Function) -> Function:
    if op == Op.CLAMP:
        return lambda w: do.clamp(a(w), b(w), c(w))
    return lambda w: a(w) if b(w) else c(w)
