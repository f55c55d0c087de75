"""What a scenario's names stand for, and the sets of actors that who-fields mean."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from sim.scenario.schema import Scenario
from sim.scenario.syntax import Not, Who, WhoField

NOBODY = -1


class NameTable:
    """The names of one scenario.

    Actors are numbered in the order of the file; nobody is −1.
    """

    def __init__(self, scenario: Scenario):
        self.scenario = scenario
        self.actors: list[str] = list(scenario.actors)
        self.actor_index = {name: i for i, name in enumerate(self.actors)}
        self.places = list(scenario.places)
        self.actions = list(scenario.actions)

    @cached_property
    def tags(self) -> dict[str, list[str]]:
        """Each tag and the actions that carry it."""
        tags: dict[str, list[str]] = {}
        for name, action in self.scenario.actions.items():
            for tag in action.tags:
                tags.setdefault(tag, []).append(name)
        return tags

    @cached_property
    def deeds(self) -> dict[str, None]:
        """What a pattern may call an action: the ids of actions and tags."""
        return dict.fromkeys([*self.scenario.actions, *self.tags])

    @cached_property
    def origins(self) -> dict[str, None]:
        """The ids of rules, drivers and timeline items."""
        items = [item.id for item in self.scenario.timeline if item.id is not None]
        return dict.fromkeys([*self.scenario.rules, *self.scenario.drivers, *items])

    @cached_property
    def groups(self) -> dict[str, frozenset[int]]:
        """The actors of each group."""
        index = self.actor_index
        return {
            name: frozenset(index[one] for one in members if one in index)
            for name, members in self.scenario.groups.items()
        }

    def members(self, name: str) -> frozenset[int]:
        """The actors that an id or a group means; nobody where it is neither."""
        if name in self.actor_index:
            return frozenset((self.actor_index[name],))
        return self.groups.get(name, frozenset())

    def each(self, names: Iterable[str]) -> list[int]:
        """The actors that a list of ids and groups means, once each, groups in the order of the actors."""
        return list(dict.fromkeys(i for name in names for i in sorted(self.members(name))))

    @cached_property
    def relations(self) -> dict[str, frozenset[tuple[int, int]]]:
        """For each kind of relation the pairs (who is, to whom)."""
        return {
            kind: frozenset(
                (who, whom)
                for one, others in pairs.items()
                for who in self.members(one)
                for other in others
                for whom in self.members(other)
                if who != whom
            )
            for kind, pairs in self.scenario.relations.items()
        }

    @cached_property
    def _ends(self) -> dict[tuple[str, str], dict[int, set[int]]]:
        """By kind and direction, for each actor those whom :meth:`related` gives for it alone."""
        ends: dict[tuple[str, str], dict[int, set[int]]] = {}
        for kind, pairs in self.relations.items():
            of, by = ends.setdefault((kind, "of"), {}), ends.setdefault((kind, "by"), {})
            for who, whom in pairs:
                of.setdefault(whom, set()).add(who)
                by.setdefault(who, set()).add(whom)
        return ends

    def related(self, kind: str, direction: str, to: Iterable[int]) -> frozenset[int]:
        """Those who are `kind` to one of `to` (``of``), or to whom one of `to` is `kind` (``by``)."""
        ends = self._ends.get((kind, "of" if direction == "of" else "by"), {})
        return frozenset().union(*(ends[one] for one in to if one in ends))

    @cached_property
    def everyone(self) -> frozenset[int]:
        """All actors."""
        return frozenset(range(len(self.actors)))

    def fitting(
        self, field: WhoField, self_: int = NOBODY, actor: int = NOBODY, target: int = NOBODY
    ) -> frozenset[int]:
        """All that a who-field holds, nobody (−1) included, given whom the roles mean."""
        everyone = self.everyone
        roles = {"self": self_, "actor": actor, "target": target}
        found: frozenset[int] = frozenset()
        for term in field:
            if isinstance(term, Not):
                found |= (everyone | {NOBODY}) - self.fitting(term.field, self_, actor, target)
            elif term.relation:
                base = {roles[term.id]} - {NOBODY} if term.id in roles else self.members(term.id)
                found |= self.related(term.relation, term.direction, base)
            elif term.id in roles:
                found |= {roles[term.id]}
            elif term.id == "others":
                found |= everyone - {self_}
            elif term.id == "any":
                found |= everyone
            elif term.id == "nobody":
                found |= {NOBODY}
            else:
                found |= self.members(term.id)
        return found

    def soil_fits(
        self, field: WhoField, owners: frozenset[int], self_: int = NOBODY, actor: int = NOBODY, target: int = NOBODY
    ) -> bool:
        """Whether any of a place's owners fits; for ``not X`` whether none of them does."""
        for term in field:
            if isinstance(term, Not):
                if not self.soil_fits(term.field, owners, self_, actor, target):
                    return True
            elif self.fitting((term,), self_, actor, target) & (owners or {NOBODY}):
                return True
        return False

    def actions_fitting(self, names: Iterable[str]) -> set[str]:
        """The actions that ids of actions and tags mean."""
        return {
            action
            for name in names
            for action in ([name] if name in self.scenario.actions else self.tags.get(name, []))
        }


def roles_in(field: WhoField) -> set[str]:
    """The roles whose meaning a who-field depends on (``others`` depends on self)."""
    found: set[str] = set()
    for term in field:
        if isinstance(term, Not):
            found |= roles_in(term.field)
        elif term.id in ("self", "actor", "target"):
            found.add(term.id)
        elif term.id == "others":
            found.add("self")
    return found


def names_itself(field: WhoField, name: str) -> bool:
    """Whether a rule's ``actor`` lets its owner's own deeds match: by ``self`` or the owner's own id."""
    return any(isinstance(term, Who) and not term.relation and term.id in ("self", name) for term in field)


def terms_of(field: WhoField) -> list[Who]:
    """All entries of a who-field, those behind ``not`` included."""
    found: list[Who] = []
    for term in field:
        found.extend(terms_of(term.field) if isinstance(term, Not) else [term])
    return found
