"""Texts become the trees that they mean, or a LanguageError that says where and why."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sim.arithmetic import BadNumber
from sim.scenario import parser
from sim.scenario.constants import value_of
from sim.scenario.parser import LanguageError, parse_distribution, parse_effect, parse_expression, parse_span, parse_who
from sim.scenario.syntax import Binary, Choice, Name, Not, Number, Span, Who
from tests.scenario.trees import expressions, text_of, who_fields, who_text, without_places

NAMES = {"a": 2.0, "b": 3.0, "c": 0.5, "d": -1.0}


def value(text: str) -> float:
    return value_of(parse_expression(text), NAMES)


@given(expressions)
def test_a_tree_told_as_text_is_read_as_the_same_tree(tree):
    assert without_places(parse_expression(text_of(tree))) == without_places(tree)


@given(who_fields)
def test_a_who_field_told_as_text_is_read_as_the_same(field):
    assert without_places(parse_who(who_text(field))) == without_places(field)


@pytest.mark.parametrize(
    "text",
    [
        "a + b * c - d / a", "-a ** 2", "2 ** -a", "a ** b ** c", "a - b - c", "a / b / c", "- - a", "-a * b", "a * -b",
        "not a == b", "not not a", "a < b < c", "a < b > c != d", "a if b < c else d if a else b",
        "(a if b else c) + d",
        "a < b == (c < d)", "1 + (not a)", "a if not b else c", "min(a, b) ** 2 + abs(-d)", "+a - +b", "1e1 + .5 + 2.",
    ],
)  # fmt: skip
def test_precedence_is_pythons(text):
    assert value(text) == float(eval(text, {"__builtins__": {}, "min": min, "abs": abs}, NAMES))  # the oracle


_OPERANDS = st.sampled_from(["a", "b", "c", "2", "0.5", "-a", "not b", "(a + b)"])
_SIGNS = st.sampled_from(["+", "-", "*", "/", "<", "<=", ">", ">=", "==", "!=", "**"])


@given(st.lists(st.tuples(_OPERANDS, _SIGNS), max_size=6), _OPERANDS)
def test_flat_expressions_mean_what_they_mean_in_python(parts, last):
    text = " ".join([*(f"{operand} {sign}" for operand, sign in parts), last])
    try:
        wanted = eval(text, {"__builtins__": {}}, NAMES)  # the oracle
    except SyntaxError:
        with pytest.raises(LanguageError):
            parse_expression(text)
        return
    except ArithmeticError:
        wanted = math.nan
    try:
        found = value(text)
    except BadNumber:  # Python looks at no more of a chain than it must, and is content with infinity
        assume(False)
    assert found == pytest.approx(float(wanted), rel=1e-12)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a and d", 1),
        ("a and 0", 0),
        ("0 or 0", 0),
        ("0 or b", 1),
        ("not a", 0),
        ("not 0", 1),
        ("a < b", 1),
        ("a > b", 0),
    ],
)
def test_comparisons_and_logic_give_0_or_1(text, wanted):
    assert value(text) == wanted


@pytest.mark.parametrize(
    ("text", "days"), [("12 h", 0.5), ("30 min", 1 / 48), ("1 w", 7), ("1.5d", 1.5), ("2 * 6 h", 0.5)]
)
def test_durations_are_days(text, days):
    assert value(text) == days


def test_a_chain_of_comparisons_is_both_of_them():
    assert parse_expression("a < b <= c") == Binary(
        6, "and", Binary(2, "<", Name(0, "a"), Name(4, "b")), Binary(6, "<=", Name(4, "b"), Name(9, "c"))
    )


def test_a_choice_knows_its_three_parts():
    assert parse_expression("a if b else c") == Choice(2, Name(0, "a"), Name(5, "b"), Name(12, "c"))


def test_ids_may_begin_with_a_digit():
    assert parse_expression("2nd + 1") == Binary(4, "+", Name(0, "2nd"), Number(6, 1.0))


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("", 0), ("1 +", 3), ("1 2", 2), ("a b", 2), ("(1", 2), ("1)", 1), ("a[", 2), ("a[1]", 2), ("f(1)", 0),
        ("min()", 4), ("1 & 2", 2), ("a if b", 6), ("if a else b", 0), ("count(x=1)", 6), ("count(action=)", 13),
        ("since(rung=5...)", 11),
    ],
)  # fmt: skip
def test_a_problem_has_its_offset(text, at):
    with pytest.raises(LanguageError) as error:
        parse_expression(text)
    assert error.value.at == at


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "open('x')",
        "().__class__",
        "lambda: 1",
        "[1]",
        "{}",
        "'a'",
        "a; b",
        "a := 1",
        "@a",
        "a\\b",
        "f''",
    ],
)
def test_nothing_of_python_is_understood(text):
    with pytest.raises(LanguageError):
        parse_expression(text)


READERS = [
    parse_expression,
    parse_who,
    parse_span,
    parse_effect,
    lambda text: parse_distribution(text, parser.DELAYS, days=True),
    lambda text: parse_distribution(text, parser.CASUALTIES),
    lambda text: parser.pattern_value("action", text),
]
_PIECES = st.sampled_from(
    [
        "count(", "since(", "within=", "action=", "actor=", "min(", "hurdle(", "lognormal(", "(", ")", "[", "]", ",",
        "not ", "a", "self", "5..", "3 d", "=", "==", "+=", "**", "-", "if ", "else ", " ", "of ", "\n", "٣", "\x00",
    ]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(_PIECES, max_size=40).map("".join)))
def test_garbage_raises_nothing_but_a_language_error(text):
    for read in READERS:
        assert 0 <= _problem_at(read, text) <= len(text)


def _problem_at(read: Callable[[str], object], text: str) -> int:
    try:
        read(text)
    except LanguageError as error:
        return error.at
    return 0


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("5", 5, 5), ("5..", 5, None), ("..3", None, 3), ("2..4", 2, 4), (" -2 ", -2, -2), ("-4..-1", -4, -1)],
)
def test_spans(text, low, high):
    span = parse_span(text)
    assert (span.low, span.high) == (low, high)


@pytest.mark.parametrize("text", ["", "..", "5...", "a", "5 6", "4..2", "1.5", "5..x", "--5", "5-6"])
def test_spans_that_are_none(text):
    with pytest.raises(LanguageError):
        parse_span(text)


def test_a_span_of_astronomic_numbers_stays_within_whole_numbers():
    assert parse_span("5..99999999999999999999") == Span(0, 5, 10**9)


def test_not_reaches_to_the_end():
    assert parse_who("not patron of self") == (Not(0, (Who(4, "self", "patron", "of"),)),)
    assert parse_who("[not [a, b], c]") == (Not(1, (Who(6, "a"), Who(9, "b"))), Who(13, "c"))


def test_a_hurdle_holds_a_distribution_or_a_number():
    assert parse_distribution("hurdle(0.1, geometric(2))", parser.CASUALTIES).inner.kind == "geometric"
    assert parse_distribution("hurdle(0.1, 3)", parser.CASUALTIES).inner.kind == "fixed"
    assert parse_distribution("hurdle(0.1, max(1, rung))", parser.CASUALTIES).inner.kind == "fixed"


@pytest.mark.parametrize("text", ["1 d + 2 h", "min(1 d, 2 d)", "us_delay", "count() * 1 h"])
def test_an_expression_is_a_fixed_delay(text):
    assert parse_distribution(text, parser.DELAYS, days=True).kind == "fixed"


@pytest.mark.parametrize(
    ("text", "operator"),
    [("v = 1", "="), ("v[a] += 1", "+="), ("v[a, b] -= 1", "-="), ("v*=2", "*="), ("v /= -2", "/=")],
)
def test_effects(text, operator):
    effect = parse_effect(text)
    assert (effect.variable, effect.op) == ("v", operator)
    assert [one.id for one in effect.who] == [one for one in "ab" if f"[{one}" in text or f" {one}]" in text]


@pytest.mark.parametrize(
    "text", ["v", "v == 1", "v ** = 2", "1 = 1 +", "v[ = 1", "v[1] = 1", "v[a,] = 1", "= 1", "v[a = 1"]
)
def test_effects_that_are_none(text):
    with pytest.raises(LanguageError):
        parse_effect(text)


def test_bad_numbers_are_told_apart_from_bad_texts():
    with pytest.raises(BadNumber):
        value("1 / 0")
