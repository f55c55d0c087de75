"""The expression machine: postfix code (:mod:`sim.model.code`) on a stack of floats.

Not a number is the mark of what could not be computed: every operation hands it on, save where ``and``, ``or``
and ``if`` do not look. The operations are those of :mod:`sim.arithmetic`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.engines.compiled.jit import called, inlined
from sim.engines.compiled.layout import Status
from sim.engines.compiled.programs import KEEP, WITH
from sim.engines.compiled.questions import count, since
from sim.model.code import ACTOR, SELF, Op
from sim.scenario.times import DAY_MS

NAN, INF = math.nan, math.inf
ONE, TWO = np.uint64(1), np.uint64(2)
FAULT = int(Status.FAULT)
(CONSTANT, PARAMETER, WORLD, OF_ACTOR, OF_DYAD, TIME, LEVEL, RUNG, DEATHS, INJURED, WAITED, WHO, COUNT, SINCE,
 NEGATE, NOT, ABS, EXP, LOG, SQRT, LOGISTIC, ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, LESS, AT_MOST, MORE, AT_LEAST,
 EQUAL, UNEQUAL, AND, OR, MIN, MAX, CLAMP, IF) = (int(op) for op in Op)  # fmt: skip
FIRST_OF_ONE, FIRST_OF_TWO, FIRST_OF_THREE = NEGATE, ADD, CLAMP


@inlined
def whom(w: Any, code: int) -> int:
    """The actor that an operand means: its number, or that of a role; −1 for nobody."""
    if code >= -1:
        return code
    if code == SELF:
        return w.self
    return w.actor if code == ACTOR else w.target


@inlined
def read(cells: Any, cell: int, decay: float, now: int) -> float:
    """A cell's value now."""
    value, base = cells[cell].value, cells[cell].base
    age = cells[cell].touched - now
    if value == base or decay == 0.0 or age == 0:
        return value
    return base + (value - base) * math.exp(age * decay)


@inlined
def leaf(t: Any, s: Any, op: int, a: int, b: int, c: int) -> float:
    """What a name stands for."""
    if op == CONSTANT:
        return s.numbers[a]
    w = s.world[0]
    if op <= OF_DYAD:
        cell = s.variables[a].offset
        if op != WORLD:
            first = whom(w, b)
            if first < 0:
                return s.variables[a].baseline
            cell += first
            if op == OF_DYAD:
                second = whom(w, c)
                if second < 0:
                    return s.variables[a].baseline
                cell += first * (t.sizes[0].actors - 1) + second
        return read(s.cells, cell, s.variables[a].decay, w.now)
    if op == TIME:
        return w.now / DAY_MS
    if op == LEVEL:
        return float(w.level)
    if op == RUNG:
        return float(w.rung)
    if op == DEATHS:
        return float(w.deaths)
    if op == INJURED:
        return float(w.injured)
    if op == WAITED:
        return w.waited
    return float(whom(w, b))


@called
def of_one(op: int, x: float) -> float:
    """An operation on one operand."""
    if op == NEGATE:
        return -x
    if x != x:
        return NAN
    if op == NOT:
        return 0.0 if x != 0.0 else 1.0
    if op == ABS:
        return abs(x)
    if op == EXP:
        value = math.exp(x)
        return NAN if value == INF and x < INF else value
    if op == LOG:
        return math.log(x) if x > 0.0 else NAN
    if op == SQRT:
        return math.sqrt(x) if x >= 0.0 else NAN
    if x >= 0.0:  # logistic
        return 1.0 / (1.0 + math.exp(-x))
    e = math.exp(x)
    return e / (1.0 + e)


@called
def power(x: float, y: float) -> float:
    """`x` to the power of `y`; too large, or no real value, is not a number."""
    if x != x or y != y:
        return NAN
    value = math.pow(x, y)
    return NAN if abs(value) == INF and abs(x) < INF and abs(y) < INF else value


@inlined
def as_number(truth: bool) -> float:
    return 1.0 if truth else 0.0


@inlined
def compared(op: int, x: float, y: float) -> float:
    """A comparison, MIN or MAX; neither operand is NaN."""
    if op == LESS:
        return as_number(x < y)
    if op == MORE:
        return as_number(x > y)
    if op == AT_MOST:
        return as_number(x <= y)
    if op == AT_LEAST:
        return as_number(x >= y)
    if op == EQUAL:
        return as_number(x == y)
    if op == UNEQUAL:
        return as_number(x != y)
    if op == MIN:
        return y if y < x else x
    return y if y > x else x


@inlined
def arithmetic(op: int, x: float, y: float) -> float:
    """A sum, difference, product, quotient or power."""
    if op == ADD:
        return x + y
    if op == SUBTRACT:
        return x - y
    if op == MULTIPLY:
        return x * y
    if op == DIVIDE:
        return x / y if y != 0.0 else NAN
    return power(x, y)


@called
def careful_arithmetic(op: int, x: float, y: float) -> float:
    """The same beside a ``since``, which may be infinite: what overflows is an error at once."""
    value = arithmetic(op, x, y)
    return NAN if abs(value) == INF and abs(x) < INF and abs(y) < INF else value


@inlined
def of_two(op: int, x: float, y: float, careful: bool) -> float:
    """An operation on two operands."""
    if op <= POWER:
        return careful_arithmetic(op, x, y) if careful else arithmetic(op, x, y)
    if x != x:
        return NAN
    if op == AND and x == 0.0:
        return 0.0
    if op == OR and x != 0.0:
        return 1.0
    if y != y:
        return NAN
    if op in (AND, OR):
        return as_number(y != 0.0)
    return compared(op, x, y)


@inlined
def of_three(op: int, x: float, y: float, z: float) -> float:
    """``clamp(x, y, z)``, or ``x if y else z``."""
    if op == CLAMP:
        if x != x or y != y or z != z:
            return NAN
        least = y if y > x else x
        return z if z < least else least
    if y != y:
        return NAN
    return x if y != 0.0 else z


@called
def evaluate(t: Any, s: Any, program: int) -> float:
    """The result of a program; NaN if it could not be computed.

    `x` is the top of the stack; what lies below stands in the numbers, behind all else.
    """
    numbers, top, x = s.numbers, np.uint64(t.sizes[0].stack), 0.0
    careful = t.programs[program].careful != 0
    for i in range(t.programs[program].first, t.programs[program].behind):
        one = t.code[i]
        op = one.op
        if op < COUNT:
            numbers[top] = x
            top += ONE
            x = leaf(t, s, op, one.a, one.b, one.c)
        elif op >= WITH or FIRST_OF_TWO <= op < FIRST_OF_THREE:
            if op >= WITH:
                left, right, op = x, numbers[one.a], op - WITH
            else:
                top -= ONE
                left, right = numbers[top], x
            x = of_two(op, left, right, careful)
        elif op == KEEP:
            numbers[one.a] = x
        elif op >= FIRST_OF_THREE:
            top -= TWO
            x = of_three(op, numbers[top], numbers[top + ONE], x)
        elif op >= FIRST_OF_ONE:
            x = of_one(op, x)
        elif op == COUNT:
            x = count(t, s, one.a, x)
        else:
            x = since(t, s, one.a, x)
    return x


@inlined
def value(t: Any, s: Any, program: int) -> float:
    """The value of a program now; NaN if it could not be computed."""
    number = t.programs[program].number
    return s.numbers[number] if number >= 0 else evaluate(t, s, program)


@inlined
def between(t: Any, s: Any, program: int, low: float, high: float) -> float:
    """The value of a program; one that is not from `low` to `high`, or not finite, is a fault, and 0 here."""
    number = value(t, s, program)
    if low <= number <= high and abs(number) < INF:
        return number
    s.world[0].status = FAULT
    return 0.0


@inlined
def holds_true(t: Any, s: Any, program: int) -> bool:
    """Whether a condition holds."""
    return between(t, s, program, -INF, INF) != 0.0
