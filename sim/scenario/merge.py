"""Joining files and blocks: maps by id and then key by key, the ladder by rung, the timeline by id."""

from __future__ import annotations

from sim.scenario.source import Node

_DEPTH = 3  # the file's keys, a block's ids, an item's keys; what is below is replaced
_JOINED = {"ladder": "rung", "timeline": "id"}


def merged(under: Node, over: Node, depth: int = _DEPTH) -> Node:
    """`under` with `over` laid on it; `over` wins."""
    if depth == 0 or not (isinstance(under.value, dict) and isinstance(over.value, dict)):
        return over
    entries = dict(under.value)
    for key, node in over.value.items():
        below = entries.get(key)
        if below is None:
            entries[key] = node
        elif depth == _DEPTH and key in _JOINED:
            entries[key] = _joined(below, node, _JOINED[key])
        else:
            entries[key] = merged(below, node, depth - 1)
    return over.holding(entries)


def _joined(under: Node, over: Node, by: str) -> Node:
    """Two lists of items; items with the same value of `by` become one, in the first one's place."""
    if not (isinstance(under.value, list) and isinstance(over.value, list)):
        return over
    items = list(under.value)
    places = {_key(node, by): place for place, node in reversed(list(enumerate(items)))}
    places.pop(None, None)
    for node in over.value:
        place = places.pop(_key(node, by), None)  # a second item with the id is not joined: it is a fault
        if place is None:
            items.append(node)
        else:
            items[place] = merged(items[place], node, 1)
    return over.holding(items)


def _key(node: Node, by: str) -> object:
    found = node.entries.get(by)
    return None if found is None or isinstance(found.value, (dict, list)) else found.value
