"""Effects, draws and choices of targets, places and options as Python functions of the world."""

from __future__ import annotations

import math
from collections.abc import Callable
from operator import attrgetter
from typing import NamedTuple

from sim import chance
from sim.chance import Z90, salt
from sim.engines.closures import ROLE_FIELDS, Function, Trouble, finite
from sim.engines.world import World
from sim.model.code import ACTOR, SELF, Op
from sim.model.tables import (
    NO_PROGRAM,
    DeedTable,
    Draw,
    DriverTable,
    EffectTable,
    Members,
    OptionTable,
    RuleTable,
    Tables,
    Weighted,
)

Effect = Callable[[World], None]
Quantile = Callable[[World, float], float]
_LARGEST = 10**12


class Deed(NamedTuple):
    """A deed, ready to be done.

    own_casualties : whether deaths and injured speak of the event answered (a rule's own), not of the deed.
    """

    action: int
    to: Callable[[World, int, int], int]
    place: Callable[[World, int], int] | None
    deaths: Quantile | None
    injured: Quantile | None
    hurts: bool
    own_deaths: bool
    own_injured: bool
    effects: tuple[Effect, ...]


class Option(NamedTuple):
    """An option, ready to be chosen; `after` is None where there is no delay, `unless` where it never stands down."""

    name: str
    after: Quantile | None
    unless: Function | None
    unless_program: int
    deed: Deed


class Options(NamedTuple):
    """What a rule or driver may do; `weights` is None where there is nothing to choose."""

    options: list[Option]
    weights: Callable[[World], list[tuple[int, float]]] | None

    def chosen(self, world: World, key: int) -> Option | None:
        """One of the options, by weight; None where no weight is above 0."""
        if self.weights is None:
            return self.options[0]
        index = chance.least(key, self.weights(world))
        return None if index < 0 else self.options[index]


class Parts:
    """Builds parts from tables."""

    def __init__(self, tables: Tables, functions: list[Function]):
        self.tables, self.functions = tables, functions
        self.to_salts = [salt("to", name) for name in (*tables.actors, "nobody")]
        self.place_salts = [salt("place", name) for name in tables.places]

    def optional(self, program: int) -> Function | None:
        """The function of a program with finite results, or None for no program."""
        return None if program < 0 else finite(self.tables, program, self.functions[program])

    def weight(self, program: int) -> Function:
        """A function that gives a weight and refuses one that is negative or not finite."""
        function, place = self.functions[program], self.tables.spots[program]
        if self._is_number(program):
            return function

        def weight(w: World) -> float:
            value = function(w)
            if 0.0 <= value < math.inf:
                return value
            raise Trouble(place, f"a weight of {value:g}")

        return weight

    def effect(self, table: EffectTable) -> Effect:
        """A function that applies one effect."""
        variable = self.tables.variables[table.variable]
        number, low, high = table.variable, variable.low, variable.high
        function, place, op = self.functions[table.program], self.tables.spots[table.program], table.op
        fields = [ROLE_FIELDS[one] for one in table.who if isinstance(one, int)]
        if len(fields) < len(table.who):
            return self._on_given(table, op)
        roles = attrgetter(*[*fields, "zero", "zero"][:2])
        decays, exp = variable.half_life != NO_PROGRAM, math.exp
        offset, step = variable.offset, len(self.tables.actors) if len(fields) == 2 else 1

        def apply(w: World) -> None:
            i, j = roles(w)
            if i < 0 or j < 0:
                return
            cell, value = offset + i * step + j, function(w)
            if op != "=":
                old, base, age = w.values[cell], w.bases[cell], w.touched[cell] - w.now
                if decays and age and old != base:  # World.read, without a call
                    old = base + (old - base) * exp(age * w.decays[number])
                value = old + value if op == "+=" else _combined(op, old, value, place)
            if not low <= value <= high:
                value = _clamped(value, low, high, place)
            if cell not in w.moved:
                w.moved[cell] = number
            w.values[cell] = value
            w.touched[cell] = w.now

        return apply

    def _on_given(self, table: EffectTable, op: str) -> Effect:
        """An effect on one or more cells that are named, in order; on none where an index is nobody."""
        variable = self.tables.variables[table.variable]
        function, place, n = self.functions[table.program], self.tables.spots[table.program], len(self.tables.actors)

        def apply(w: World) -> None:
            for cell in _grid(
                [one if isinstance(one, tuple) else _role(w, one) for one in table.who], variable.offset, n
            ):
                value = function(w)
                if op != "=":
                    value = _combined(op, w.read(table.variable, cell), value, place)
                w.moved.setdefault(cell, table.variable)
                w.values[cell] = _clamped(value, variable.low, variable.high, place)
                w.touched[cell] = w.now

        return apply

    def quantile(self, draw: Draw) -> Quantile:
        """A function (world, u) → value of a distribution."""
        arguments = [self.functions[program] for program in draw.arguments]
        place = self.tables.spots[draw.arguments[0]]
        kind, inner = draw.kind, draw.inner
        if inner is not None:
            return self._hurdle(draw, place)
        if self._fixed(draw):
            return _fixed_quantile(kind, self._constants(draw))

        def quantile(w: World, u: float) -> float:
            values = [argument(w) for argument in arguments]
            _require(kind, values, place)
            return chance.QUANTILES[kind](u, *values)

        return quantile

    def _fixed(self, draw: Draw) -> bool:
        return all(self._is_number(program) for program in draw.arguments)

    def _is_number(self, program: int) -> bool:
        code = self.tables.programs[program]
        return code.stop - code.start == 1 and self.tables.instructions[code.start][0] == Op.CONSTANT

    def _constants(self, draw: Draw) -> list[float]:
        return [self._number(program) for program in draw.arguments]

    def _number(self, program: int) -> float:
        return self.tables.constants[self.tables.instructions[self.tables.programs[program].start][1]]

    def _hurdle(self, draw: Draw, place: str) -> Quantile:
        inner = draw.inner
        assert inner is not None
        share = self.functions[draw.arguments[0]]
        arguments = [self.functions[program] for program in inner.arguments]
        kind = inner.kind

        def hurdle(w: World, u: float) -> float:
            p = share(w)
            _require("hurdle", [p], place)
            if u < 1.0 - p:
                return 0.0
            values = [argument(w) for argument in arguments]
            _require(kind, values, place)
            if chance.share_at_zero(kind, values) >= 1.0:
                raise Trouble(place, f"a hurdle over {kind}({_shown(values)}), which is never positive")
            return chance.hurdle_quantile(u, p, kind, values)

        return hurdle

    def delay(self, draw: Draw) -> Quantile | None:
        """A function (world, u) → days, or None for a delay of 0."""
        if draw.kind == "fixed" and self._fixed(draw) and self._constants(draw) == [0.0]:
            return None
        quantile, place = self.quantile(draw), self.tables.spots[draw.arguments[0]]
        if self._fixed(draw):  # the checker has seen that it is never negative
            return quantile

        def delay(w: World, u: float) -> float:
            days = quantile(w, u)
            if 0.0 <= days < math.inf:
                return days
            raise Trouble(place, f"a delay of {days:g} days")

        return delay

    def casualties(self, draw: Draw) -> Quantile:
        """A function (world, u) → a whole number of people, never below 0."""
        quantile, place = self.quantile(draw), self.tables.spots[draw.arguments[0]]

        def casualties(w: World, u: float) -> int:
            value = quantile(w, u)
            if not -_LARGEST < value < _LARGEST:
                raise Trouble(place, f"a number of casualties of {value:g}")
            return max(0, round(value))

        return casualties

    def deed(self, table: DeedTable) -> Deed:
        """A deed, ready to be done."""
        deaths, injured = table.deaths, table.injured
        return Deed(
            table.action,
            self._to(table.to),
            self._place(table.place),
            None if deaths is None else self.casualties(deaths),
            None if injured is None else self.casualties(injured),
            deaths is not None or injured is not None,
            deaths is not None and deaths.path[0] == "rules",
            injured is not None and injured.path[0] == "rules",
            tuple(self.effect(effect) for effect in table.effects),
        )

    def options(self, table: RuleTable | DriverTable) -> Options:
        """What a rule or driver may do, ready to be chosen."""
        weights = self.weights([(one.salt, one.weight) for one in table.options]) if table.chooses else None
        return Options([self._option(one) for one in table.options], weights)

    def _option(self, table: OptionTable) -> Option:
        after = None if table.after is None else self.delay(table.after)
        return Option(table.name, after, self.optional(table.unless), table.unless, self.deed(table.deed))

    def _to(self, to: int | Weighted) -> Callable[[World, int, int], int]:
        """A function (world, doer, key) → the target."""
        if isinstance(to, int):
            if to >= -1:
                return lambda w, doer, key: to
            if to == SELF:
                return lambda w, doer, key: doer
            return (lambda w, doer, key: w.actor) if to == ACTOR else (lambda w, doer, key: w.target)
        entries = [(members, self.weight(program)) for members, program in to.entries if isinstance(members, Members)]

        def drawn(w: World, doer: int, key: int) -> int:
            weights: dict[int, float] = {}
            for members, weight in entries:
                _share(weights, members.given(w.self_, w.actor, w.target) - {doer}, weight(w))
            chosen = self._least(key, self.to_salts, weights)
            return chosen

        return drawn

    def _least(self, key: int, salts: list[int], weights: dict[int, float]) -> int:
        order = sorted(weights)
        index = chance.least(key, [(salts[one], weights[one]) for one in order])
        return -1 if index < 0 else order[index]

    def _place(self, place: int | Weighted) -> Callable[[World, int], int] | None:
        """A function (world, key) → the place, or None for no place."""
        if isinstance(place, int):
            return None if place < 0 else lambda w, key: place
        places = [one for one, _ in place.entries if isinstance(one, int)]
        weights = self.weights(
            [(self.place_salts[one], program) for one, program in place.entries if isinstance(one, int)]
        )

        def drawn(w: World, key: int) -> int:
            index = chance.least(key, weights(w))
            return -1 if index < 0 else places[index]

        return drawn

    def weights(self, alternatives: list[tuple[int, int]]) -> Callable[[World], list[tuple[int, float]]]:
        """A function that gives (salt, weight) of alternatives, from (salt, program); NO_PROGRAM is a weight of 1."""
        if all(program < 0 or self._is_number(program) for _, program in alternatives):
            fixed = [(name, 1.0 if program < 0 else self._number(program)) for name, program in alternatives]
            return lambda w: fixed
        parts = [(name, (lambda w: 1.0) if program < 0 else self.weight(program)) for name, program in alternatives]
        return lambda w: [(name, weight(w)) for name, weight in parts]


def _share(weights: dict[int, float], members: frozenset[int], weight: float) -> None:
    """Share an entry's weight among its members."""
    for one in sorted(members):
        weights[one] = weights.get(one, 0.0) + weight / len(members)


def _grid(who: list[tuple[int, ...]], offset: int, n: int) -> tuple[int, ...]:
    if not who:
        return (offset,)
    if len(who) == 1:
        return tuple(offset + i for i in who[0])
    return tuple(offset + i * n + j for i in who[0] for j in who[1])


def _role(w: World, code: int) -> tuple[int, ...]:
    one: int = getattr(w, ROLE_FIELDS[code])
    return (one,) if one >= 0 else ()


def _combined(op: str, old: float, value: float, place: str) -> float:
    if op == "+=":
        return old + value
    if op == "-=":
        return old - value
    if op == "*=":
        return old * value
    if value == 0.0:
        raise Trouble(place, "a division by zero")
    return old / value


def _clamped(value: float, low: float, high: float, place: str) -> float:
    if value - value != 0.0:
        raise Trouble(place, f"a result that is not finite ({value})")
    return low if value < low else high if value > high else value


def _require(kind: str, values: list[float], place: str) -> None:
    missed = chance.requirement_missed(kind, values)
    if missed:
        raise Trouble(place, f"{kind}({_shown(values)}), which is not {missed}")


def _shown(values: list[float]) -> str:
    return ", ".join(f"{value:g}" for value in values)


def _fixed_quantile(kind: str, a: list[float]) -> Quantile:
    """The quantile of a distribution whose arguments are numbers."""
    if kind == "fixed":
        return lambda w, u: a[0]
    if kind == "exponential":
        mean, log1p = a[0], math.log1p
        return lambda w, u: -mean * log1p(-u)
    if kind == "lognormal":
        median, sigma, exp, normal = a[0], math.log(a[1] / a[0]) / Z90, chance.exp, chance.normal_quantile
        return lambda w, u: median * exp(sigma * normal(u))
    quantile = chance.QUANTILES[kind]
    return lambda w, u: quantile(u, *a)
