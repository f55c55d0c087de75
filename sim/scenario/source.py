"""YAML text → nodes: plain data with a place for every value. The only home of PyYAML's reader.

Scalars follow the YAML 1.2 core schema: ``on``, ``no`` and ``12:30`` are text, ``010`` is ten,
``1e3`` is a number. Tags, anchors, aliases, duplicate keys, deep nesting and large files are refused.
The events of the parser are read one by one, so that nothing is built before it has been checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import yaml

from sim.scenario import characters, slips
from sim.scenario.faults import Fault, Spot, path_text, short

DEEPEST = 32
MOST_VALUES = 150_000

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"[-+]?[0-9]+")
_OTHER_INT = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_LONGEST_INT = 300
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}

Steps = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Node:
    """A value of the file: a scalar, a dict of nodes or a list of nodes, and where it stands.

    Nodes are never changed, so that trees can share them. A value of None is one that could not be
    read and has been reported (YAML's null is refused). `inset` is where the text of a one-line scalar
    begins (behind a quote), or None where offsets in the text do not translate into columns.
    """

    value: Any
    spot: Spot
    key_spot: Spot
    inset: int | None = None

    def __repr__(self) -> str:
        size = f" of {len(self.value)}" if isinstance(self.value, (dict, list)) else ""
        return f"<{type(self.value).__name__}{size} at {self.spot}>"

    def plain(self) -> Any:
        """The value as plain dicts, lists and scalars."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def count(self) -> int:
        """How many values there are, this one included."""
        inside = self.entries.values() if isinstance(self.value, dict) else self.value
        return 1 + (sum(node.count() for node in inside) if isinstance(self.value, (dict, list)) else 0)

    def at(self, path: Steps) -> Node:
        """The deepest node on the way of `path` that exists."""
        node = self
        for step in path:
            inside, found = node.value, None
            if isinstance(inside, dict):
                found = inside.get(step)
            elif isinstance(inside, list) and isinstance(step, int) and step < len(inside):
                found = inside[step]
            if found is None:
                break
            node = found
        return node

    @property
    def entries(self) -> dict[str, Node]:
        """The entries of a mapping; none where it is none."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> list[Node]:
        """The items of a list; of a single value, that value alone."""
        return self.value if isinstance(self.value, list) else [self]

    def holding(self, value: Any) -> Node:
        """This node with another value."""
        return replace(self, value=value)

    def broken(self) -> Iterator[Steps]:
        """The paths of all values that could not be read."""
        if self.value is None:
            yield ()
        inside = (
            self.value.items()
            if isinstance(self.value, dict)
            else enumerate(self.value if isinstance(self.value, list) else ())
        )
        for step, node in inside:
            for path in node.broken():
                yield (step, *path)


def scalar_value(text: str) -> Any:
    """The value of an unquoted scalar by the YAML 1.2 core schema."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text) if len(text) < _LONGEST_INT else float(text)
    if _OTHER_INT.fullmatch(text):
        return int(text, 0) if len(text) < _LONGEST_INT else float("inf")
    return float(text) if _FLOAT.fullmatch(text) else text


def from_data(value: Any, file: str) -> Node:
    """Plain data (a command-line value) as nodes that all stand at the file's first line."""
    spot = Spot(file, 1, 1)
    if isinstance(value, dict):
        value = {str(key): from_data(item, file) for key, item in value.items()}
    elif isinstance(value, (list, tuple)):
        value = [from_data(item, file) for item in value]
    return Node(value, spot, spot)


def parse(text: str, file: str) -> tuple[Node | None, list[Fault]]:
    """The document of a YAML text as nodes, and every fault of its YAML.

    The node is None where the text is not YAML at all.
    """
    unprintable = _UNPRINTABLE.search(text)
    if unprintable:
        before = text[: unprintable.start()].splitlines(keepends=True) or [""]
        found = f"found {characters.named(unprintable[0])}, which YAML does not allow"
        if text.count("\0") > len(text) // 4:
            found += "; the file is probably UTF-16"
        return None, [Fault(Spot(file, len(before), len(before[-1]) + 1), "yaml", "", found, "printable text")]
    reader = _Reader(file)
    try:
        return reader.document(yaml.parse(text, Loader=_LOADER)), reader.faults
    except _Stop:
        return None, reader.faults
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        return None, [*reader.faults, _strange(error, text, file) or slips.explain(error, text, file)]


def _strange(error: Exception, text: str, file: str) -> Fault | None:
    """The fault of a strange character, if the YAML parser gave up because of one.

    So it did if it gets further once the strange characters of the lines that it speaks of are plain.
    """
    marks = [getattr(error, name, None) for name in ("context_mark", "problem_mark")]
    lines = [mark.line for mark in marks if mark is not None]
    texts = text.splitlines(keepends=True)
    about = texts[min(lines, default=0) : max(lines, default=-1) + 1]
    found = [match for line in about if (match := characters.STRANGE.search(line))]
    if not found:
        return None
    changed = [*texts[: min(lines)], *map(characters.straightened, about), *texts[max(lines) + 1 :]]
    try:
        for _ in yaml.parse("".join(changed), Loader=_LOADER):
            pass
    except (yaml.YAMLError, ValueError, OverflowError) as other:
        mark = getattr(other, "problem_mark", None)
        if mark is None or mark.line <= max(lines):
            return None
    line = next(number for number, one in enumerate(about, min(lines)) if characters.STRANGE.search(one))
    return _strange_at(Spot(file, line + 1, found[0].start() + 1), found[0][0], ())


def _strange_at(spot: Spot, character: str, path: Steps) -> Fault:
    found, expected = f"found {characters.named(character)}", characters.expected(character)
    return Fault(spot, "strange-character", path_text(path), found, expected)


class _Stop(Exception):  # noqa: N818  # no error, but the end of reading
    """Reading cannot go on."""


class _Reader:
    """Builds nodes from parser events and collects faults on the way."""

    def __init__(self, file: str):
        self.file = file
        self.faults: list[Fault] = []
        self.emptied: Fault | None = None  # of the key just read, if it has no value
        self.events: Iterator[Any] = iter(())
        self.values = 0

    def document(self, events: Iterator[Any]) -> Node | None:
        self.events = events
        node = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if node is not None:
                    self._fault(self._spot(event), "yaml", (), "found a second document", "one document a file")
                    break
                first = next(events)
                node = self._node(first, (), 0, self._spot(first))
        if not self.faults and (node is None or node.value is None):
            self._fault(Spot(self.file, 1, 1), "yaml", (), "found no value at all", "a scenario, a list or a value")
        return None if node is None or node.value is None else node

    def _node(self, event: Any, path: Steps, depth: int, key_spot: Spot) -> Node:
        spot = self._spot(event)
        self.values += 1
        if self.values > MOST_VALUES:
            self._fault(spot, "too-large", path, f"found more than {MOST_VALUES:,} values", "a smaller file")
            raise _Stop
        if isinstance(event, yaml.AliasEvent):
            self._fault(spot, "alias", path, f"found the alias *{event.anchor}", "the value itself, written out")
            return Node(None, spot, key_spot)
        if event.anchor is not None:
            self._fault(spot, "alias", path, f"found the anchor &{event.anchor}", "a value without an anchor")
        if event.tag is not None:
            expected = "a value without a tag (text that begins with ! is quoted)"
            tag = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            self._fault(spot, "tag", path, f"found the tag {short(tag)}", expected)
        if isinstance(event, yaml.ScalarEvent):
            if event.style == '"' and _SURROGATE.search(event.value):
                self._fault(spot, "yaml", path, "found an escape that stands for no character", "printable text")
            return self._scalar(event, spot, key_spot)
        if depth >= DEEPEST:
            found = f"found nesting beyond {DEEPEST} levels"
            self._fault(spot, "too-deep", path, found, f"at most {DEEPEST} levels")
            raise _Stop
        read = self._sequence if isinstance(event, yaml.SequenceStartEvent) else self._mapping
        value = read(path, depth, bool(event.flow_style))
        return Node(None if event.tag is not None else value, spot, key_spot)

    def _scalar(self, event: Any, spot: Spot, key_spot: Spot) -> Node:
        plain = not event.style
        width = event.end_mark.column - event.start_mark.column
        one_to_one = event.start_mark.line == event.end_mark.line and width == len(event.value) + (0 if plain else 2)
        value = None if event.tag is not None else scalar_value(event.value) if plain else event.value
        return Node(value, spot, key_spot, (0 if plain else 1) if one_to_one else None)

    def _sequence(self, path: Steps, depth: int, flow: bool) -> list[Node]:
        items: list[Node] = []
        half = False
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            inside = (*path, len(items))
            item = self._node(event, inside, depth + 1, self._spot(event))
            if half and _is_plain(event):
                half = not slips.closes(item.value)
                continue
            if flow and _is_plain(event) and slips.opens(item.value):
                half = True
                item = self._half(item, inside, item.value)
            elif item.value is None and _is_plain(event):
                self._fault(item.spot, "half-expression", inside, "found no value", "a value behind the dash")
            items.append(item)
        return items

    def _mapping(self, path: Steps, depth: int, flow: bool) -> dict[str, Node]:
        entries: dict[str, Node] = {}
        half = False
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            spot = self._spot(event)
            key = self._key(event, path, depth)
            strange = characters.STRANGE.search(key or "")
            if strange:
                key = self._strange_key(event, key or "", strange, path)
            self.emptied = None
            inside = (*path, key or "")
            value_event = next(self.events)
            item = self._node(value_event, inside, depth + 1, spot)
            if key is None:
                continue
            if strange:
                entries.setdefault(key, item.holding(None))
                continue
            if half and item.value is None:
                half = not slips.closes(key)
                continue
            if key in entries:
                self._fault(spot, "duplicate-key", inside, f"found the key {short(key)} a second time", "each key once")
                continue
            half = flow and _is_plain(value_event) and slips.opens(key if item.value is None else item.value)
            if half:
                item = self._half(item, inside, key if item.value is None else item.value)
            elif item.value is None and _is_plain(value_event):
                expected = (
                    slips.QUOTE_IT if flow else "a value after the colon; an item with nothing to say is written {}"
                )
                self._fault(spot, "half-expression", inside, "found a key without a value", expected)
                self.emptied = None if flow else self.faults[-1]
            entries[key] = item
        return entries

    def _key(self, event: Any, path: Steps, depth: int) -> str | None:
        if isinstance(event, yaml.ScalarEvent):
            if event.anchor is not None or event.tag is not None:
                self._node(event, path, depth, self._spot(event))
            return str(event.value)
        self._fault(self._spot(event), "wrong-type", path, "found a key that is no text", "a key such as a name")
        self._node(event, path, depth + 1, self._spot(event))
        return None

    def _strange_key(self, event: Any, key: str, strange: re.Match[str], path: Steps) -> str:
        """The key that was probably meant, once the strange character in it is reported."""
        spot = self._spot(event)
        straight = spot.line == event.end_mark.line + 1
        moved_in = not strange.start() and characters.plain(strange[0]) == " "
        if moved_in and self.emptied and self.faults[-1] is self.emptied:
            self.faults.pop()  # the key above has a value: this one
        at = spot.moved(strange.start() + bool(event.style)) if straight else spot
        self.faults.append(_strange_at(at, strange[0], path))
        return characters.straightened(key).partition(":")[0].strip()

    def _half(self, node: Node, path: Steps, text: str) -> Node:
        spot = node.key_spot if node.value is None else node.spot
        found = f"found {short(text)} with a bracket that is not closed"
        self._fault(spot, "half-expression", path, found, slips.QUOTE_IT)
        return node.holding(None)

    def _fault(self, spot: Spot, code: str, path: Steps, found: str, expected: str) -> None:
        self.faults.append(Fault(spot, code, path_text(path), found, expected))

    def _spot(self, event: Any) -> Spot:
        return Spot(self.file, event.start_mark.line + 1, event.start_mark.column + 1)


def _is_plain(event: Any) -> bool:
    """Whether a value was written without quotes (and is no alias or tag, which has been reported)."""
    return isinstance(event, yaml.ScalarEvent) and event.tag is None and not event.style
