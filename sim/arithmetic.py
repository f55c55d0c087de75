"""What the operations of expressions compute: one definition for the checker and every engine.

All on 64-bit floats through :mod:`math`, scalar by scalar, so that every engine gets the same bits.
A division by zero and an ``exp`` or ``**`` that overflows are errors at once. A sum, product or quotient that
overflows is one where it reaches the result, and at once beside a ``since``, which may give infinity. What is not a
number (infinity less infinity) stays so through all that is done with it and is an error in the end: no operation
takes it for an answer.
"""

from __future__ import annotations

import math

INF = math.inf


class BadNumber(ArithmeticError):  # noqa: N818  (a result that is not there, caught close by)
    """An operation that has no finite result."""


def divide(a: float, b: float) -> float:
    if b == 0.0:
        raise BadNumber("a division by zero")
    return checked(a / b, a, b)


def power(a: float, b: float) -> float:
    if a != a or b != b:  # of which math.pow makes 1 where the other one is 0 or 1
        raise BadNumber("a result that is not a number")
    try:
        return checked(math.pow(a, b), a, b)
    except ValueError:
        raise BadNumber(f"{a:g} ** {b:g} has no real value") from None
    except OverflowError:
        raise BadNumber(f"{a:g} ** {b:g} is too large") from None


def exponential(a: float) -> float:
    try:
        return math.exp(a)
    except OverflowError:
        raise BadNumber(f"exp({a:g}) is too large") from None


def logarithm(a: float) -> float:
    if not a > 0.0:
        raise BadNumber(f"the logarithm of {a:g}")
    return math.log(a)


def root(a: float) -> float:
    if a < 0.0:
        raise BadNumber(f"the square root of {a:g}")
    return math.sqrt(a)


def logistic(a: float) -> float:
    """1 / (1 + exp(−a)), written so that it cannot overflow."""
    if a >= 0.0:
        return 1.0 / (1.0 + math.exp(-a))
    e = math.exp(a)
    return e / (1.0 + e)


def clamp(a: float, low: float, high: float) -> float:
    """`a`, but at least `low` and at most `high`; `high` wins where they cross."""
    return least(most(a, low), high)


def least(a: float, b: float) -> float:
    """The lesser of two; the first of two that are equal, which tells 0 from −0."""
    return b if b < a else a


def most(a: float, b: float) -> float:
    """The greater of two; the first of two that are equal."""
    return b if b > a else a


def checked(result: float, *inputs: float) -> float:
    """The result, unless it is no number, or infinite though no input was."""
    if result - result == 0.0:
        return result
    if result != result:
        raise BadNumber("a result that is not a number")
    if all(-INF < one < INF for one in inputs):
        raise BadNumber("a result that is too large")
    return result
