"""What differs between two scenarios, value by value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sim.scenario.faults import path_text, short
from sim.scenario.load import Loaded

ABSENT = "not there"
_LONGEST = 70
_NOT_COMPARED = ("variants", "include")
"""What asks for other runs but is no part of any."""

Steps = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A value by its path, before and after, as text; ``not there`` where it is not."""

    path: str
    before: str
    after: str


def changes_between(base: Loaded, other: Loaded) -> tuple[Change, ...]:
    """Where two scenarios differ once includes, variants and settings are resolved, in the order of the files."""
    trees = [
        {key: one for key, one in loaded.root.plain().items() if key not in _NOT_COMPARED} for loaded in (base, other)
    ]
    return tuple(
        Change(path_text(path), value_text(before), value_text(after) + _meaning(path, after))
        for path, before, after in _walk((), *trees)
    )


def _meaning(path: Steps, after: Any) -> str:
    """What ``disable`` does, in words."""
    off = (path[0], path[-1]) in (("rules", "limit"), ("drivers", "limit"), ("timeline", "chance"))
    return " (switched off)" if off and after == 0 and not isinstance(after, _Nothing) else ""


class _Nothing:
    """Where there is no value."""


_NOTHING = _Nothing()


def _walk(path: Steps, before: Any, after: Any) -> Iterator[tuple[Steps, Any, Any]]:
    """Each place where two values differ, as deep inside as both have it."""
    if _equal(before, after):
        return
    pairs = None
    if isinstance(before, dict) and isinstance(after, dict):
        pairs = before, after
    elif isinstance(before, list) and isinstance(after, list):
        pairs = _by_key(before, after)
    if pairs is None:
        yield path, before, after
        return
    old, new = pairs
    for key in [*old, *(key for key in new if key not in old)]:
        yield from _walk((*path, key), old.get(key, _NOTHING), new.get(key, _NOTHING))


def _equal(before: Any, after: Any) -> bool:
    if isinstance(before, _Nothing) or isinstance(after, _Nothing):
        return False
    return json.dumps(before) == json.dumps(after)


def _by_key(before: list[Any], after: list[Any]) -> tuple[dict[str | int, Any], dict[str | int, Any]] | None:
    """The items of two lists by what names them: an id, a rung, their text or their place; None for short lists."""
    if not all(isinstance(item, dict) for item in (*before, *after)):
        return None
    for name in ("id", "rung"):
        found = [{str(item.get(name)): item for item in items} for items in (before, after)]
        if all(name in item for item in (*before, *after)) and [len(one) for one in found] == [len(before), len(after)]:
            return dict(found[0].items()), dict(found[1].items())
    if len(before) == len(after):
        named = [{item.get("id", place): item for place, item in enumerate(items)} for items in (before, after)]
        if list(named[0]) == list(named[1]) and len(named[0]) == len(before):
            return named[0], named[1]
    return _by_text(before), _by_text(after)


def _by_text(items: list[Any]) -> dict[str | int, Any]:
    """Items that have no name of their own, equal ones numbered."""
    found: dict[str | int, Any] = {}
    for item in items:
        name = str(item.get("id") or " ".join(str(item[key]) for key in ("at", "who", "do", "to") if key in item))
        name = name or short(json.dumps(item))
        number = 1
        while (key := name if number == 1 else f"{name} ({number})") in found:
            number += 1
        found[key] = item
    return found


def value_text(value: Any) -> str:
    """A value on one short line."""
    if isinstance(value, _Nothing):
        return ABSENT
    text = value if isinstance(value, str) else _flow(value)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}…"


def _flow(value: Any) -> str:
    """The value as YAML has it inside a line, without quotes."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return f"{value:g}" if isinstance(value, float) and float(f"{value:g}") == value else str(value)
