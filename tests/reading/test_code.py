"""Pieces of the language back as text: what is read again is the same."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from sim.reading.code import distribution_text, expression_text
from sim.scenario.load import load
from sim.scenario.parser import CASUALTIES, parse_distribution, parse_expression
from sim.scenario.sites import sites
from sim.scenario.syntax import Distribution, Effect


def bare(node: Any) -> Any:
    """A piece of the language without the offsets in its text."""
    if isinstance(node, tuple):
        return tuple(bare(one) for one in node)
    if is_dataclass(node):
        kept = [one.name for one in fields(node) if one.name not in ("at", "offsets")]
        return (type(node).__name__, *(bare(getattr(node, name)) for name in kept))
    return node


@pytest.mark.parametrize(
    "text",
    [
        "1 + 2 - 3", "1 - (2 - 3)", "a - (b + c)", "2 ** 3 ** 2", "(2 ** 3) ** 2", "-2 ** 2", "(-2) ** 2", "2 ** -1",
        "not a == b", "not (a or b)", "(not a) + 1", "a and b or c", "a and (b or c)", "a < b and b < c",
        "(a < b) < c", "a if b else c if d else e", "(a if b else c) if d else e", "(a if b else c) + 1",
        "min(1, max(a, b[self], c[self, actor]))", "12 h + 1.5 d - 30 min", "a / b * c", "a / (b * c)", "-(a + b)",
        "- -a", "count(action=[a, b-c], actor=not [self, x], rung=5.., within=p * 2) > since(soil=patron of y)",
    ],
)  # fmt: skip
def test_an_expression_comes_back_the_same(text):
    node = parse_expression(text)
    assert bare(parse_expression(expression_text(node))) == bare(node)
    assert expression_text(parse_expression(expression_text(node))) == expression_text(node)


def test_every_expression_of_erbil_comes_back_the_same():
    found = 0
    for site in sites(load("erbil-2024").description):
        value = site.value
        if isinstance(value, Distribution) and site.kind == "casualties":
            assert bare(parse_distribution(distribution_text(value), CASUALTIES)) == bare(value)
        elif isinstance(value, Effect):
            assert bare(parse_expression(expression_text(value.expression))) == bare(value.expression)
        elif site.kind in ("number", "chance", "weight"):
            assert bare(parse_expression(expression_text(value))) == bare(value)
        else:
            continue
        found += 1
    assert found > 300
