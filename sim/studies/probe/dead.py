"""What can bring about what: who could make the events that a rule or an outcome waits for."""

from __future__ import annotations

from collections.abc import Iterator

from sim.model import Tables
from sim.model.tables import NOTHING, DriverTable, PatternTable, RuleTable

Deed = tuple[str, int, int]
"""An origin's id, who does it, and what."""


def possible_deeds(tables: Tables) -> tuple[Deed, ...]:
    """Every deed of rules, drivers and the timeline."""
    return tuple(dict.fromkeys(_deeds(tables)))


def _deeds(tables: Tables) -> Iterator[Deed]:
    makers: tuple[RuleTable | DriverTable, ...] = (*tables.rules, *tables.drivers)
    for one in makers:
        for option in one.options:
            if option.deed.action != NOTHING:
                yield one.id, one.actor, option.deed.action
    for item in tables.timeline:
        yield item.id, item.actor, item.deed.action


def sources(tables: Tables, deeds: tuple[Deed, ...], pattern: PatternTable, *, blamed: bool) -> set[str]:
    """The origins that could make an event for a pattern; with `blamed` its actor is whom an observer blames."""
    return {
        origin
        for origin, actor, action in deeds
        if action in pattern.actions
        and (pattern.origins is None or tables.origins.index(origin) in pattern.origins)
        and (pattern.actor is None or actor in pattern.actor or (blamed and bool(tables.actions[action].attribution)))
    }
