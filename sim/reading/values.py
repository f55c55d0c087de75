"""What an expression said at one moment of a run: as its author wrote it, with the values of the names in it.

Looking changes nothing: values come from the engine's own functions and from reading the world.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sim.analysis.wording import number_text
from sim.arithmetic import BadNumber
from sim.engines.closures import Function
from sim.engines.world import World
from sim.model.code import ROLE, Op
from sim.model.tables import Tables
from sim.scenario.constants import value_of
from sim.scenario.load import Loaded
from sim.scenario.syntax import (
    ROLES,
    Binary,
    Call,
    Choice,
    Expression,
    Index,
    Name,
    Number,
    Question,
    Unary,
    children,
)
from sim.scenario.times import DAY_MS

_ROLE_WORD = re.compile(r"(?<![\w-])(self|actor|target)(?![\w-]|\s*=(?!=))")


@dataclass(frozen=True, slots=True)
class Value:
    """A name of an expression and its value: a number, days since an event (None: never), or an actor."""

    name: str
    value: float | str | None
    kind: str = "number"

    def text(self, unit: str = "d") -> str:
        """The value as people read it; lengths of time in days or hours."""
        if isinstance(self.value, str):
            return self.value
        if self.value is None:
            return "never"
        if self.kind != "days":
            return number_text(self.value)
        return f"{number_text(self.value * (24 if unit == 'h' else 1))} {unit}"


@dataclass(frozen=True, slots=True)
class Look:
    """An expression as written, what it gave, and the values of the names in it."""

    written: str
    value: float
    values: tuple[Value, ...]

    @property
    def is_plain(self) -> bool:
        """Whether it is just a number."""
        return not self.values

    def text_of_values(self) -> str:
        """``rung = 6, since(…) = 3.2 h``: lengths of time in one unit, a single question without its keys."""
        lengths = [one.value for one in self.values if one.kind == "days" and isinstance(one.value, float)]
        unit = "h" if max(lengths, default=2.0) < 2 else "d"
        kinds = [one.name.partition("(")[0] for one in self.values]
        parts = []
        for one, kind in zip(self.values, kinds, strict=True):
            name = f"{kind}(…)" if "(" in one.name and kinds.count(kind) == 1 else one.name
            parts.append(f"{name} = {one.text(unit)}")
        return ", ".join(parts)

    def as_dict(self) -> dict[str, object]:
        """Plain data; a value of None is an event that never was."""
        value = self.value if math.isfinite(self.value) else None
        return {"written": self.written, "value": value, "values": {one.name: one.value for one in self.values}}


class Looker:
    """Looks at programs in a world."""

    def __init__(self, loaded: Loaded, tables: Tables, functions: list[Function]):
        self.loaded, self.tables, self.functions = loaded, tables, functions
        self.parameters = {one.name: i for i, one in enumerate(tables.parameters)}
        self.variables = {one.name: i for i, one in enumerate(tables.variables)}

    def look(self, program: int, world: World) -> Look:
        """What a program says now. It must be one that can be computed now."""
        table = self.tables.programs[program]
        raw = self._raw(table.path)
        value = self.functions[program](world)
        written = " ".join(raw.split()) or number_text(value)
        code = self.tables.instructions[table.start : table.stop]
        questions = iter([a for op, a, _, _ in code if op in (Op.COUNT, Op.SINCE)])
        reading = _Reading(self, world, raw, questions)
        reading.visit(table.expression)
        return Look(written, value, tuple({one.name: one for one in reading.found}.values()))

    def _raw(self, path: tuple[str | int, ...]) -> str:
        """The text at a path; what an option takes from its rule stands there."""
        for where in (path, (*path[:2], path[-1])):
            value = self.loaded.root.at(where).value
            if isinstance(value, str):
                return value
        return ""

    def cell_name(self, variable: int, *who: int) -> str:
        """``hostility[iraq, iran]``."""
        actors = ["nobody" if one < 0 else self.tables.actors[one] for one in who]
        return self.tables.variables[variable].name + (f"[{', '.join(actors)}]" if actors else "")

    def name_of_cell(self, variable: int, cell: int) -> str:
        """The name of a variable's cell, by the cell's number."""
        table, n = self.tables.variables[variable], len(self.tables.actors)
        inside = cell - table.offset
        who = {"world": (), "actor": (inside,), "dyad": divmod(inside, max(n, 1))}[table.scope]
        return self.cell_name(variable, *who)


class _Reading:
    """One walk through an expression, in the order in which its questions were numbered."""

    def __init__(self, looker: Looker, world: World, raw: str, questions: Iterator[int]):
        self.looker, self.world, self.raw, self.questions = looker, world, raw, questions
        self.found: list[Value] = []

    def visit(self, node: Expression) -> Expression:
        """The expression with numbers in the place of names; names and values are collected on the way."""
        if isinstance(node, (Name, Index, Question)):
            inside = self.visit(node.within) if isinstance(node, Question) and node.within is not None else None
            value = self._question(node, inside) if isinstance(node, Question) else self._name(node)
            if value is None:
                return Number(node.at, 0.0)
            self.found.append(value)
            number = value.value if isinstance(value.value, float) else math.inf
            return Number(node.at, number)
        parts = [self.visit(child) for child in children(node)]
        if isinstance(node, Unary):
            return replace(node, operand=parts[0])
        if isinstance(node, Binary):
            return replace(node, left=parts[0], right=parts[1])
        if isinstance(node, Choice):
            return replace(node, then=parts[0], condition=parts[1], other=parts[2])
        return replace(node, arguments=tuple(parts)) if isinstance(node, Call) else node

    def _name(self, node: Name | Index) -> Value | None:
        looker, world = self.looker, self.world
        if isinstance(node, Index):
            variable = looker.variables[node.id]
            who = [self._actor(one.id) for one in node.who]
            return Value(looker.cell_name(variable, *who), self._cell(variable, who))
        if node.id in looker.parameters:
            return Value(node.id, world.parameters[looker.parameters[node.id]])
        if node.id in looker.variables:
            return Value(node.id, self._cell(looker.variables[node.id], []))
        if node.id in ROLES:
            who_id = self._actor(node.id)
            return Value(node.id, "nobody" if who_id < 0 else looker.tables.actors[who_id])
        state = {
            "rung": world.rung, "deaths": world.deaths, "injured": world.injured, "waited": world.waited,
            "t": world.now / DAY_MS, "level": world.level(),
        }  # fmt: skip
        kind = "days" if node.id in ("waited", "t") else "number"
        return Value(node.id, float(state[node.id]), kind) if node.id in state else None

    def _actor(self, name: str) -> int:
        roles = {"self": self.world.self_, "actor": self.world.actor, "target": self.world.target}
        if name in roles:
            return roles[name]
        return -1 if name in ROLE else self.looker.tables.names.actor_index[name]

    def _cell(self, variable: int, who: list[int]) -> float:
        if any(one < 0 for one in who):
            return self.world.baselines[variable]
        n, cell = len(self.looker.tables.actors), self.looker.tables.variables[variable].offset
        if who:
            cell += who[0] if len(who) == 1 else who[0] * n + who[1]
        return self.world.read(variable, cell)

    def _question(self, node: Question, within: Expression | None) -> Value | None:
        number = next(self.questions)
        try:
            days = math.inf if within is None else value_of(within, {})
        except BadNumber:
            return None
        name = self._in_words(node)
        if node.kind == "count":
            return Value(name, self.world.count(number, days))
        since = self.world.since(number, days)
        return Value(name, since if since < math.inf else None, "days")

    def _in_words(self, node: Question) -> str:
        """The question as written, with the actors that its roles mean."""
        text = self.raw[node.at :]
        depth = 0
        for place, letter in enumerate(text):
            depth += (letter in "([") - (letter in ")]")
            if depth == 0 and letter == ")":
                text = text[: place + 1]
                break
        actors = self.looker.tables.actors

        def meant(match: re.Match[str]) -> str:
            who = self._actor(match.group(1))
            return "nobody" if who < 0 else actors[who]

        return _ROLE_WORD.sub(meant, " ".join(text.split()))
