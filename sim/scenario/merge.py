"""Joining files and blocks: maps by id and then key by key, the ladder by rung, the timeline by id."""

from __future__ import annotations

from sim.scenario.source import Node

_DEPTH = 3  # the file's keys, a block's ids, an item's keys; what is below is replaced


def merged(under: Node, over: Node, depth: int = _DEPTH) -> Node:
    """`under` with `over` laid on it; `over` wins. Neither is changed."""
    if depth == 0 or not (isinstance(under.value, dict) and isinstance(over.value, dict)):
        return over.copy()
    entries = {key: node.copy() for key, node in under.value.items()}
    for key, node in over.value.items():
        below = entries.get(key)
        if below is None:
            entries[key] = node.copy()
        elif depth == _DEPTH and key in ("ladder", "timeline"):
            entries[key] = _joined(below, node, "rung" if key == "ladder" else "id")
        else:
            entries[key] = merged(below, node, depth - 1)
    return Node(entries, over.spot, over.key_spot, over.inset, over.flow)


def _joined(under: Node, over: Node, by: str) -> Node:
    """Two lists of items; items with the same value of `by` become one, in the first one's place."""
    if not (isinstance(under.value, list) and isinstance(over.value, list)):
        return over.copy()
    items = [node.copy() for node in under.value]
    known = len(items)
    for node in over.value:
        same = [i for i in range(known) if _key(items[i], by) == _key(node, by) is not None]
        if same:
            items[same[0]] = merged(items[same[0]], node, 1)
        else:
            items.append(node.copy())
    return Node(items, over.spot, over.key_spot, over.inset, over.flow)


def _key(node: Node, by: str) -> object:
    found = node.value.get(by) if isinstance(node.value, dict) else None
    return None if found is None or isinstance(found.value, (dict, list)) else found.value
