"""The value of an expression that uses numbers and parameters only."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sim import arithmetic as do
from sim.escapes import shortened
from sim.scenario.syntax import Call, Choice, Expression, Index, Name, Number, Question, Unary, walk

if TYPE_CHECKING:
    from sim.scenario.report import Report
    from sim.scenario.schema import Parameter, Scenario

_CALLS: dict[str, Callable[..., float]] = {
    "abs": abs,
    "clamp": do.clamp,
    "exp": do.exponential,
    "log": do.logarithm,
    "sqrt": do.root,
    "logistic": do.logistic,
    "min": lambda *a: min(a),
    "max": lambda *a: max(a),
}
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: do.checked(a + b, a, b),
    "-": lambda a, b: do.checked(a - b, a, b),
    "*": lambda a, b: do.checked(a * b, a, b),
    "/": do.divide,
    "**": do.power,
}


class NotConstant(ValueError):  # noqa: N818  # a state of affairs rather than an error
    """The expression has no value that could be known now."""


def is_constant(expression: Expression, parameters: Mapping[str, object]) -> bool:
    """Whether the expression uses numbers and parameters only."""
    return all(
        node.id in parameters if isinstance(node, Name) else not isinstance(node, (Index, Question))
        for node in walk(expression)
    )


def value_of(node: Expression, values: Mapping[Any, float]) -> float:
    """The value, given those of its names (or of a name, index or question as a whole).

    Raises BadNumber where there is none, NotConstant where it depends on something else.
    """
    if isinstance(node, Number):
        return node.value
    if isinstance(node, (Name, Index, Question)):
        found = values.get(node.id if isinstance(node, Name) else node)
        if found is None:
            raise NotConstant(f"not a constant: {node!r}")
        return float(found)
    if isinstance(node, Unary):
        inner = value_of(node.operand, values)
        return float(not inner) if node.op == "not" else -inner if node.op == "-" else inner
    if isinstance(node, Choice):
        return value_of(node.then if value_of(node.condition, values) else node.other, values)
    if isinstance(node, Call):
        return float(_CALLS[node.function](*(value_of(one, values) for one in node.arguments)))
    left = value_of(node.left, values)
    if node.op == "and":
        return float(bool(left) and bool(value_of(node.right, values)))
    if node.op == "or":
        return float(bool(left) or bool(value_of(node.right, values)))
    right = value_of(node.right, values)
    if node.op in _COMPARE:
        return float(_COMPARE[node.op](left, right))
    return _ARITHMETIC[node.op](left, right)


def known_values(scenario: Scenario, report: Report) -> dict[str, float]:
    """The parameters' own values, save those that could not be read."""
    return {
        name: one.value
        for name, one in scenario.parameters.items()
        if not report.is_broken(("parameters", name, "value"))
    }


def support(parameter: Parameter) -> tuple[float, float]:
    """The least and the greatest value that a parameter's range can give, its bounds apart.

    Raises BadNumber or NotConstant where the range is broken.
    """
    if parameter.range is None:
        return parameter.value, parameter.value
    kind, arguments = parameter.range.kind, [value_of(one, {}) for one in parameter.range.arguments]
    if kind in ("uniform", "triangular", "loguniform"):
        return arguments[0], arguments[-1]
    if kind == "beta":
        return 0.0, 1.0
    return (-math.inf if kind == "normal" else 0.0), math.inf


def given(expressions: Iterable[Expression], parameters: Mapping[str, float]) -> str:
    """The parameters that expressions use, with their values, for messages: `` (with p = 3)`` or nothing."""
    names = dict.fromkeys(node.id for one in expressions for node in walk(one) if isinstance(node, Name))
    told = shortened(", ".join(f"{name} = {parameters[name]:g}" for name in names))
    return f" (with {told})" if told else ""
