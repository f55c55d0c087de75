"""Which deeds of a scenario may fit a pattern: enough to say of a pattern that none ever will.

Where it cannot be told, a deed fits: nothing is called impossible that is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from sim.scenario.names import NOBODY, NameTable, names_itself, roles_in, terms_of
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
        self._doers: dict[tuple[str, ...], frozenset[int]] = {}
        self._aimed_at: dict[str, frozenset[int] | None] = {}
        self._held: dict[tuple[WhoField, int], frozenset[int] | None] = {}
        self._owners: dict[str, frozenset[int]] = {}
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
        wanted = _Wanted(pattern, self._names)
        return producers is None or any(self._action_fits(wanted, producer) for producer in producers)

    def _deeds(self) -> Iterator[Producer]:
        for path, deed, item in deeds(self._scenario):
            if deed.do is None or deed.do == "nothing":
                continue
            given = deed if isinstance(deed, TimelineItem) else None
            who = item.who if item is not None else (given.who,) if given is not None else ()
            history = given is not None and instant_ms(given.at, self._start) < 0
            yield Producer(
                deed.do,
                self._all_of(tuple(who)),
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
                        yield Producer(node.value, self._names.everyone)
                waiting.extend(inside.values())
            elif isinstance(inside, list):
                waiting.extend(inside)

    def _targets(self, deed: Deed) -> frozenset[int] | None:
        if deed.to is None:
            return frozenset((NOBODY,))
        if isinstance(deed.to, dict):
            return None
        if deed.to not in self._aimed_at:
            field = parse_who(deed.to)
            held = None if roles_in(field) else self._holds(field, NOBODY)
            self._aimed_at[deed.to] = None if held is None else held | {NOBODY}
        return self._aimed_at[deed.to]

    def _all_of(self, who: tuple[str, ...]) -> frozenset[int]:
        """The actors that a list of ids and groups means."""
        if who not in self._doers:
            self._doers[who] = frozenset(self._names.each(who))
        return self._doers[who]

    def _holds(self, field: WhoField, self_: int) -> frozenset[int] | None:
        """All that a who-field holds, or None where finding it out would take too long by now."""
        key = (field, self_ if roles_in(field) else NOBODY)
        if key not in self._held:
            self._left -= len(terms_of(field)) * len(self._names.actors)
            self._held[key] = self._names.fitting(field, self_) if self._left > 0 else None
        return self._held[key]

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
        if producers is None:
            return True
        wanted = _Wanted(pattern, self._names)
        self._left -= len(wanted.actions or ()) + len(wanted.places or ()) + len(wanted.origins or ())
        return any(self._fits(wanted, producer, owner) for producer in producers)

    def _action_fits(self, wanted: _Wanted, producer: Producer) -> bool:
        if wanted.actions is not None and producer.action not in wanted.actions:
            return False
        if not _within(wanted.pattern.rung, self._scenario.actions[producer.action].rung):
            return False
        return wanted.origins is None or producer.origin is None or producer.origin in wanted.origins

    def _fits(self, wanted: _Wanted, producer: Producer, owner: int | None) -> bool:
        pattern, places, targets = wanted.pattern, producer.places, producer.targets
        self_ = NOBODY if owner is None else owner
        return (
            self._action_fits(wanted, producer)
            and self._actor_fits(pattern.actor, producer, owner)
            and (pattern.target is None or targets is None or self._meets(pattern.target, self_, targets))
            and (wanted.places is None or places is None or not places.isdisjoint(wanted.places))
            and (producer.deadly or _within(pattern.deaths, 0))
            and (producer.injuring or _within(pattern.injured, 0))
            and self._soil_fits(pattern.soil, places, self_)
        )

    def _meets(self, field: WhoField, self_: int, actors: frozenset[int]) -> bool:
        """Whether a who-field holds one of these; so it does where that cannot be told."""
        held = self._holds(field, self_)
        return held is None or not held.isdisjoint(actors)

    def _actor_fits(self, field: WhoField | None, producer: Producer, owner: int | None) -> bool:
        if owner is None:
            return field is None or self._meets(field, NOBODY, producer.doers)
        alone = producer.doers == {owner}
        if field is None:
            return not alone and bool(producer.doers)
        if owner in producer.doers and names_itself(field, self._names.actors[owner]):
            return True
        if alone or not producer.doers:
            return False
        if self._scenario.actions[producer.action].attribution is not None:
            held = self._holds(field, owner)
            return held is None or bool(held)
        self._left -= len(producer.doers)
        return self._meets(field, owner, producer.doers - {owner})

    def _soil_fits(self, field: WhoField | None, places: frozenset[str] | None, self_: int) -> bool:
        if field is None or places is None:
            return True
        self._left -= len(terms_of(field)) * len(self._names.actors)
        if self._left <= 0:
            return True
        owners = [self._owned(one) for one in sorted(places)]
        return any(self._names.soil_fits(field, one, self_) for one in owners or [frozenset[int]()])

    def _owned(self, place: str) -> frozenset[int]:
        if place not in self._owners:
            self._owners[place] = frozenset(self._names.each(self._scenario.places[place].soil))
        return self._owners[place]


class _Wanted:
    """A pattern, with its names as sets (None: any)."""

    def __init__(self, pattern: Pattern, names: NameTable):
        self.pattern = pattern
        self.actions = None if pattern.action is None else names.actions_fitting(pattern.action.ids)
        self.places = None if pattern.place is None else frozenset(pattern.place.ids)
        self.origins = None if pattern.origin is None else frozenset(pattern.origin.ids)


def _within(span: Span | None, number: int) -> bool:
    if span is None:
        return True
    return (span.low is None or span.low <= number) and (span.high is None or number <= span.high)
