"""YAML text → nodes: plain data with a place for every value. The only home of PyYAML's reader.

Scalars follow the YAML 1.2 core schema: ``on``, ``no`` and ``12:30`` are text, ``010`` is ten,
``1e3`` is a number. Tags, anchors, aliases, duplicate keys, deep nesting and large files are refused.
The events of the parser are read one by one, so that nothing is built before it has been checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sim.scenario import slips
from sim.scenario.faults import Fault, Spot, path_text

LARGEST_BYTES = 1 << 20
DEEPEST = 32

_FAST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"[-+]?[0-9]+")
_OTHER_INT = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}

Path_ = tuple[str | int, ...]


@dataclass(slots=True)
class Node:
    """A value of the file: a scalar, a dict of nodes or a list of nodes, and where it stands.

    `inset` is where the text of a one-line scalar begins (behind a quote), or None where offsets in
    the text do not translate into columns.
    """

    value: Any
    spot: Spot
    key_spot: Spot
    inset: int | None = None
    flow: bool = False

    def plain(self) -> Any:
        """The value as plain dicts, lists and scalars."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def at(self, path: Path_) -> Node:
        """The deepest node on the way of `path` that exists."""
        node = self
        for step in path:
            inside = node.value
            if isinstance(inside, dict) and step in inside:
                node = inside[step]  # type: ignore[index]
            elif isinstance(inside, list) and isinstance(step, int) and step < len(inside):
                node = inside[step]
            else:
                break
        return node

    def copy(self) -> Node:
        """A copy that can be changed without changing this one."""
        value = self.value
        if isinstance(value, dict):
            value = {key: node.copy() for key, node in value.items()}
        elif isinstance(value, list):
            value = [node.copy() for node in value]
        return Node(value, self.spot, self.key_spot, self.inset, self.flow)


def scalar_value(text: str) -> Any:
    """The value of an unquoted scalar by the YAML 1.2 core schema."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text) if len(text) < 400 else float("inf")
    if _OTHER_INT.fullmatch(text):
        return int(text, 0)
    return float(text) if _FLOAT.fullmatch(text) else text


def from_data(value: Any, file: str) -> Node:
    """Plain data (a command-line value, an inject) as nodes that all stand at the file's first line."""
    spot = Spot(file, 1, 1)
    if isinstance(value, dict):
        value = {str(key): from_data(item, file) for key, item in value.items()}
    elif isinstance(value, (list, tuple)):
        value = [from_data(item, file) for item in value]
    return Node(value, spot, spot)


def read_text(path: Path, file: str) -> str | Fault:
    """The text of a file, or the fault that keeps it from being read."""
    start = Spot(file, 1, 1)
    try:
        with path.open("rb") as handle:
            data = handle.read(LARGEST_BYTES + 1)
    except OSError as error:
        return Fault(start, "unreadable", "", f"cannot be read: {error.strerror or error}")
    if len(data) > LARGEST_BYTES:
        return Fault(start, "unreadable", "", "found a file over 1 MiB", "at most 1 MiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Fault(Spot(file, line, 1), "unreadable", "", "found bytes that are not UTF-8", "UTF-8 text")


def parse(text: str, file: str) -> tuple[Node | None, list[Fault]]:
    """The document of a YAML text as nodes, and every fault of its YAML.

    The node is None where the text is not YAML at all.
    """
    reader = _Reader(file)
    try:
        return reader.document(yaml.parse(text, Loader=_FAST)), reader.faults
    except (yaml.YAMLError, ValueError):
        pass
    except _Stop:
        return None, reader.faults
    reader = _Reader(file)
    try:  # the slower parser words its problems the same on every machine
        return reader.document(yaml.parse(text, Loader=yaml.SafeLoader)), reader.faults
    except (yaml.YAMLError, ValueError) as error:
        return None, [*reader.faults, slips.explain(error, text, file)]
    except _Stop:
        return None, reader.faults


class _Stop(Exception):
    """Reading cannot go on."""


class _Reader:
    """Builds nodes from parser events and collects faults on the way."""

    def __init__(self, file: str):
        self.file = file
        self.faults: list[Fault] = []

    def document(self, events: Iterator[Any]) -> Node | None:
        node = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if node is not None:
                    self._fault(event, "yaml", (), "found a second document", "one document a file")
                    raise _Stop
                event = next(events)
                node = self._node(event, events, (), 0, self._spot(event))
        if node is None:
            self.faults.append(Fault(Spot(self.file, 1, 1), "yaml", "", "found an empty file", "a scenario"))
        return node

    def _node(self, event: Any, events: Iterator[Any], path: Path_, depth: int, key_spot: Spot) -> Node:
        if isinstance(event, yaml.AliasEvent):
            self._fault(event, "alias", path, f"found the alias *{event.anchor}", "the value itself, written out")
            return Node(None, self._spot(event), key_spot)
        if event.anchor is not None:
            self._fault(event, "alias", path, f"found the anchor &{event.anchor}", "a value without an anchor")
        if event.tag is not None:
            self._fault(event, "tag", path, f"found the tag {event.tag}", "a value without a tag (text that begins with ! is quoted)")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, key_spot)
        if depth >= DEEPEST:
            self._fault(event, "too-deep", path, f"found nesting beyond {DEEPEST} levels", f"at most {DEEPEST} levels")
            raise _Stop
        node = Node(None, self._spot(event), key_spot, flow=bool(event.flow_style))
        if isinstance(event, yaml.SequenceStartEvent):
            node.value = self._sequence(events, path, depth, node.flow)
        else:
            node.value = self._mapping(events, path, depth, node.flow)
        return node

    def _scalar(self, event: Any, key_spot: Spot) -> Node:
        plain = event.style is None or event.style == ""
        value = scalar_value(event.value) if plain else event.value
        one_line = event.start_mark.line == event.end_mark.line
        inset = (0 if plain else 1) if one_line and event.style not in ("|", ">") else None
        return Node(value, self._spot(event), key_spot, inset)

    def _sequence(self, events: Iterator[Any], path: Path_, depth: int, flow: bool) -> list[Node]:
        items: list[Node] = []
        half = False
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            item = self._node(event, events, (*path, len(items)), depth + 1, self._spot(event))
            if half:
                half = not slips.closes(item.value)
                continue
            if flow and slips.opens(item.value):
                half = True
                self._half(item, (*path, len(items)))
                continue
            if item.value is None and not isinstance(event, yaml.AliasEvent):
                self._no_value(item, (*path, len(items)), flow)
            items.append(item)
        return items

    def _mapping(self, events: Iterator[Any], path: Path_, depth: int, flow: bool) -> dict[str, Node]:
        entries: dict[str, Node] = {}
        half = False
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            spot = self._spot(event)
            key = self._key(event, events, path, depth)
            value_event = next(events)
            item = self._node(value_event, events, (*path, key), depth + 1, spot)
            if half and item.value is None:
                half = not slips.closes(key)
                continue
            if key in entries:
                self._fault(event, "duplicate-key", (*path, key), f"found the key {key!r} a second time", "each key once")
                continue
            half = flow and (slips.opens(item.value) or (item.value is None and slips.opens(key)))
            if half:
                self._half(item, (*path, key))
                continue
            if item.value is None and not isinstance(value_event, yaml.AliasEvent):
                self._no_value(item, (*path, key), flow)
                continue
            entries[key] = item
        return entries

    def _key(self, event: Any, events: Iterator[Any], path: Path_, depth: int) -> str:
        if isinstance(event, yaml.ScalarEvent):
            if event.anchor is not None or event.tag is not None:
                self._node(event, events, path, depth, self._spot(event))
            return str(event.value)
        self._fault(event, "wrong-type", path, "found a key that is no text", "a key such as a name")
        self._node(event, events, path, depth + 1, self._spot(event))
        return ""

    def _half(self, node: Node, path: Path_) -> None:
        found = f"found {node.value!r} with a bracket that is not closed" if node.value else "found a key with a bracket that is not closed"
        self.faults.append(Fault(node.spot, "half-expression", path_text(path), found, slips.QUOTE_IT))

    def _no_value(self, node: Node, path: Path_, flow: bool) -> None:
        expected = slips.QUOTE_IT if flow else "a value after the colon; an item with nothing to say is written {}"
        self.faults.append(Fault(node.key_spot, "half-expression", path_text(path), "found a key without a value", expected))

    def _fault(self, event: Any, code: str, path: Path_, found: str, expected: str) -> None:
        self.faults.append(Fault(self._spot(event), code, path_text(path), found, expected))

    def _spot(self, event: Any) -> Spot:
        return Spot(self.file, event.start_mark.line + 1, event.start_mark.column + 1)
