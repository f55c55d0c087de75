"""Made-up expressions: trees, the text that means them, and trees without their places."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

from hypothesis import strategies as st

from sim.scenario.syntax import (
    FUNCTIONS,
    Binary,
    Call,
    Choice,
    Expression,
    Index,
    Name,
    Names,
    Not,
    Number,
    Pattern,
    Question,
    Span,
    Unary,
    Who,
)
from sim.scenario.times import UNIT_MS

_STRENGTH = {
    "or": 1,
    "and": 2,
    "not": 3,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "==": 4,
    "!=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
}
_OPERATORS = [*(one for one in _STRENGTH if one != "not"), "**"]
_SIGN, _POWER, _ATOM = 7, 8, 9

names = st.sampled_from(["p", "us_restraint", "t", "level", "deaths", "x1", "2nd", "self", "iran"])
numbers = st.one_of(
    st.integers(0, 10**6).map(lambda n: Number(0, float(n))),
    st.floats(0, 1e9, allow_nan=False).map(lambda x: Number(0, x)),
    st.tuples(st.integers(0, 999), st.sampled_from(list(UNIT_MS))).map(lambda d: Number.days(0, d[0] * UNIT_MS[d[1]])),
)
who = st.one_of(
    st.sampled_from(["iran", "western", "self", "actor", "others", "any", "nobody"]).map(lambda one: Who(0, one)),
    st.tuples(st.sampled_from(["self", "iran"]), st.sampled_from(["of", "by"])).map(
        lambda r: Who(0, r[0], "patron", r[1])
    ),
)
who_fields = st.recursive(
    st.lists(who, min_size=1, max_size=3).map(tuple),
    lambda inner: st.lists(st.one_of(who, inner.map(lambda field: Not(0, field))), min_size=1, max_size=3).map(tuple),
    max_leaves=5,
)
ids = st.lists(st.sampled_from(["shoot", "kinetic", "us-answers", "2"]), min_size=1, max_size=3).map(
    lambda one: Names(0, tuple(one))
)
_bounds = st.integers(-20, 20)
spans = st.one_of(
    _bounds.map(lambda n: Span(0, n, n)),
    _bounds.map(lambda n: Span(0, n, None)),
    _bounds.map(lambda n: Span(0, None, n)),
    st.tuples(_bounds, st.integers(1, 9)).map(lambda b: Span(0, b[0], b[0] + b[1])),
)
patterns = st.builds(
    Pattern,
    **{key: st.none() | ids for key in ("action", "place", "origin")},
    **{key: st.none() | spans for key in ("rung", "deaths", "injured")},
    **{key: st.none() | who_fields for key in ("actor", "target", "soil")},
)


def _larger(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    indexed = st.tuples(
        names, st.lists(names.filter(lambda one: one != "t").map(lambda one: Name(0, one)), min_size=1, max_size=2)
    )
    return st.one_of(
        st.tuples(st.sampled_from(["-", "+", "not"]), inner).map(lambda one: Unary(0, *one)),
        st.tuples(st.sampled_from(_OPERATORS), inner, inner).map(lambda one: Binary(0, *one)),
        st.tuples(inner, inner, inner).map(lambda one: Choice(0, *one)),
        st.sampled_from(sorted(FUNCTIONS)).flatmap(
            lambda function: st.lists(
                inner, min_size=FUNCTIONS[function][0], max_size=min(FUNCTIONS[function][1], 3)
            ).map(lambda arguments: Call(0, function, tuple(arguments)))
        ),
        indexed.map(lambda one: Index(0, one[0], tuple(one[1]))),
        st.tuples(st.sampled_from(["count", "since"]), patterns, st.none() | inner).map(lambda one: Question(0, *one)),
    )


expressions = st.recursive(st.one_of(numbers, names.map(lambda one: Name(0, one))), _larger, max_leaves=20)


def without_places(node: Any) -> Any:
    """The same tree with every offset 0."""
    if isinstance(node, tuple):
        return tuple(without_places(one) for one in node)
    if not is_dataclass(node) or isinstance(node, type):
        return node
    kept = {one.name: without_places(getattr(node, one.name)) for one in fields(node)}
    if "at" in kept:
        kept["at"] = 0
    if "offsets" in kept:
        kept["offsets"] = ()
    return replace(node, **kept)


def text_of(node: Expression, weakest: int = 0) -> str:
    """A text that means a tree, with no more brackets than it needs where operators of one strength meet."""
    text, strength = _text(node)
    return text if strength >= weakest else f"({text})"


def _text(node: Expression) -> tuple[str, int]:
    if isinstance(node, Number):
        return (_number(node), _ATOM)
    if isinstance(node, Name):
        return node.id, _ATOM
    if isinstance(node, Index):
        return f"{node.id}[{', '.join(one.id for one in node.who)}]", _ATOM
    if isinstance(node, Call):
        return f"{node.function}({', '.join(map(text_of, node.arguments))})", _ATOM
    if isinstance(node, Question):
        within = [] if node.within is None else [f"within={text_of(node.within)}"]
        return f"{node.kind}({', '.join([*_pairs(node.pattern), *within])})", _ATOM
    if isinstance(node, Choice):
        return f"{text_of(node.then, 1)} if {text_of(node.condition, 1)} else {text_of(node.other)}", 0
    if isinstance(node, Unary):
        strength = _STRENGTH["not"] if node.op == "not" else _SIGN
        return f"{node.op} {text_of(node.operand, strength)}", strength
    if node.op == "**":
        return f"{text_of(node.left, _ATOM)} ** {text_of(node.right, _SIGN)}", _POWER
    strength = _STRENGTH[node.op]
    compares = strength == _STRENGTH["<"]  # a < b < c is a chain, so a comparison of a comparison has brackets
    return f"{text_of(node.left, strength + compares)} {node.op} {text_of(node.right, strength + 1)}", strength


def _number(node: Number) -> str:
    return repr(node.value) if node.ms is None else f"{node.ms / UNIT_MS['min']!r} min"


def _pairs(pattern: Pattern) -> list[str]:
    found = []
    for one in fields(pattern):
        value = getattr(pattern, one.name)
        if isinstance(value, Names):
            found.append(f"{one.name}=[{', '.join(value.ids)}]")
        elif isinstance(value, Span):
            low, high = ("" if bound is None else str(bound) for bound in (value.low, value.high))
            found.append(f"{one.name}={low}" if low == high else f"{one.name}={low}..{high}")
        elif value is not None:
            found.append(f"{one.name}={who_text(value)}")
    return found


def who_text(field: tuple[Who | Not, ...]) -> str:
    """A text that means a who-field."""
    parts = []
    for term in field:
        if isinstance(term, Not):
            parts.append(f"not {who_text(term.field)}")
        else:
            parts.append(f"{term.relation} {term.direction} {term.id}" if term.relation else term.id)
    return f"[{', '.join(parts)}]"
