"""Who answers what: rules as a graph from deeds to deeds, and its loops, which is where feedback lives.

A link says that a deed can set off a rule; whether it does is up to conditions, chance and state. It is
judged from patterns alone: action, actor or whom observers may blame, target, place, origin, casualties.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sim.model.code import ACTOR, SELF, TARGET
from sim.model.tables import NOTHING, DeedTable, Members, PatternTable, RuleTable, Tables, Weighted

Node = tuple[str, str]
"""An actor and an action it takes."""


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """`cause` (an actor's action) can set off the rule of `responder`, whose answer is `effect`."""

    cause: Node
    rule: str
    effect: Node


@dataclass(frozen=True, slots=True)
class Source:
    """A driver (or, with `given`, a timeline item) and what it does by itself."""

    origin: str
    node: Node
    given: bool


@dataclass(frozen=True)
class Graph:
    """The links of a scenario in the order of its rules, its sources, and the loops.

    loops : through each deed that stands in a loop a shortest one, each once, the shorter first.
    minds : rules that answer without a deed, with what sets them off.
    """

    links: tuple[Link, ...]
    sources: tuple[Source, ...]
    minds: tuple[tuple[Node, str, str], ...]
    loops: tuple[tuple[Link, ...], ...] = field(repr=False)

    def as_dict(self) -> dict[str, Any]:
        """The graph as plain data."""
        return {
            "links": [_plain(link) for link in self.links],
            "changes_of_mind": [
                {"actor": node[0], "action": node[1], "rule": rule, "responder": responder}
                for node, rule, responder in self.minds
            ],
            "sources": [
                {"origin": one.origin, "actor": one.node[0], "action": one.node[1], "given": one.given}
                for one in self.sources
            ],
            "loops": [[_plain(link) for link in loop] for loop in self.loops],
        }


def _plain(link: Link) -> dict[str, str]:
    return {
        "actor": link.cause[0], "action": link.cause[1], "rule": link.rule,
        "responder": link.effect[0], "answer": link.effect[1],
    }  # fmt: skip


def graph_of(tables: Tables) -> Graph:
    """The graph of a scenario's tables."""
    return _Builder(tables).graph()


@dataclass(frozen=True, slots=True)
class _Producer:
    """A deed that may happen. None: anybody, or anywhere."""

    origin: int
    actor: int
    action: int
    targets: frozenset[int] | None
    places: frozenset[int] | None
    deadly: bool
    injuring: bool


class _Builder:
    def __init__(self, tables: Tables):
        self.tables = tables
        self.everybody = frozenset(range(len(tables.actors)))

    def graph(self) -> Graph:
        producers = list(self._producers())
        links: dict[Link, None] = {}
        minds: dict[tuple[Node, str, str], None] = {}
        for rule in self.tables.rules:
            causes = dict.fromkeys(self._node(one.actor, one.action) for one in producers if self._fits(rule, one))
            for cause in causes:
                for option in rule.options:
                    if option.deed.action != NOTHING:
                        links[Link(cause, rule.id, self._node(rule.actor, option.deed.action))] = None
                    elif option.deed.effects:
                        minds[cause, rule.id, self.tables.actors[rule.actor]] = None
        return Graph(tuple(links), tuple(dict.fromkeys(self._sources())), tuple(minds), loops_of(tuple(links)))

    def _node(self, actor: int, action: int) -> Node:
        return self.tables.actors[actor], self.tables.actions[action].name

    def _sources(self) -> Iterator[Source]:
        for driver in self.tables.drivers:
            for option in driver.options:
                if option.deed.action != NOTHING:
                    yield Source(driver.id, self._node(driver.actor, option.deed.action), False)
        for item in self.tables.timeline:
            yield Source(item.id, self._node(item.actor, item.deed.action), True)

    def _producers(self) -> Iterator[_Producer]:
        for rule in self.tables.rules:
            for option in rule.options:
                yield from self._producer(rule.origin, rule.actor, option.deed, rule.pattern)
        for driver in self.tables.drivers:
            for option in driver.options:
                yield from self._producer(driver.origin, driver.actor, option.deed, None)
        for item in self.tables.timeline:
            yield from self._producer(item.origin, item.actor, item.deed, None)

    def _producer(self, origin: int, actor: int, deed: DeedTable, pattern: PatternTable | None) -> Iterator[_Producer]:
        if deed.action == NOTHING:
            return
        places = None if isinstance(deed.place, Weighted) else frozenset([deed.place])
        if isinstance(deed.place, Weighted):
            places = frozenset(one for one, _ in deed.place.entries if isinstance(one, int))
        targets = self._targets(actor, deed.to, pattern)
        yield _Producer(origin, actor, deed.action, targets, places, deed.deaths is not None, deed.injured is not None)

    def _targets(self, actor: int, to: int | Weighted, pattern: PatternTable | None) -> frozenset[int] | None:
        if isinstance(to, Weighted):
            found: frozenset[int] = frozenset([-1])
            for members, _ in to.entries:
                if not isinstance(members, Members) or members.roles & {"actor", "target"}:
                    return None
                found |= members.given(actor) - {actor}
            return found
        if to == SELF:
            return frozenset([actor])
        if to in (ACTOR, TARGET):
            given = None if pattern is None else pattern.actor if to == ACTOR else pattern.target
            return given
        return frozenset([to])

    def _fits(self, rule: RuleTable, one: _Producer) -> bool:
        pattern = rule.pattern
        return (
            one.action in pattern.actions
            and self._actor_fits(rule, one)
            and _meet(pattern.target, one.targets)
            and _meet(pattern.places, one.places)
            and (pattern.origins is None or one.origin in pattern.origins)
            and (pattern.deaths is None or pattern.deaths[0] <= 0 or one.deadly)
            and (pattern.injured is None or pattern.injured[0] <= 0 or one.injuring)
        )

    def _actor_fits(self, rule: RuleTable, one: _Producer) -> bool:
        if one.actor == rule.actor:
            return rule.own
        wanted = rule.pattern.actor
        return wanted is None or bool(wanted & self._blamed(rule.actor, one))

    def _blamed(self, observer: int, one: _Producer) -> frozenset[int]:
        """Whom an observer may hold responsible."""
        attribution = self.tables.actions[one.action].attribution
        if not attribution:
            return frozenset([one.actor])
        targets = self.everybody | {-1} if one.targets is None else one.targets
        found = {-1}
        for members, _ in attribution:
            for target in targets if "target" in members.roles else (-1,):
                found |= members.given(observer, one.actor, target)
        return frozenset(found) - {observer}


def _meet(wanted: frozenset[int] | None, possible: frozenset[int] | None) -> bool:
    return wanted is None or possible is None or bool(wanted & possible)


def loops_of(links: tuple[Link, ...]) -> tuple[tuple[Link, ...], ...]:
    """A shortest loop through each deed that stands in one; of equal loops the one found first."""
    out: dict[Node, dict[Node, Link]] = {}
    for link in links:
        out.setdefault(link.cause, {}).setdefault(link.effect, link)
    found: dict[frozenset[Node], tuple[Link, ...]] = {}
    for node in out:
        loop = _shortest_loop(node, out)
        if loop:
            found.setdefault(frozenset(link.cause for link in loop), loop)
    return tuple(sorted(found.values(), key=len))


def _shortest_loop(start: Node, out: dict[Node, dict[Node, Link]]) -> tuple[Link, ...]:
    """The links of a shortest way from a deed back to itself, breadth first; none if there is none."""
    reached: dict[Node, tuple[Link, ...]] = {start: ()}
    waiting = [start]
    while waiting:
        following: list[Node] = []
        for node in waiting:
            for effect, link in out.get(node, {}).items():
                if effect == start:
                    return (*reached[node], link)
                if effect not in reached:
                    reached[effect] = (*reached[node], link)
                    following.append(effect)
        waiting = following
    return ()


def dot_text(graph: Graph, title: str) -> str:
    """The graph in Graphviz's language: actions as boxes, rules as ellipses, drivers as houses."""
    lines = ["digraph responses {", f"  label={_quoted(title)};", "  rankdir=LR;", '  node [fontname="sans-serif"];']
    actions = [node[1] for link in graph.links for node in (link.cause, link.effect)]
    actions += [one.node[1] for one in graph.sources if not one.given] + [node[1] for node, _, _ in graph.minds]
    lines += [f"  {_quoted('action ' + one)} [shape=box, label={_quoted(one)}];" for one in dict.fromkeys(actions)]
    owners: dict[str, dict[str, None]] = {}
    pairs = [(link.rule, link.effect[0]) for link in graph.links] + [(rule, who) for _, rule, who in graph.minds]
    for rule, who in pairs:
        owners.setdefault(rule, {})[who] = None
    for rule, who_all in owners.items():
        label = _quoted(rule + chr(10) + ", ".join(who_all))
        lines.append(f"  {_quoted('rule ' + rule)} [shape=ellipse, label={label}];")
    drivers: dict[str, dict[str, None]] = {}
    for one in graph.sources:
        if not one.given:
            drivers.setdefault(one.origin, {})[one.node[0]] = None
    for driver, who_all in drivers.items():
        label = _quoted(driver + chr(10) + ", ".join(who_all))
        lines.append(f"  {_quoted('driver ' + driver)} [shape=house, label={label}];")
    edges = [(f"action {link.cause[1]}", f"rule {link.rule}") for link in graph.links]
    edges += [(f"rule {link.rule}", f"action {link.effect[1]}") for link in graph.links]
    edges += [(f"action {node[1]}", f"rule {rule}") for node, rule, _ in graph.minds]
    edges += [(f"driver {one.origin}", f"action {one.node[1]}") for one in graph.sources if not one.given]
    lines += [f"  {_quoted(a)} -> {_quoted(b)};" for a, b in dict.fromkeys(edges)]
    return "\n".join([*lines, "}"]) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
