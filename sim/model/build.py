"""A loaded scenario → tables."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from datetime import UTC

from sim.chance import salt
from sim.model.code import NOBODY, ROLE, Assembler
from sim.model.tables import (
    NO_PROGRAM,
    NOTHING,
    ActionTable,
    DeedTable,
    Draw,
    DriverTable,
    EffectTable,
    Members,
    OptionTable,
    OutcomeTable,
    ParameterTable,
    PatternTable,
    QuestionTable,
    RuleTable,
    Tables,
    TimelineTable,
    VariableTable,
    Weighted,
)
from sim.scenario import times
from sim.scenario.constants import value_of
from sim.scenario.faults import path_text
from sim.scenario.load import Loaded
from sim.scenario.names import roles_in
from sim.scenario.parser import parse_who
from sim.scenario.schema import Deed, Driver, Option, Outcome, Rule, TimelineItem
from sim.scenario.sites import completed
from sim.scenario.syntax import Distribution, Effect, Expression, Name, Names, Number, Pattern, Span, Who, WhoField
from sim.scenario.warn import names_itself

Path = tuple[str | int, ...]


def build(loaded: Loaded) -> Tables:
    """The tables of a scenario. Equal scenarios give equal tables, whatever their files are called."""
    return _Builder(loaded).tables()


class _Builder:
    def __init__(self, loaded: Loaded):
        self.loaded = loaded
        self.scenario = loaded.description
        self.names = loaded.names
        self.assembler = Assembler(self.scenario, self.names)
        self.variable_index = {name: i for i, name in enumerate(self.scenario.variables)}
        self.fields: dict[tuple[WhoField, int], frozenset[int]] = {}
        self.places_held: dict[tuple[Names | None, WhoField | None, int], frozenset[int]] = {}
        self.actions_held: dict[tuple[Names | None, Span | None], frozenset[int]] = {}
        self.action_index = {name: i for i, name in enumerate(self.names.actions)}
        self.place_index = {name: i for i, name in enumerate(self.names.places)}
        self.soil = tuple(frozenset(self.names.each(place.soil)) for place in self.scenario.places.values())
        self.timeline_ids = self._timeline_ids()
        self.origins = (*self.scenario.rules, *self.scenario.drivers, *self.timeline_ids)
        self.origin_index = {name: i for i, name in enumerate(self.origins)}

    def tables(self) -> Tables:
        s = self.scenario
        variables, cells, own = self._variables()
        rules = tuple(
            table for number, (name, rule) in enumerate(s.rules.items()) for table in self._rule(number, name, rule)
        )
        drivers = tuple(table for name, driver in s.drivers.items() for table in self._driver(name, driver))
        actions = tuple(self._action(name) for name in s.actions)
        timeline = tuple(self._item(index, item) for index, item in enumerate(s.timeline))
        outcomes = tuple(self._outcome(name, outcome) for name, outcome in s.outcomes.items())
        questions = tuple(self._question(pattern) for pattern in self.assembler.questions)
        programs = tuple(self.assembler.programs)
        return Tables(
            scenario=s.scenario,
            start=self.loaded.start,
            horizon_ms=s.horizon,
            window_ms=s.level.window,
            max_events=s.max_events,
            max_candidates=s.max_candidates,
            names=self.names,
            actors=tuple(self.names.actors),
            actions=actions,
            places=tuple(self.names.places),
            soil=self.soil,
            origins=self.origins,
            parameters=tuple(self._parameter(name) for name in s.parameters),
            variables=variables,
            cells=cells,
            own=own,
            instructions=tuple(self.assembler.instructions),
            constants=tuple(self.assembler.constants),
            programs=programs,
            questions=questions,
            rule_ids=tuple(s.rules),
            rules=rules,
            drivers=drivers,
            timeline=timeline,
            outcomes=outcomes,
            spots=tuple(self._spot(program.path) for program in programs),
        )

    def _spot(self, path: Path) -> str:
        return f"{self.loaded.spot(path)}: {path_text(path)}"

    def _program(self, expression: Expression | None, *path: str | int) -> int:
        return NO_PROGRAM if expression is None else self.assembler.add(expression, path)

    def _parameter(self, name: str) -> ParameterTable:
        parameter = self.scenario.parameters[name]
        if parameter.range is None:
            return ParameterTable(name, parameter.value, "", (), None)
        arguments = tuple(value_of(one, {}) for one in parameter.range.arguments)
        return ParameterTable(name, parameter.value, parameter.range.kind, arguments, parameter.bounds)

    def _variables(self) -> tuple[tuple[VariableTable, ...], tuple[int, ...], frozenset[int]]:
        n = len(self.names.actors)
        tables: list[VariableTable] = []
        cells: list[int] = []
        own: set[int] = set()
        for name, variable in self.scenario.variables.items():
            path = ("variables", name)
            offset = len(cells)
            initial = self._program(variable.initial, *path, "initial")
            cells += [initial] * {"world": 1, "actor": n, "dyad": n * n}[variable.scope]
            for cell, (expression, where) in self._own(name).items():
                cells[offset + cell] = self._program(expression, *path, "own", *where)
                own.add(offset + cell)
            low, high = variable.range or (-sys.float_info.max, sys.float_info.max)
            half_life = self._program(variable.half_life, *path, "half_life")
            baseline = initial if variable.baseline is None else self._program(variable.baseline, *path, "baseline")
            tables.append(VariableTable(name, variable.scope, offset, low, high, half_life, baseline))
        return tuple(tables), tuple(cells), frozenset(own)

    def _own(self, name: str) -> dict[int, tuple[Expression, tuple[str, ...]]]:
        """Own values by cell; who is named beats a group, and of two groups the later one stands."""
        found: dict[int, tuple[Expression, tuple[str, ...]]] = {}
        n = len(self.names.actors)
        own = self.scenario.variables[name].own or {}
        entries = [
            ((a, b), v)
            for a, inner in own.items()
            for b, v in (inner.items() if isinstance(inner, dict) else [("", inner)])
        ]
        entries.sort(key=lambda entry: [part in self.names.actor_index for part in entry[0]].count(True))
        for (a, b), expression in entries:
            for i in sorted(self.names.members(a)):
                if not b:
                    found[i] = (expression, (a,))
                for j in sorted(self.names.members(b)) if b else ():
                    found[i * n + j] = (expression, (a, b))
        return found

    def _members(self, text: str) -> Members:
        return Members.of(self.names, parse_who(text))

    def _draw(self, distribution: Distribution, path: Path) -> Draw:
        arguments = tuple(self._program(one, *path) for one in distribution.arguments)
        inner = None if distribution.inner is None else self._draw(distribution.inner, path)
        return Draw(distribution.kind, arguments, inner, path)

    def _effect(self, effect: Effect, path: Path) -> EffectTable:
        return EffectTable(
            self.variable_index[effect.variable],
            tuple(self._index(name) for name in effect.who),
            effect.op,
            self._program(effect.expression, *path),
        )

    def _index(self, name: Name) -> int | tuple[int, ...]:
        if name.id in ROLE:
            return ROLE[name.id]
        return tuple(sorted(self.names.members(name.id)))

    def _effects(self, effects: Iterable[Effect] | None, path: Path) -> tuple[EffectTable, ...]:
        return tuple(self._effect(effect, (*path, "effects", i)) for i, effect in enumerate(effects or ()))

    def _action(self, name: str) -> ActionTable:
        action = self.scenario.actions[name]
        path: Path = ("actions", name)
        visibility: tuple[tuple[Members | None, int], ...] = ()
        if isinstance(action.visibility, dict):
            visibility = tuple(
                (self._members(who), self._program(one, *path, "visibility", who))
                for who, one in action.visibility.items()
            )
        elif action.visibility is not None and not _is_number(action.visibility, 1.0):
            visibility = ((None, self._program(action.visibility, *path, "visibility")),)
        attribution = tuple(
            (self._members(who), self._program(one, *path, "attribution", who))
            for who, one in (action.attribution or {}).items()
        )
        return ActionTable(name, action.rung, self._effects(action.effects, path), visibility, attribution)

    def _deed(self, deed: Deed, path: Path) -> DeedTable:
        if deed.do == "nothing" or deed.do is None:
            return DeedTable(NOTHING, NOBODY, -1, None, None, self._effects(deed.effects, path))
        action = self.scenario.actions[deed.do]
        hurt = {}
        for key in ("deaths", "injured"):
            given, usual = getattr(deed, key), getattr(action, key)
            distribution = usual if given is None else given
            where = ("actions", deed.do, key) if given is None else (*path, key)
            hurt[key] = (
                None if distribution is None or _is_number(distribution, 0.0) else self._draw(distribution, where)
            )
        return DeedTable(
            self.action_index[deed.do], self._to(deed.to, (*path, "to")), self._place(deed.place, (*path, "place")),
            hurt["deaths"], hurt["injured"], self._effects(deed.effects, path),
        )  # fmt: skip

    def _to(self, to: str | dict[str, Expression] | None, path: Path) -> int | Weighted:
        if to is None:
            return NOBODY
        if isinstance(to, str):
            field = parse_who(to)
            term = field[0]
            if isinstance(term, Who) and not term.relation:
                if term.id in ROLE:
                    return ROLE[term.id]
                if term.id in self.names.actor_index:
                    return self.names.actor_index[term.id]
            return Weighted(((Members.of(self.names, field), self._program(Number(0, 1.0), *path)),))
        return Weighted(tuple((self._members(who), self._program(weight, *path, who)) for who, weight in to.items()))

    def _place(self, place: str | dict[str, Expression] | None, path: Path) -> int | Weighted:
        if place is None:
            return -1
        if isinstance(place, str):
            return self.place_index[place]
        return Weighted(
            tuple((self.place_index[one], self._program(weight, *path, one)) for one, weight in place.items())
        )

    def _options(self, item: Rule | Driver, path: Path) -> tuple[OptionTable, ...]:
        after = item.after if isinstance(item, Rule) else None
        if item.choose is None:
            delay = None if after is None else self._draw(after, (*path, "after"))
            unless = self._program(item.unless, *path, "unless") if isinstance(item, Rule) else NO_PROGRAM
            return (OptionTable("", 0, NO_PROGRAM, delay, unless, self._deed(item, path)),)
        options, seen = [], Counter[str]()
        for index, option in enumerate(item.choose):
            inside: Path = (*path, "choose", index)
            whole = completed(option, item)
            name = option.id or _option_name(whole)
            seen[name] += 1
            name = name if seen[name] == 1 else f"{name} #{seen[name]}"
            delay = None if whole.after is None else self._draw(whole.after, (*inside, "after"))
            weight = self._program(option.weight, *inside, "weight")
            unless = self._program(whole.unless, *inside, "unless")
            options.append(OptionTable(name, salt("choose", name), weight, delay, unless, self._deed(whole, inside)))
        return tuple(options)

    def _rule(self, number: int, name: str, rule: Rule) -> Iterable[RuleTable]:
        path: Path = ("rules", name)
        if _is_number(rule.limit, 0.0):
            return
        options = self._options(rule, path)
        condition, chance, cooldown, limit = (
            self._program(one, *path, key)
            for key, one in (
                ("if", rule.if_),
                ("chance", _unless_number(rule.chance, 1.0)),
                ("cooldown", rule.cooldown),
                ("limit", rule.limit),
            )
        )
        for actor in self.names.each(rule.who):
            own = rule.when.actor is not None and names_itself(rule.when.actor, self.names.actors[actor])
            yield RuleTable(
                number, name, self.origin_index[name], actor, self._pattern(rule.when, actor), own, condition, chance,
                cooldown, limit, options, rule.choose is not None, salt("rule", name, self.names.actors[actor]), path,
            )  # fmt: skip

    def _driver(self, name: str, driver: Driver) -> Iterable[DriverTable]:
        path: Path = ("drivers", name)
        if _is_number(driver.limit, 0.0):
            return
        options = self._options(driver, path)
        rate = self._program(driver.rate, *path, "rate")
        peak = NO_PROGRAM if driver.peak is None else self._program(driver.peak, *path, "peak")
        condition, cooldown, limit = (
            self._program(one, *path, key)
            for key, one in (("if", driver.if_), ("cooldown", driver.cooldown), ("limit", driver.limit))
        )
        for actor in self.names.each(driver.who):
            yield DriverTable(
                name, self.origin_index[name], actor, rate, peak, condition, cooldown, limit, options,
                driver.choose is not None, salt("driver", name, self.names.actors[actor]), path,
            )  # fmt: skip

    def _timeline_ids(self) -> tuple[str, ...]:
        """The items' ids; unless given, who, do, to, place and at in UTC, equal ones numbered in file order."""
        ids: list[str] = []
        seen = Counter[str]()
        for item in self.scenario.timeline:
            name = item.id
            if name is None:
                at = times.moment_of(times.instant_ms(item.at, self.loaded.start), self.loaded.start)
                when = f"{at.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"
                name = " ".join([item.who, str(item.do), _name_of(item.to), _name_of(item.place), when])
                seen[name] += 1
                name = name if seen[name] == 1 else f"{name} #{seen[name]}"
            ids.append(name)
        return tuple(ids)

    def _item(self, index: int, item: TimelineItem) -> TimelineTable:
        path: Path = ("timeline", index)
        name = self.timeline_ids[index]
        chance = self._program(_unless_number(item.chance, 1.0), *path, "chance")
        at = times.instant_ms(item.at, self.loaded.start)
        deed = self._deed(item if at >= 0 else _unhurt(item), path)
        kind = "id" if item.id is not None else "described"
        return TimelineTable(
            name,
            self.origin_index[name],
            at,
            self.names.actor_index[item.who],
            chance,
            deed,
            salt("timeline", kind, name),
            path,
        )

    def _outcome(self, name: str, outcome: Outcome) -> OutcomeTable:
        path: Path = ("outcomes", name)
        pattern = None if outcome.when is None else self._pattern(outcome.when, NOBODY)
        condition = self._program(outcome.if_, *path, "if")
        kind, at = "event" if pattern is not None else "state", 0
        if outcome.quiet is not None:
            kind, at = "quiet", outcome.quiet
        elif outcome.at is not None:
            kind = "asked"
            at = self.scenario.horizon if outcome.at == "end" else times.instant_ms(outcome.at, self.loaded.start)
        return OutcomeTable(name, kind, pattern, condition, at, outcome.ends, path)

    def _pattern(self, pattern: Pattern, self_: int) -> PatternTable:
        """A pattern whose who-fields depend on `self` alone."""
        return PatternTable(
            self._actions(pattern),
            self._places(pattern, self_),
            None
            if pattern.origin is None
            else frozenset(self.origin_index[one] for one in pattern.origin.ids if one in self.origin_index),
            _span(pattern.deaths),
            _span(pattern.injured),
            None if pattern.actor is None else self._holds(pattern.actor, self_),
            None if pattern.target is None else self._holds(pattern.target, self_),
        )

    def _holds(self, field: WhoField, self_: int) -> frozenset[int]:
        """What a who-field holds: one set for all copies of a rule, unless it depends on `self`."""
        key = (field, self_ if roles_in(field) else NOBODY)
        if key not in self.fields:
            self.fields[key] = self.names.fitting(field, self_)
        return self.fields[key]

    def _actions(self, pattern: Pattern) -> frozenset[int]:
        key = (pattern.action, pattern.rung)
        if key not in self.actions_held:
            allowed = self.names.actions if pattern.action is None else self.names.actions_fitting(pattern.action.ids)
            low, high = _span(pattern.rung) or (-(10**9), 10**9)
            fitting = (one for one in allowed if low <= self.scenario.actions[one].rung <= high)
            self.actions_held[key] = frozenset(self.action_index[one] for one in fitting)
        return self.actions_held[key]

    def _places(self, pattern: Pattern, self_: int) -> frozenset[int] | None:
        """The places (−1: none) that fit by id and by soil, or None where neither matters."""
        if pattern.place is None and pattern.soil is None:
            return None
        key = (pattern.place, pattern.soil, self_ if pattern.soil is not None and roles_in(pattern.soil) else NOBODY)
        if key not in self.places_held:
            self.places_held[key] = self._places_of(pattern, self_)
        return self.places_held[key]

    def _places_of(self, pattern: Pattern, self_: int) -> frozenset[int]:
        ids = None if pattern.place is None else {self.place_index[one] for one in pattern.place.ids}
        owners = {-1: frozenset[int](), **dict(enumerate(self.soil))}
        return frozenset(
            place
            for place, soil in owners.items()
            if (ids is None or place in ids)
            and (pattern.soil is None or self.names.soil_fits(pattern.soil, soil, self_))
        )

    def _question(self, pattern: Pattern) -> QuestionTable:
        """A question; who-fields that depend on roles are asked when it is asked."""
        fields = {}
        for key in ("actor", "target", "soil"):
            field = getattr(pattern, key)
            fields[key] = Members.of(self.names, field) if field is not None and roles_in(field) else None
        fixed = Pattern(
            **{key: None if fields.get(key) is not None else getattr(pattern, key) for key in Pattern.__slots__}
        )
        return QuestionTable(self._pattern(fixed, NOBODY), fields["actor"], fields["target"], fields["soil"])


def _span(span: Span | None) -> tuple[int, int] | None:
    if span is None:
        return None
    return (-(10**9) if span.low is None else span.low, 10**9 if span.high is None else span.high)


def _is_number(value: object, number: float) -> bool:
    """Whether an expression or distribution is just this number."""
    if isinstance(value, Distribution):
        return value.kind == "fixed" and _is_number(value.arguments[0], number)
    return isinstance(value, Number) and value.value == number


def _unless_number(expression: Expression, number: float) -> Expression | None:
    """The expression, or None where it is just this number."""
    return None if _is_number(expression, number) else expression


def _name_of(value: str | dict[str, Expression] | None) -> str:
    return "-" if value is None else value if isinstance(value, str) else "|".join(sorted(value))


def _option_name(option: Option) -> str:
    """An option's name for the dice: its do, to and place."""
    return "nothing" if option.do == "nothing" else f"{option.do} {_name_of(option.to)} {_name_of(option.place)}"


def _unhurt(item: TimelineItem) -> TimelineItem:
    """An item of the history: casualties that are not given are none."""
    none = Distribution(0, "fixed", (Number(0, 0.0),))
    return item.model_copy(update={key: none for key in ("deaths", "injured") if getattr(item, key) is None})
