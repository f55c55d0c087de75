"""Which deeds of a scenario may fit a pattern: enough to say of a pattern that none ever will.

Where it cannot be told, a deed fits: nothing is called impossible that is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from sim.scenario.names import NOBODY, NameTable, names_itself, roles_in
from sim.scenario.parser import parse_who
from sim.scenario.schema import Deed, Rule, Scenario, TimelineItem
from sim.scenario.sites import deeds
from sim.scenario.source import Node
from sim.scenario.syntax import Distribution, Number, Pattern, Span, WhoField
from sim.scenario.times import instant_ms, parse_start

_MOST_LOOKS = 1_000_000


@dataclass(frozen=True, slots=True)
class Producer:
    """A deed that may happen: by whom, to whom, where and from what (None: open), and whether it may hurt."""

    action: str
    doers: frozenset[int]
    targets: frozenset[int] | None = None
    places: frozenset[str] | None = None
    origin: str | None = None
    deadly: bool = True
    injuring: bool = True


class Matching:
    """The deeds of a scenario, and which patterns they may fit."""

    def __init__(self, scenario: Scenario, names: NameTable, variants: Node | None):
        self._scenario, self._names = scenario, names
        self._start = parse_start(scenario.start)
        self._left = _MOST_LOOKS
        self._everyone = frozenset(range(len(names.actors)))
        found = chain(self._deeds(), self._of_variants(variants))
        self.producers = list(dict.fromkeys(found))
        self._anonymous = list(dict.fromkeys(replace(one, origin=None) for one in self.producers))

    def by_rule(self, rule: Rule) -> bool:
        """Whether one of a rule's owners may meet an event that fits."""
        return any(self._any(rule.when, owner) for owner in self._names.each(rule.who))

    def by_outcome(self, pattern: Pattern) -> bool:
        """Whether an event may fit an outcome's pattern."""
        return self._any(pattern, None)

    def by_question(self, pattern: Pattern) -> bool:
        """Whether an event may fit a question's pattern, whoever asks it."""
        producers = self._among(pattern)
        return producers is None or any(self._action_fits(pattern, producer) for producer in producers)

    def _deeds(self) -> Iterator[Producer]:
        for path, deed, item in deeds(self._scenario):
            if deed.do is None or deed.do == "nothing":
                continue
            given = deed if isinstance(deed, TimelineItem) else None
            who = item.who if item is not None else (given.who,) if given is not None else ()
            history = given is not None and instant_ms(given.at, self._start) < 0
            yield Producer(
                deed.do,
                frozenset(self._names.each(who)),
                self._targets(deed),
                None if isinstance(deed.place, dict) else frozenset([deed.place] if deed.place else []),
                (given.id or "") if given is not None else str(path[1]),
                self._may_hurt(deed, "deaths", history),
                self._may_hurt(deed, "injured", history),
            )

    def _of_variants(self, variants: Node | None) -> Iterator[Producer]:
        """Whatever a variant adds may be done by anybody, to anybody, anywhere."""
        waiting = [variants] if variants is not None else []
        while waiting:
            inside = waiting.pop().value
            if isinstance(inside, dict):
                for key, node in inside.items():
                    if key.rpartition(".")[2] == "do" and str(node.value) in self._scenario.actions:
                        yield Producer(node.value, self._everyone)
                waiting.extend(inside.values())
            elif isinstance(inside, list):
                waiting.extend(inside)

    def _targets(self, deed: Deed) -> frozenset[int] | None:
        if deed.to is None:
            return frozenset((NOBODY,))
        if isinstance(deed.to, dict):
            return None
        field = parse_who(deed.to)
        return None if roles_in(field) else self._names.fitting(field) | {NOBODY}

    def _may_hurt(self, deed: Deed, key: str, history: bool) -> bool:
        """Whether a deed can have victims. What the history does not say did not happen."""
        given: Distribution | None = getattr(deed, key)
        if given is None and not history and deed.do is not None:
            given = getattr(self._scenario.actions[deed.do], key)
        if given is None:
            return False
        return not (given.kind == "fixed" and isinstance(given.arguments[0], Number) and given.arguments[0].value < 0.5)

    def _among(self, pattern: Pattern) -> list[Producer] | None:
        """The deeds to look through, or None where that would take too long by now."""
        producers = self.producers if pattern.origin is not None else self._anonymous
        self._left -= len(producers)
        return producers if self._left > 0 else None

    def _any(self, pattern: Pattern, owner: int | None) -> bool:
        producers = self._among(pattern)
        return producers is None or any(self._fits(pattern, producer, owner) for producer in producers)

    def _action_fits(self, pattern: Pattern, producer: Producer) -> bool:
        if pattern.action is not None and producer.action not in self._names.actions_fitting(pattern.action.ids):
            return False
        if not _within(pattern.rung, self._scenario.actions[producer.action].rung):
            return False
        return pattern.origin is None or producer.origin is None or producer.origin in pattern.origin.ids

    def _fits(self, pattern: Pattern, producer: Producer, owner: int | None) -> bool:
        self_ = NOBODY if owner is None else owner
        places, targets = producer.places, producer.targets
        return (
            self._action_fits(pattern, producer)
            and self._actor_fits(pattern.actor, producer, owner)
            and (
                pattern.target is None or targets is None or bool(self._names.fitting(pattern.target, self_) & targets)
            )
            and (pattern.place is None or places is None or bool(places & set(pattern.place.ids)))
            and (producer.deadly or _within(pattern.deaths, 0))
            and (producer.injuring or _within(pattern.injured, 0))
            and self._soil_fits(pattern.soil, places, self_)
        )

    def _actor_fits(self, field: WhoField | None, producer: Producer, owner: int | None) -> bool:
        if owner is None:
            return field is None or bool(self._names.fitting(field) & producer.doers)
        others = producer.doers - {owner}
        if field is None:
            return bool(others)
        if owner in producer.doers and names_itself(field, self._names.actors[owner]):
            return True
        attribution = self._scenario.actions[producer.action].attribution
        blamed = others if attribution is None else self._everyone | {NOBODY}
        return bool(others) and bool(self._names.fitting(field, owner) & blamed)

    def _soil_fits(self, field: WhoField | None, places: frozenset[str] | None, self_: int) -> bool:
        if field is None or places is None:
            return True
        owners = [frozenset(self._names.each(self._scenario.places[one].soil)) for one in sorted(places)]
        return any(self._names.soil_fits(field, one, self_) for one in owners or [frozenset[int]()])


def _within(span: Span | None, number: int) -> bool:
    if span is None:
        return True
    return (span.low is None or span.low <= number) and (span.high is None or number <= span.high)
