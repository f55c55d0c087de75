"""The value of an expression that uses numbers and parameters only."""

from __future__ import annotations

from collections.abc import Mapping

from sim import arithmetic as do
from sim.scenario.syntax import Binary, Call, Choice, Expression, Name, Number, Unary, walk

_CALLS = {
    "abs": abs,
    "clamp": do.clamp,
    "exp": do.exponential,
    "log": do.logarithm,
    "sqrt": do.root,
    "logistic": do.logistic,
    "min": lambda *a: min(a),
    "max": lambda *a: max(a),
}
_COMPARE = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
_ARITHMETIC = {
    "+": lambda a, b: do.checked(a + b, a, b),
    "-": lambda a, b: do.checked(a - b, a, b),
    "*": lambda a, b: do.checked(a * b, a, b),
    "/": do.divide,
    "**": do.power,
}


def is_constant(expression: Expression, parameters: Mapping[str, object]) -> bool:
    """Whether the expression uses numbers and parameters only."""
    for node in walk(expression):
        if isinstance(node, Name) and node.id not in parameters:
            return False
        if not isinstance(node, (Number, Name, Unary, Binary, Choice, Call)):
            return False
    return True


def value_of(node: Expression, parameters: Mapping[str, float]) -> float:
    """The value, given the parameters'. Raises BadNumber where there is none."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Name):
        return parameters[node.id]
    if isinstance(node, Unary):
        inner = value_of(node.operand, parameters)
        return float(not inner) if node.op == "not" else -inner if node.op == "-" else inner
    if isinstance(node, Choice):
        return value_of(node.then if value_of(node.condition, parameters) else node.other, parameters)
    if isinstance(node, Call):
        return float(_CALLS[node.function](*(value_of(one, parameters) for one in node.arguments)))
    if isinstance(node, Binary):
        left = value_of(node.left, parameters)
        if node.op == "and":
            return float(bool(left) and bool(value_of(node.right, parameters)))
        if node.op == "or":
            return float(bool(left) or bool(value_of(node.right, parameters)))
        right = value_of(node.right, parameters)
        if node.op in _COMPARE:
            return float(_COMPARE[node.op](left, right))
        return _ARITHMETIC[node.op](left, right)
    raise TypeError(f"not a constant: {node!r}")
