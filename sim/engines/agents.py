"""Actors as agents: what each knows of an event, whom it blames, and which of its rules fit."""

from __future__ import annotations

import math
from collections.abc import Callable

from sim import chance
from sim.chance import salt
from sim.engines.closures import Function, Trouble
from sim.engines.parts import Parts
from sim.engines.world import Row, World, fits, fits_rest
from sim.model.tables import Members, PatternTable, RuleTable, Tables

Kind = tuple[int, int, int, int]
"""A kind of event: doer, action, target, place."""
_Candidate = tuple[int, int, list[tuple[Function, int]]]


class Rule:
    """One actor's copy of a rule, ready to be considered. Parts that a rule does not have are None."""

    __slots__ = (
        "actor", "chance", "chance_place", "chance_salt", "condition", "cooldown", "guarded",
        "key_salt", "limit", "narrow", "number", "options", "origin", "own", "pattern", "rule", "table",
    )  # fmt: skip

    def __init__(self, tables: Tables, parts: Parts, number: int):
        table: RuleTable = tables.rules[number]
        self.table, self.number, self.rule = table, number, table.rule
        self.actor, self.origin, self.own, self.pattern = table.actor, table.origin, table.own, table.pattern
        pattern = table.pattern
        seldom = pattern.origins is not None or pattern.deaths is not None or pattern.injured is not None
        self.narrow: Callable[[Row], bool] | None = (lambda row: fits_rest(pattern, row)) if seldom else None
        self.condition = parts.optional(table.condition)
        self.chance = None if table.chance < 0 else parts.functions[table.chance]
        self.chance_place = "" if table.chance < 0 else tables.spots[table.chance]
        self.cooldown = parts.optional(table.cooldown)
        self.limit = parts.optional(table.limit)
        self.guarded = seldom or any(one is not None for one in (self.condition, self.cooldown, self.limit))
        self.options = parts.options(table)
        self.key_salt = table.key_salt
        self.chance_salt = salt("chance", table.id, tables.actors[table.actor])

    def fits(self, action: int, target: int, place: int) -> bool:
        """Whether the pattern fits, but for actor, origin and casualties."""
        pattern = self.pattern
        return (
            action in pattern.actions
            and (pattern.target is None or target in pattern.target)
            and (pattern.places is None or place in pattern.places)
        )

    def blames(self, actor: int, own: bool) -> bool:
        """Whether the pattern fits the actor held responsible; its owner's `own` deeds only if it names itself."""
        if own:
            return self.own
        return self.pattern.actor is None or actor in self.pattern.actor


class Agent:
    """An actor with its rules, in the order of the file."""

    def __init__(self, tables: Tables, parts: Parts, actor: int):
        self.actor = actor
        self.rules = [Rule(tables, parts, number) for number, table in enumerate(tables.rules) if table.actor == actor]

    def rules_for(self, action: int, target: int, place: int) -> list[Rule]:
        """Its rules that may answer such an event."""
        return [rule for rule in self.rules if rule.fits(action, target, place)]


class Crowd:
    """All agents: who answers an event is looked up once for each kind of event and remembered."""

    def __init__(self, tables: Tables, parts: Parts, agents: list[Agent]):
        self.tables, self.agents = tables, agents
        self.rules_count = len(tables.rules)
        self._visibility = [
            [(who, probability(tables, parts, program)) for who, program in action.visibility]
            for action in tables.actions
        ]
        self._attribution = [
            [(who, parts.weight(program)) for who, program in action.attribution] for action in tables.actions
        ]
        self._learn_salts = [salt("visibility", name) for name in tables.actors]
        names = (*tables.actors, "nobody")
        self._blame_salts = [[salt("attribution", observer, name) for name in names] for observer in tables.actors]
        self.audiences: dict[Kind, list[Rule]] = {}
        self._observers: dict[Kind, list[tuple[int, list[Rule]]]] = {}
        self._shares: dict[Kind, list[_Candidate]] = {}
        self._questions: list[PatternTable] = [question.fixed for question in tables.questions]

    def fits_question(self, number: int, row: Row) -> bool:
        """Whether an event fits the part of a question that is the same for everybody."""
        return fits(self._questions[number], row)

    def observers(self, kind: Kind) -> list[tuple[int, list[Rule]]]:
        """The actors with rules that may answer such an event, in order, and these rules."""
        found = self._observers.get(kind)
        if found is None:
            pairs = [(agent.actor, agent.rules_for(*kind[1:])) for agent in self.agents]
            found = self._observers[kind] = [(actor, rules) for actor, rules in pairs if rules]
        return found

    def audience(self, kind: Kind) -> list[Rule]:
        """The rules that answer such an event where everybody learns of it and blames its doer, in order."""
        doer = kind[0]
        found = self.audiences[kind] = [
            rule for actor, rules in self.observers(kind) for rule in rules if rule.blames(doer, actor == doer)
        ]
        return found

    def learns(self, world: World, observer: int, row: Row) -> bool:
        """Whether an observer learns of an event: by the first entry of its visibility that fits."""
        entries = self._visibility[row[2]]
        if not entries:
            return True
        for who, chance_of in entries:
            if who is None or self._is_observer(who, observer, row):
                p = chance_of(world)
                return p >= 1.0 or chance.draw(row[9], self._learn_salts[observer]) < p
        return False

    def _is_observer(self, who: Members, observer: int, row: Row) -> bool:
        others = [term for term in who.who if getattr(term, "id", "") == "others" and not getattr(term, "relation", "")]
        return bool(others) or observer in who.given(observer, row[1], row[3])

    def blames(self, world: World, observer: int, row: Row) -> int:
        """Whom an observer holds responsible, −1 for nobody."""
        entries = self._attribution[row[2]]
        if not entries:
            return row[1]
        kind = (observer, row[1], row[2], row[3])
        shares = self._shares.get(kind)
        if shares is None:
            shares = self._shares[kind] = self._candidates(*kind)
        if len(shares) == 1:
            return shares[0][0] if sum([weight(world) for weight, _ in shares[0][2]]) > 0.0 else -1
        weights = []
        for _, name, parts in shares:
            total = 0.0
            for weight, members in parts:
                total += weight(world) / members
            weights.append((name, total))
        index = chance.least(row[9], weights)
        return -1 if index < 0 else shares[index][0]

    def _candidates(self, observer: int, doer: int, action: int, target: int) -> list[_Candidate]:
        """Whom an observer may blame: each with the salt of its name, and the weights it has a share of."""
        found: dict[int, list[tuple[Function, int]]] = {}
        for who, weight in self._attribution[action]:
            members = who.given(observer, doer, target) - {observer}
            for one in members:
                found.setdefault(one, []).append((weight, len(members)))
        return [(one, self._blame_salts[observer][one], found[one]) for one in sorted(found)]


def probability(tables: Tables, parts: Parts, program: int) -> Function:
    """A function that gives a chance and refuses one outside 0 to 1."""
    function, place = parts.functions[program], tables.spots[program]

    def checked(w: World) -> float:
        p = function(w)
        if 0.0 <= p <= 1.0:
            return p
        raise Trouble(place, f"a chance of {p:g}" if p == p and abs(p) < math.inf else f"a chance of {p}")

    return checked
