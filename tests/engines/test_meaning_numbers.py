"""Section 3: what the numbers of expressions are, to the last bit: whole ones, and nought with its sign."""

from __future__ import annotations

import itertools
import math

import pytest

from sim import arithmetic

NUMBERS = ("x - 1", "-x", "0", "y", "2")  # −1, −0, 0, 1, 2
VALUES = (-1.0, -0.0, 0.0, 1.0, 2.0)


def bits(value: float) -> tuple[float, float]:
    """A number with its sign, which nought has too."""
    return value, math.copysign(1.0, value)


def end(play, expression: str, value: float = 0.0) -> float:
    """What an expression gives in a run, as the last value of a variable."""
    text = f"""
parameters: {{less: {{value: -0.0}}}}
variables: {{x: {{scope: world}}, y: {{scope: world, initial: 1}}, out: {{scope: world, initial: 7}}}}
actions: {{hit: {{deaths: {value:.0f}, effects: ["out = {expression}"]}}}}
timeline: [{{at: +1 d, who: a, do: hit, to: b}}]
"""
    found: float = play(text).at_end("out")
    return found


@pytest.mark.parametrize(("one", "other"), list(itertools.product(range(5), repeat=2)))
def test_of_two_equal_numbers_min_and_max_give_the_first(play, one, other):
    a, b, text = VALUES[one], VALUES[other], f"{NUMBERS[one]}, {NUMBERS[other]}"
    assert bits(end(play, f"min({text})")) == bits(b if b < a else a) == bits(arithmetic.least(a, b))
    assert bits(end(play, f"max({text})")) == bits(b if b > a else a) == bits(arithmetic.most(a, b))
    assert bits(end(play, f"clamp({NUMBERS[one]}, {NUMBERS[other]}, 1)")) == bits(min(max(a, b), 1.0))


@pytest.mark.parametrize("expression", ["min(less, 0)", "min(less, x)", "max(less, x)", "-(-less)"])
def test_a_parameter_may_be_less_than_nought_by_its_sign_alone(play, expression):
    assert bits(end(play, expression)) == bits(-0.0)


def test_the_numbers_of_an_event_are_no_exact_whole_numbers(play):
    """As 64-bit floats they have a negative nought, and round beyond 2⁵³."""
    assert bits(end(play, "-deaths")) == bits(-0.0)
    many = 94906267.0
    assert end(play, "deaths * deaths - 1", many) == many * many - 1.0
    assert end(play, "(deaths * deaths) * deaths", many) == (many * many) * many != float(int(many) ** 3)
