"""Postfix code → Python functions of the world, built once for a scenario.

Each program becomes nested functions ``f(world) -> float``. ``and``, ``or`` and ``if`` compute an operand
only where it counts, which gives the same as computing all (see :mod:`sim.model.code`). An operand that is no
number (NaN) makes an operation give none, or is an error at once.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from sim import arithmetic as do
from sim.arithmetic import BadNumber
from sim.engines import operations
from sim.engines.operations import ROLE_FIELDS, Function
from sim.model.code import Instruction, Op
from sim.model.tables import NO_PROGRAM, Tables

if TYPE_CHECKING:
    from sim.engines.world import World

__all__ = ["ROLE_FIELDS", "Function", "Trouble", "finite", "functions"]

_ASKS = (Op.SINCE,)
_READS = (Op.WORLD, Op.OF_ACTOR, Op.OF_DYAD)
_NO_NUMBER = "a result that is not a number"


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


class _Part(NamedTuple):
    """A part of an expression: its function, its value where it has but one, and whether it may give NaN.

    Sums and products may; most of what is done with them gives NaN again, and the end of the program refuses it.
    An operation that could swallow it has to ask.
    """

    function: Function
    constant: float | None = None
    doubtful: bool = False


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
        stack: list[_Part] = []
        open_ended = any(op in _ASKS for op, *_ in code)
        for instruction in code:
            op, a, b, c = instruction
            if op >= Op.CLAMP:
                third, second, first = stack.pop(), stack.pop(), stack.pop()
                stack.append(self._three(op, first, second, third))
            elif op >= Op.ADD:
                right, left = stack.pop(), stack.pop()
                stack.append(self._two(op, left, right, open_ended))
            elif op >= Op.NEGATE:
                stack.append(self._one(op, stack.pop()))
            elif op in (Op.COUNT, Op.SINCE):
                stack.append(_Part(operations.question(op, a, self._sure(stack.pop()))))
            elif op == Op.CONSTANT or (op == Op.PARAMETER and not self.tables.parameters[a].kind):
                value = self.tables.constants[a] if op == Op.CONSTANT else self.tables.parameters[a].value
                stack.append(_Part(operations.constant(value), value))
            else:
                leaf = attrgetter("shared") if instruction == shared else self._leaf(op, a, b, c)
                stack.append(_Part(leaf, doubtful=op in _READS and self._is_boundless(a)))
        return stack.pop().function

    def _is_boundless(self, variable: int) -> bool:
        """Whether a variable may decay over a distance that is no finite number."""
        table = self.tables.variables[variable]
        return table.half_life != NO_PROGRAM and table.high - table.low == math.inf

    def _sure(self, part: _Part) -> Function:
        """The part's function, refusing NaN."""
        if not part.doubtful:
            return part.function
        function, place = part.function, self.place

        def sure(w: World) -> float:
            value = function(w)
            if value == value:
                return value
            raise Trouble(place, _NO_NUMBER)

        return sure

    def _leaf(self, op: int, a: int, b: int, c: int) -> Function:
        if op == Op.PARAMETER:
            return lambda w: w.parameters[a]
        if op in (Op.WORLD, Op.OF_ACTOR, Op.OF_DYAD):
            return self._variable(op, a, b, c)
        return operations.LEAVES[op] if op != Op.WHO else operations.index(a)

    def _variable(self, op: int, variable: int, a: int, b: int) -> Function:
        """A function that reads a variable's cell at the present time."""
        table = self.tables.variables[variable]
        offset, n, decays = table.offset, len(self.tables.actors), table.half_life != NO_PROGRAM
        if op == Op.WORLD or (a >= 0 and (op == Op.OF_ACTOR or b >= 0)):
            cell = offset + (0 if op == Op.WORLD else a if op == Op.OF_ACTOR else a * n + b)
            return operations.read_decaying(cell, variable) if decays else operations.read(cell)
        if op == Op.OF_ACTOR:
            return self._of_actor(variable, operations.index(a))
        return self._of_dyad(variable, operations.pair(a, b))

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

    def _one(self, op: int, part: _Part) -> _Part:
        f = part.function
        if op == Op.NEGATE:
            return _Part(lambda w: -f(w), None, part.doubtful)
        if op == Op.NOT:
            truth = self._sure(part)
            return _Part(lambda w: 0.0 if truth(w) else 1.0)
        if op == Op.ABS:
            return _Part(lambda w: abs(f(w)), None, part.doubtful)
        return _Part(self._guarded(operations.ONE[op], f), None, part.doubtful)

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

    def _two(self, op: int, left: _Part, right: _Part, open_ended: bool) -> _Part:
        (f, x, _), (g, y, _) = left, right
        if op in operations.CHECKED and open_ended:
            return _Part(self._guarded(operations.CHECKED[op], f, g))
        if op in operations.ARITHMETIC:
            return _Part(operations.ARITHMETIC[op](f, g, x, y), None, doubtful=True)
        if op == Op.DIVIDE:
            return _Part(self._divide(f, g), None, doubtful=True)
        if op == Op.POWER:
            return _Part(self._guarded(do.power, f, g))
        if op == Op.MIN and x is not None:
            return _Part(self._at_most(x, g))
        if op == Op.MAX and x is not None:
            return _Part(self._at_least(x, g))
        return _Part(operations.SURE[op](self._sure(left), self._sure(right), y))

    def _three(self, op: int, first: _Part, second: _Part, third: _Part) -> _Part:
        if op == Op.CLAMP:
            return _Part(operations.clamp(*(self._sure(part) for part in (first, second, third))))
        then, condition, other = first.function, self._sure(second), third.function
        return _Part(lambda w: then(w) if condition(w) else other(w), None, first.doubtful or third.doubtful)

    def _divide(self, f: Function, g: Function) -> Function:
        place = self.place

        def divide(w: World) -> float:
            a, b = f(w), g(w)
            if b == 0.0:
                raise Trouble(place, "a division by zero")
            return a / b

        return divide

    def _at_most(self, bound: float, f: Function) -> Function:
        """``min(bound, …)``, which chances often are: NaN is where neither comparison holds."""
        place = self.place

        def at_most(w: World) -> float:
            value = f(w)
            if value < bound:
                return value
            if value >= bound:
                return bound
            raise Trouble(place, _NO_NUMBER)

        return at_most

    def _at_least(self, bound: float, f: Function) -> Function:
        """``max(bound, …)``."""
        place = self.place

        def at_least(w: World) -> float:
            value = f(w)
            if value > bound:
                return value
            if value <= bound:
                return bound
            raise Trouble(place, _NO_NUMBER)

        return at_least
