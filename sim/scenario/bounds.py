"""Between which numbers an expression must lie, whatever happens: interval arithmetic, never too narrow."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product

from sim.arithmetic import BadNumber, logistic
from sim.scenario.constants import NotConstant, support
from sim.scenario.schema import Scenario
from sim.scenario.sites import deeds, expressions, sites
from sim.scenario.syntax import Binary, Call, Choice, Effect, Expression, Index, Name, Number, Question, Unary
from sim.scenario.times import DAY_MS

Bounds = tuple[float, float]

ANYTHING: Bounds = (-math.inf, math.inf)
EITHER: Bounds = (0.0, 1.0)


def bounds_of(scenario: Scenario) -> Callable[[Expression], Bounds]:
    """A function that gives the bounds of an expression in a scenario."""
    return _Reader(scenario).of


class _Reader:
    def __init__(self, scenario: Scenario):
        self.scenario = scenario
        rungs = [scenario.actions[str(deed.do)].rung for _, deed, _ in deeds(scenario) if deed.do != "nothing"]
        top = max([0, *rungs])
        self.known: dict[str, Bounds] = {
            "t": (-math.inf, scenario.horizon / DAY_MS),
            "level": (0.0, float(top)),
            "rung": (float(min([0, *rungs])), float(top)),
            "deaths": (0.0, math.inf),
            "injured": (0.0, math.inf),
            "waited": (0.0, math.inf),
        }
        self.named: dict[str, Bounds] = {}
        every = list(sites(scenario))
        moved = {site.value.variable for site in every if isinstance(site.value, Effect)}
        self.resting: dict[str, list[Expression]] = {name: [] for name in scenario.variables if name not in moved}
        for site in every:
            if _is_rest(site.path) and (name := str(site.path[1])) in self.resting:
                self.resting[name] += [one for _, one in expressions(site)]

    def of(self, node: Expression) -> Bounds:
        """The least and the greatest that an expression can be."""
        if isinstance(node, Number):
            return node.value, node.value
        if isinstance(node, (Name, Index)):
            return self.known.get(node.id) or self._named(node.id)
        if isinstance(node, Question):
            return 0.0, math.inf
        if isinstance(node, Unary):
            return _unary(node.op, self.of(node.operand))
        if isinstance(node, Choice):
            return self._choice(node)
        if isinstance(node, Call):
            return _call(node.function, [self.of(one) for one in node.arguments])
        if node.op in _COMPARED and (self._is_somebody(node.left) or self._is_somebody(node.right)):
            return EITHER
        return _binary(node, self.of(node.left), self.of(node.right))

    def _named(self, name: str) -> Bounds:
        """Those of a parameter or variable, found once."""
        if name not in self.named:
            self.named[name] = self._parameter(name)
        return self.named[name]

    def _parameter(self, name: str) -> Bounds:
        parameter = self.scenario.parameters.get(name)
        if parameter is None:
            return self._variable(name)
        try:
            low, high = support(parameter)
        except (BadNumber, NotConstant):
            return ANYTHING
        low, high = min(low, parameter.value), max(high, parameter.value)
        if parameter.bounds is not None:
            low, high = max(low, parameter.bounds[0]), min(high, parameter.bounds[1])
        return low, high

    def _variable(self, name: str) -> Bounds:
        """Its range; of one that nothing moves, its initial values and baselines."""
        if self.resting.get(name):
            found = [self.of(one) for one in self.resting[name]]
            return min(low for low, _ in found), max(high for _, high in found)
        variable = self.scenario.variables.get(name)
        return ANYTHING if variable is None or variable.range is None else variable.range

    def _choice(self, node: Choice) -> Bounds:
        condition = self.of(node.condition)
        ways = [self.of(node.then)] * (condition != (0.0, 0.0)) + [self.of(node.other)] * (_may_fail(condition))
        return min(low for low, _ in ways), max(high for _, high in ways)

    def _is_somebody(self, node: Expression) -> bool:
        """Whether a name is an actor, a role or nobody, of which only sameness is asked."""
        if not isinstance(node, Name) or node.id in self.known:
            return False
        return node.id not in self.scenario.parameters and node.id not in self.scenario.variables


def _is_rest(path: tuple[str | int, ...]) -> bool:
    return path[0] == "variables" and path[2] in ("initial", "baseline", "own")


def _may_fail(bounds: Bounds) -> bool:
    return bounds[0] <= 0.0 <= bounds[1]


def _truth(may_hold: bool, may_fail: bool) -> Bounds:
    return (0.0 if may_fail else 1.0), (1.0 if may_hold else 0.0)


def _unary(op: str, inner: Bounds) -> Bounds:
    if op == "not":
        return _truth(_may_fail(inner), inner != (0.0, 0.0))
    return (-inner[1], -inner[0]) if op == "-" else inner


_COMPARED: dict[str, Callable[[Bounds, Bounds], Bounds]] = {
    "<": lambda a, b: _truth(a[0] < b[1], a[1] >= b[0]),
    "<=": lambda a, b: _truth(a[0] <= b[1], a[1] > b[0]),
    ">": lambda a, b: _truth(a[1] > b[0], a[0] <= b[1]),
    ">=": lambda a, b: _truth(a[1] >= b[0], a[0] < b[1]),
    "==": lambda a, b: _truth(a[0] <= b[1] and b[0] <= a[1], not a[0] == a[1] == b[0] == b[1]),
    "!=": lambda a, b: _truth(not a[0] == a[1] == b[0] == b[1], a[0] <= b[1] and b[0] <= a[1]),
}


def _binary(node: Binary, a: Bounds, b: Bounds) -> Bounds:
    op = node.op
    if op in _COMPARED:
        return _COMPARED[op](a, b)
    may_fail = (_may_fail(a), _may_fail(b))
    may_hold = (a != (0.0, 0.0), b != (0.0, 0.0))
    if op == "and":
        return _truth(all(may_hold), any(may_fail))
    if op == "or":
        return _truth(any(may_hold), all(may_fail))
    if op == "+":
        return _safe(a[0] + b[0], a[1] + b[1])
    if op == "-":
        return _safe(a[0] - b[1], a[1] - b[0])
    if op == "*":
        return _corners([0.0 if 0.0 in (x, y) else x * y for x, y in product(a, b)])
    if op == "/" and not _may_fail(b):
        return _corners([x / y for x, y in product(a, b)])
    return ANYTHING


def _call(function: str, inner: list[Bounds]) -> Bounds:
    low, high = inner[0]
    if function in ("min", "max"):
        pick = min if function == "min" else max
        return pick(one[0] for one in inner), pick(one[1] for one in inner)
    if function == "clamp":
        (_, (least, least_high), (most_low, most)) = inner
        return min(max(low, least), most_low), min(max(high, least_high), most)
    if function == "abs":
        return (0.0 if _may_fail((low, high)) else min(abs(low), abs(high))), max(abs(low), abs(high))
    if function == "logistic":
        return (0.0 if low == -math.inf else logistic(low)), (1.0 if high == math.inf else logistic(high))
    if function == "sqrt":
        return math.sqrt(max(low, 0.0)), math.sqrt(max(high, 0.0)) if high < math.inf else math.inf
    if function == "exp":
        return 0.0, math.inf
    return ANYTHING


def _safe(low: float, high: float) -> Bounds:
    """Bounds, as wide as can be where infinities cancelled."""
    return (-math.inf if math.isnan(low) else low), (math.inf if math.isnan(high) else high)


def _corners(values: list[float]) -> Bounds:
    return ANYTHING if any(math.isnan(one) for one in values) else (min(values), max(values))
