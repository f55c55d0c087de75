"""What-ifs: variants, ``--set`` and injects, applied to the tree of nodes before it is checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from sim.scenario.faults import Fault, Spelling, Spot, short
from sim.scenario.merge import merged
from sim.scenario.schema import MAPS, SCALARS
from sim.scenario.source import DEEPEST, Node

_PATH = re.compile(r"[^.\[\]]+(?:\.[^.\[\]]+|\[\d+\])*")
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_DISABLED = ("rules", "drivers", "timeline", "outcomes", "actors")
_NOT_ADDED = ("variants", "include", "brinkline", "scenario")
_PATH_FORM = "a parameter, or a path such as rules.ID.limit"
MOST_COPIED = 3_000_000
_LOOKING = 10
"""Looking at an item of a list for its id takes as long as copying so many."""

Steps = tuple[str | int, ...]


@dataclass
class Work:
    """What the changes of one scenario may still take: values to be copied, names to be compared."""

    copies: int = MOST_COPIED
    spelling: Spelling = field(default_factory=Spelling)


class Edits:
    """Changes to a scenario's tree. Faults are collected, not raised; nodes are never changed, but replaced.

    work : what is left for these changes and others of the same scenario; when it is used up, nothing more is changed.
    """

    def __init__(self, root: Node, work: Work | None = None):
        self.root = root
        self.faults: list[Fault] = []
        self._work = work or Work()

    def _may(self, copies: int, spot: Spot, path: str) -> bool:
        """Whether there is work left for so many values; the first time there is none is a fault."""
        before = self._work.copies
        self._work.copies -= copies
        if before > 0 >= self._work.copies:
            found = f"found changes that copy more than {MOST_COPIED:,} values"
            self._fault(spot, "too-large", path, found, "fewer changes, or a smaller scenario")
        return self._work.copies > 0

    def apply_variant(self, name: str, spot: Spot) -> None:
        """Add, set, disable: one variant."""
        variants = self._block("variants").entries
        if name not in variants:
            known = self._work.spelling.nearest(name, variants)
            found = f"found the variant {short(name)}"
            self._fault(spot, "unknown-name", f"variants.{name}", found, "a variant of this scenario", known)
            return
        parts = variants[name].entries
        if "add" in parts:
            self._add(parts["add"], f"variants.{name}.add")
        for path, value in (parts["set"].entries if "set" in parts else {}).items():
            self.set(path, value)
        for entry in parts["disable"].items if "disable" in parts else ():
            if isinstance(entry.value, str):
                self.disable(entry.value, entry.spot)

    def _add(self, added: Node, path: str) -> None:
        for key in _NOT_ADDED:
            if key in added.entries:
                expected = "blocks such as rules, drivers, timeline, actors"
                self._fault(added.value[key].key_spot, "not-here", f"{path}.{key}", f"found the key {key!r}", expected)
        laid = {key: node for key, node in added.entries.items() if key not in _NOT_ADDED}
        touched = [self._block(key) for key in laid]
        if not self._may(sum(len(block.items) + len(block.entries) for block in touched), added.spot, path):
            return
        self.root = self.root.holding(merged(self.root, added.holding(laid)).value)

    def inject(self, items: Node) -> None:
        """Timeline items behind all others; an id that is already there is a fault."""
        timeline = self._block("timeline")
        listed = [] if "timeline" not in self.root.entries else timeline.value
        if not isinstance(listed, list):
            return  # a fault of the scenario itself
        known = {_text(item, "id") for item in listed}
        fresh = []
        for index, item in enumerate(items.value):
            name = _text(item, "id")
            if name and name in known:
                found = f"found the id {short(name)}, which is already there"
                self._fault(item.value["id"].spot, "duplicate-id", f"[{index}].id", found, "an id of its own")
            else:
                known.add(name)
                fresh.append(item)
        self._replace("timeline", timeline.holding([*listed, *fresh]))

    def set(self, path: str, value: Node) -> None:
        """One value by its path; a bare name is a parameter, which is pinned."""
        steps = _steps(path)
        parameters = self._block("parameters").entries
        if not 0 < len(steps) <= DEEPEST:
            self._lost(value, path, path, ())
            return
        if len(steps) == 1 and steps[0] in parameters:
            steps = ("parameters", steps[0])
        elif len(steps) == 1 and steps[0] not in SCALARS:
            self._lost(value, path, path, chain(parameters, SCALARS))
            return
        if (
            len(steps) == 2
            and steps[0] == "parameters"
            and steps[1] in parameters
            and not isinstance(value.value, dict)
        ):
            value = _pinned(parameters[str(steps[1])], value)
        changed = self._put(self.root, steps, value, path, depth=0)
        if changed is not None:
            self.root = changed

    def fix(self) -> None:
        """Take the ranges away: every parameter keeps its value."""
        block = self._block("parameters")
        fixed = {
            name: _pinned(one, one.entries["value"]) if "value" in one.entries else one
            for name, one in block.entries.items()
        }
        if fixed:
            self._replace("parameters", block.holding(fixed))

    def _put(self, node: Node, steps: Steps, value: Node, path: str, *, depth: int) -> Node | None:
        """The node with a value put where the steps lead, or None (and a fault) where they lead nowhere."""
        if not steps:
            return value
        size = len(node.entries) or _LOOKING * len(node.items)
        if not self._may(size, value.key_spot, path):
            return None
        key = self._key(node, steps[0])
        if isinstance(node.value, dict) and isinstance(key, str) and (key in node.value or _may_be_new(path, depth)):
            inside = node.value.get(key) or Node({}, value.spot, value.key_spot)
        elif isinstance(node.value, list) and isinstance(key, int):
            inside = node.value[key]
        else:
            self._lost(value, path, str(steps[0]), _names(node))
            return None
        changed = self._put(inside, steps[1:], value, path, depth=depth + 1)
        return None if changed is None else _with(node, key, changed)

    def _key(self, node: Node, step: str | int) -> str | int | None:
        """The key or index that a step of a path names: list items go by id, rung or number."""
        if isinstance(node.value, dict):
            return str(step)
        if not isinstance(node.value, list):
            return None
        for index, item in enumerate(node.value):
            if isinstance(step, str) and step in (_text(item, "id"), _text(item, "rung")):
                return index
        index = int(step) if str(step).isdecimal() and len(str(step)) < 10 else -1
        return index if 0 <= index < len(node.value) else None

    def disable(self, path: str, spot: Spot) -> None:
        """Switch off a rule, driver, timeline item, outcome, or all rules and drivers of an actor."""
        steps = _steps(path)
        kind, name = (str(steps[0]), steps[1]) if len(steps) == 2 else ("", "")
        block = self._block(kind)
        if not self._may(len(block.entries) or _LOOKING * len(block.items), spot, path):
            return
        key = self._key(block, name) if kind in _DISABLED else None
        if key is None or (isinstance(key, str) and key not in block.entries):
            known = (f"{k}.{one}" for k in _DISABLED for one in _names(self._block(k)))
            expected = "a rule, driver, timeline item, outcome or actor, such as rules.ID"
            near = self._work.spelling.nearest(path, known)
            self._fault(spot, "bad-path", path, f"found {short(path)}", expected, near)
            return
        if kind == "actors":
            self._disable_actor(str(name), spot)
        elif kind == "outcomes":
            self._replace(kind, block.holding({one: node for one, node in block.value.items() if one != name}))
        else:
            off = _with(block.value[key], "chance" if kind == "timeline" else "limit", Node(0, spot, spot))
            self._replace(kind, _with(block, key, off))

    def _disable_actor(self, actor: str, spot: Spot) -> None:
        """Take the actor out of every rule and driver; those that nobody else has are switched off."""
        nodes = self._block("groups").entries
        if not self._may(sum(len(node.items) for node in nodes.values()), spot, f"actors.{actor}"):
            return
        groups = {name: [str(one.value) for one in node.items] for name, node in nodes.items()}
        for kind in ("rules", "drivers"):
            changed: dict[str, Node] = {}
            for name, item in self._block(kind).entries.items():
                who = item.entries.get("who")
                listed = dict.fromkeys(str(one.value) for one in who.items) if who is not None else {}
                size = sum(len(groups.get(entry, ())) + 1 for entry in listed)
                if who is None:
                    continue
                if not self._may(_LOOKING * size, spot, f"actors.{actor}"):
                    return
                members = list(dict.fromkeys(one for entry in listed for one in groups.get(entry, [entry])))
                left = [Node(one, who.spot, who.spot) for one in members if one != actor]
                if len(left) < len(members):
                    off = _with(item, "who", who.holding(left)) if left else _with(item, "limit", Node(0, spot, spot))
                    changed[name] = off
            if changed:
                self._replace(kind, self._block(kind).holding({**self._block(kind).entries, **changed}))

    def _block(self, key: str) -> Node:
        return self.root.entries.get(key) or Node({}, self.root.spot, self.root.spot)

    def _replace(self, key: str, block: Node) -> None:
        self.root = _with(self.root, key, block)

    def _lost(self, value: Node, path: str, step: str, known: Iterable[str]) -> None:
        near = self._work.spelling.nearest(step, known)
        self._fault(value.key_spot, "bad-path", path, f"found {short(step)}", _PATH_FORM, near)

    def _fault(self, spot: Spot, code: str, path: str, found: str, expected: str, near: str = "") -> None:
        self.faults.append(Fault(spot, code, path, found, expected, near))


def _steps(path: str) -> Steps:
    """The steps of a path such as ``rules.ID.choose[1]``; none where it is no path."""
    found = _STEP.findall(path) if _PATH.fullmatch(path) else []
    return tuple(name or int(index[:9]) for name, index in found)


def _with(node: Node, key: str | int, value: Node) -> Node:
    """The node with one entry or item replaced."""
    if isinstance(node.value, list):
        return node.holding([value if index == key else item for index, item in enumerate(node.value)])
    return node.holding({**node.entries, str(key): value})


def _pinned(parameter: Node, value: Node) -> Node:
    """The parameter with a value, and no range to draw from."""
    kept = {key: node for key, node in parameter.entries.items() if key not in ("range", "bounds")}
    return parameter.holding({**kept, "value": value})


def _may_be_new(path: str, depth: int) -> bool:
    """Whether a key that was left out may be set at this depth of a path: any key, but no new item."""
    block = path.partition(".")[0]
    if depth == 0:
        return block in (*SCALARS, "card", "level")
    return depth > 1 or block not in MAPS


def _names(node: Node) -> Iterator[str]:
    """What the items of a block can be called by: their keys, or in a list their ids or rungs."""
    yield from node.entries
    for item in node.value if isinstance(node.value, list) else ():
        yield from (text for key in ("id", "rung") if (text := _text(item, key)))


def _text(item: Node, key: str) -> str:
    """The text of one entry of an item, or nothing."""
    found = item.entries.get(key)
    return "" if found is None or found.value is None or isinstance(found.value, (dict, list)) else str(found.value)
