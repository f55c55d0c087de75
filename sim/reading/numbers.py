"""The numbers of a scenario that matter: each key of an item that holds one and that a run or a score reads.

One entry stands for one key of one item, however many numbers it holds: ``rules.answer.after`` for
``lognormal(8 h, 24 h)``. A formula holds a number of its own if it has one besides 0 and 1; these two are neutral in
it, as in ``1 - p`` or ``hostility > 0``. Standing alone, 0 and 1 count as any other. So do dates, durations, weights
and the spans of patterns. A parameter's name is no number: the parameter carries its source itself.

What no run reads does not matter: an action that nobody takes, a parameter or variable that nothing reads, a variant
that is not applied, where a place lies. Neither do the frame's start, horizon and largest number of events.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from sim.scenario.load import Loaded
from sim.scenario.schema import Item, Scenario
from sim.scenario.sites import deeds, sites
from sim.scenario.syntax import Distribution, Effect, Number, Pattern, Question, Unary, walk
from sim.scenario.warn import names_read

_NEUTRAL = (0.0, 1.0)
_SPANS = ("rung", "deaths", "injured")

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """A key of an item that holds a number.

    path : as ``--set`` takes it, ``rules.answer.chance``; text : the value as it is written, in one line; source : the
    id of a source, ``assumed``, or None; moved : whether the source stands in another file than the number, so that
    whoever wrote the one may not have meant the other.
    """

    path: str
    text: str
    source: str | None
    moved: bool


class _Place(NamedTuple):
    """An item that matters: where it stands, what it is called, and where its source stands, if it has one."""

    path: Path
    name: str
    item: Item
    cited: Path | None


def numbers_of(loaded: Loaded) -> list[Held]:
    """Every number of a scenario that matters, changes applied, in the order of its blocks."""
    return [_held(loaded, place, key) for place in _places(loaded.description) for key in _keys(place.item)]


def _held(loaded: Loaded, place: _Place, key: str) -> Held:
    node = loaded.root.at((*place.path, key))
    source, moved = None, False
    if place.cited is not None:
        cited = loaded.root.at(place.cited)
        source, moved = str(cited.value), cited.spot.file != node.spot.file
    return Held(f"{place.name}.{key}", flow(node.plain()), source, moved)


def _places(scenario: Scenario) -> Iterator[_Place]:
    yield _place(("level",), "level", scenario.level)
    for index, rung in enumerate(scenario.ladder):
        yield _place(("ladder", index), f"ladder.{rung.rung}", rung)
    read = _read(scenario)
    for block in ("parameters", "variables", "actions", "rules", "drivers"):
        for name, item in getattr(scenario, block).items():
            if block in read and name not in read[block]:
                continue
            place = _place((block, name), f"{block}.{name}", item)
            yield place
            for index, option in enumerate(getattr(item, "choose", None) or ()):
                own = _place((*place.path, "choose", index), f"{place.name}.choose[{index}]", option)
                yield own if own.cited else own._replace(cited=place.cited)
    for index, event in enumerate(scenario.timeline):
        yield _place(("timeline", index), f"timeline.{event.id}" if event.id else f"timeline[{index}]", event)
    for name, outcome in scenario.outcomes.items():
        yield _place(("outcomes", name), f"outcomes.{name}", outcome)


def _place(path: Path, name: str, item: Item) -> _Place:
    return _Place(path, name, item, (*path, "source") if item.source is not None else None)


def _read(scenario: Scenario) -> dict[str, set[str]]:
    """Which actions somebody takes, which variables something reads, and which parameters what matters reads."""
    taken = {str(deed.do) for _, deed, _ in deeds(scenario)}
    at = [site for site in sites(scenario) if site.path[0] != "actions" or site.path[1] in taken]
    variables = {name for site in at if site.path[0] != "variables" for name in names_read(site)}
    alive = (site for site in at if site.path[0] != "variables" or site.path[1] in variables)
    return {
        "actions": taken,
        "variables": variables,
        "parameters": {name for site in alive for name in names_read(site)},
    }


def _keys(item: Item) -> Iterator[str]:
    """Those of an item's keys that are given and hold a number; options are items of their own."""
    for name, field in type(item).model_fields.items():
        if name in item.model_fields_set and name != "choose":
            value = getattr(item, name)
            if _holds(value) or (name == "at" and value != "end"):
                yield field.alias or name


def _holds(value: Any) -> bool:
    """Whether a value of a scenario holds a number that counts."""
    if value is None or isinstance(value, (str, bool)):
        return False
    if isinstance(value, dict):
        return any(map(_holds, value.values()))
    if isinstance(value, tuple):
        return any(map(_holds, value))
    if isinstance(value, Distribution):
        return any(map(_holds, (*value.arguments, value.inner)))
    if isinstance(value, Effect):
        return _holds(value.expression)
    if isinstance(value, Pattern):
        return any(getattr(value, key) is not None for key in _SPANS)
    if isinstance(value, Unary) and isinstance(value.operand, Number):
        return True
    return isinstance(value, (int, float, Number)) or any(map(_counts, walk(value)))


def _counts(node: Any) -> bool:
    """Whether a piece of a formula is a number besides 0 and 1, or a question with a span."""
    return (isinstance(node, Number) and node.value not in _NEUTRAL) or (
        isinstance(node, Question) and _holds(node.pattern)
    )


def flow(value: Any) -> str:
    """A value of a scenario file in one line.

    >>> flow({"jurf": 2, "qaim": [0.5, "x + 1"]})
    '{jurf: 2, qaim: [0.5, x + 1]}'
    """
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {flow(one)}' for key, one in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(flow, value))}]"
    return " ".join(str(value).split())
