"""Pieces of the scenario language back as text, in the way their authors write them."""

from __future__ import annotations

from sim.scenario.syntax import (
    PATTERN_KEYS,
    Binary,
    Call,
    Choice,
    Distribution,
    Expression,
    Index,
    Name,
    Names,
    Not,
    Number,
    Question,
    Span,
    Unary,
    WhoField,
)
from sim.scenario.times import UNIT_MS

_STRENGTH = {"or": 1, "and": 2, "not": 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "==": 4, "!=": 4,
             "+": 5, "-": 5, "*": 6, "/": 6, "sign": 7, "**": 8}  # fmt: skip
_CHOICE, _ATOM = 0, 9


def expression_text(node: Expression) -> str:
    """An expression as text.

    >>> from sim.scenario.parser import parse_expression
    >>> expression_text(parse_expression("(1 + a)*b if not c else min(2, d[self])"))
    '(1 + a) * b if not c else min(2, d[self])'
    """
    return _text(node)[0]


def number_code(number: Number) -> str:
    """A number as written: ``0.5``, or a duration ``12 h``."""
    if number.ms is None:
        return f"{number.value:.15g}"
    for unit in ("w", "d", "h", "min"):
        if number.ms % UNIT_MS[unit] == 0 and (unit != "w" or number.ms >= 4 * UNIT_MS["w"]):
            return f"{number.ms / UNIT_MS[unit]:.15g} {unit}"
    return f"{number.ms / UNIT_MS['h']:.6g} h"


def _text(node: Expression) -> tuple[str, int]:
    """The text and how strongly its outermost operation binds."""
    if isinstance(node, Number):
        return number_code(node), _ATOM
    if isinstance(node, Name):
        return node.id, _ATOM
    if isinstance(node, Index):
        return f"{node.id}[{', '.join(one.id for one in node.who)}]", _ATOM
    if isinstance(node, Call):
        return f"{node.function}({', '.join(map(expression_text, node.arguments))})", _ATOM
    if isinstance(node, Question):
        return question_text(node), _ATOM
    if isinstance(node, Choice):
        parts = [_inside(node.then, 1), _inside(node.condition, 1), _inside(node.other, _CHOICE)]
        return f"{parts[0]} if {parts[1]} else {parts[2]}", _CHOICE
    if isinstance(node, Unary):
        own = _STRENGTH["not" if node.op == "not" else "sign"]
        return f"{'not ' if node.op == 'not' else node.op}{_inside(node.operand, own)}", own
    return _binary(node)


def _binary(node: Binary) -> tuple[str, int]:
    own = _STRENGTH[node.op]
    if node.op == "**":
        return f"{_inside(node.left, own + 1)} ** {_inside(node.right, _STRENGTH['sign'])}", own
    if own == _STRENGTH["<"]:
        return f"{_inside(node.left, own + 1)} {node.op} {_inside(node.right, own + 1)}", own
    parts: list[str] = []
    left: Expression = node
    while isinstance(left, Binary) and _STRENGTH[left.op] == own:  # a long sum is no deep one
        parts += [_inside(left.right, own + 1), left.op]
        left = left.left
    return " ".join([_inside(left, own), *reversed(parts)]), own


def _inside(node: Expression, least: int) -> str:
    """The text, in brackets where it binds less strongly than `least`."""
    text, strength = _text(node)
    return text if strength >= least else f"({text})"


def question_text(node: Question) -> str:
    """``count(action=condemn, actor=self, within=7 d)``."""
    keys = [key for key in PATTERN_KEYS if getattr(node.pattern, key) is not None]
    parts = [f"{key}={_value(getattr(node.pattern, key))}" for key in keys]
    if node.within is not None:
        parts.append(f"within={expression_text(node.within)}")
    return f"{node.kind}({', '.join(parts)})"


def _value(value: Names | Span | WhoField) -> str:
    if isinstance(value, Span):
        return _span_code(value)
    parts = list(value.ids) if isinstance(value, Names) else [_term(term) for term in value]
    return parts[0] if len(parts) == 1 else f"[{', '.join(parts)}]"


def _term(term: object) -> str:
    if isinstance(term, Not):
        return f"not {_value(term.field)}"
    relation, direction, who = (getattr(term, key) for key in ("relation", "direction", "id"))
    return f"{relation} {direction} {who}" if relation else str(who)


def _span_code(span: Span) -> str:
    """``5``, ``5..``, ``..3`` or ``2..4``."""
    if span.low == span.high:
        return str(span.low)
    return f"{'' if span.low is None else span.low}..{'' if span.high is None else span.high}"


def distribution_text(distribution: Distribution) -> str:
    """``lognormal(8 h, 24 h)``; what is fixed without its word."""
    arguments = [expression_text(one) for one in distribution.arguments]
    if distribution.inner is not None:
        arguments.append(distribution_text(distribution.inner))
    if distribution.kind == "fixed":
        return arguments[0]
    return f"{distribution.kind}({', '.join(arguments)})"
