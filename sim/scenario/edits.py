"""What-ifs: variants, ``--set`` and injects, applied to the tree of nodes before it is checked."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sim.scenario.faults import Fault, Spot, nearest
from sim.scenario.merge import merged
from sim.scenario.source import Node

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_DISABLED = ("rules", "drivers", "timeline", "outcomes", "actors")


class Edits:
    """Changes to a scenario's tree; faults are collected, not raised."""

    def __init__(self, root: Node):
        self.root = root
        self.faults: list[Fault] = []

    def apply_variant(self, name: str, spot: Spot) -> None:
        """Add, set, disable: one variant."""
        variants = self._block("variants")
        variant = variants.get(name)
        if variant is None or not isinstance(variant.value, dict):
            self._fault(spot, "unknown-name", f"variants.{name}", f"found the variant {name!r}", "a variant of this scenario", nearest(name, variants))
            return
        parts = variant.value
        if "add" in parts and isinstance(parts["add"].value, dict):
            self._add(parts["add"])
        if "set" in parts and isinstance(parts["set"].value, dict):
            for path, value in parts["set"].value.items():
                self.set(path, value)
        if "disable" in parts:
            listed = parts["disable"]
            for entry in listed.value if isinstance(listed.value, list) else [listed]:
                self.disable(str(entry.value), entry.spot)

    def _add(self, added: Node) -> None:
        for key in ("variants", "include", "brinkline", "scenario"):
            if key in added.value:
                self._fault(added.value[key].key_spot, "not-here", f"add.{key}", f"found the key {key!r}", "blocks such as rules, drivers, timeline, actors")
        laid = Node({k: v for k, v in added.value.items() if k not in ("variants", "include", "brinkline", "scenario")}, added.spot, added.key_spot)
        spots = self.root.spot, self.root.key_spot
        self.root = merged(self.root, laid)
        self.root.spot, self.root.key_spot = spots

    def inject(self, items: Sequence[Node]) -> None:
        """Timeline items behind all others; an id that is already there is a fault."""
        timeline = self.root.value.setdefault("timeline", Node([], self.root.spot, self.root.spot))
        known = {item.value["id"].value for item in timeline.value if isinstance(item.value, dict) and "id" in item.value}
        for item in items:
            given = item.value.get("id") if isinstance(item.value, dict) else None
            if given is not None and given.value in known:
                self._fault(given.spot, "duplicate-id", "timeline", f"found the id {given.value!r}, which is already there", "an id of its own")
                continue
            if given is not None:
                known.add(given.value)
            timeline.value.append(item.copy())

    def set(self, path: str, value: Node) -> None:
        """One value by its path; a bare name is a parameter, which is pinned."""
        steps = [name or int(index) for name, index in _STEP.findall(path)]
        parameters = self._block("parameters")
        if len(steps) == 1 and steps[0] in parameters:
            steps = ["parameters", steps[0]]
        elif len(steps) == 1 and (steps[0] not in self.root.value or isinstance(self.root.value[steps[0]].value, (dict, list))):
            self._lost(value, path, steps[0], [*parameters, "horizon", "start", "max_events"], "a parameter, or a path such as rules.ID.limit")
            return
        if len(steps) == 2 and steps[0] == "parameters" and steps[1] in parameters and not isinstance(value.value, (dict, list)):
            self._pin(parameters[str(steps[1])], value)
            return
        if not steps or "".join(_STEP.sub("", path)).strip("."):
            self._lost(value, path, path, (), "a path such as rules.ID.limit")
            return
        self._put(steps, value, path)

    def _pin(self, parameter: Node, value: Node) -> None:
        if isinstance(parameter.value, dict):
            parameter.value["value"] = value.copy()
            parameter.value.pop("range", None)
            parameter.value.pop("bounds", None)

    def _put(self, steps: list[str | int], value: Node, path: str) -> None:
        node = self.root
        for depth, step in enumerate(steps):
            key = self._key(node, step)
            last = depth == len(steps) - 1
            if isinstance(node.value, dict) and isinstance(key, str):
                if key not in node.value and not last:
                    if depth < 2:
                        self._lost(value, path, str(step), node.value, "a path that leads to a value")
                        return
                    node.value[key] = Node({}, value.spot, value.key_spot)
                if last:
                    node.value[key] = value.copy()
                    return
            elif isinstance(node.value, list) and isinstance(key, int):
                if last:
                    node.value[key] = value.copy()
                    return
            else:
                self._lost(value, path, str(step), _names(node), "a path that leads to a value")
                return
            node = node.value[key]

    def _key(self, node: Node, step: str | int) -> str | int | None:
        """The key or index that a step of a path names: list items go by id, rung or number."""
        if isinstance(node.value, dict):
            return str(step)
        if not isinstance(node.value, list):
            return None
        for index, item in enumerate(node.value):
            if isinstance(item.value, dict) and any(k in item.value and str(item.value[k].value) == str(step) for k in ("id", "rung")):
                return index
        index = int(step) if str(step).isdigit() else -1
        return index if 0 <= index < len(node.value) else None

    def disable(self, path: str, spot: Spot) -> None:
        """Switch off a rule, driver, timeline item, outcome, or all rules and drivers of an actor."""
        kind, _, name = path.partition(".")
        if not name:
            homes = [k for k in _DISABLED if path in _names(self._node(k))]
            kind, name = (homes[0], path) if len(homes) == 1 else (path, "")
        block = self._node(kind) if kind in _DISABLED else None
        key = self._key(block, name) if block is not None else None
        if block is None or key is None or (isinstance(key, str) and key not in block.value):
            known = [f"{k}.{one}" for k in _DISABLED for one in _names(self._node(k))]
            self._fault(spot, "bad-path", path, f"found {path!r}", "a rule, driver, timeline item, outcome or actor, such as rules.ID", nearest(path, known))
        elif kind == "actors":
            self._disable_actor(name, spot)
        elif kind == "outcomes":
            del block.value[key]
        else:
            item = block.value[key]
            if isinstance(item.value, dict):
                item.value["chance" if kind == "timeline" else "limit"] = Node(0, spot, spot)

    def _disable_actor(self, actor: str, spot: Spot) -> None:
        groups = {name: [str(i.value) for i in node.value] for name, node in self._block("groups").items() if isinstance(node.value, list)}
        for item in [*self._block("rules").values(), *self._block("drivers").values()]:
            who = item.value.get("who") if isinstance(item.value, dict) else None
            if who is None:
                continue
            listed = [str(i.value) for i in who.value] if isinstance(who.value, list) else [str(who.value)]
            members = list(dict.fromkeys(one for name in listed for one in groups.get(name, [name])))
            if actor not in members:
                continue
            left = [one for one in members if one != actor]
            if left:
                item.value["who"] = Node([Node(one, who.spot, who.spot) for one in left], who.spot, who.key_spot)
            else:
                item.value["limit"] = Node(0, spot, spot)

    def _node(self, key: str) -> Node:
        return self.root.value.get(key) or Node({}, self.root.spot, self.root.spot)

    def _block(self, key: str) -> dict[str, Node]:
        value = self._node(key).value
        return value if isinstance(value, dict) else {}

    def _lost(self, value: Node, path: str, step: str | int, known: Sequence[str] | dict[str, Node], expected: str) -> None:
        self._fault(value.key_spot, "bad-path", path, f"found {str(step)!r}", expected, nearest(str(step), known))

    def _fault(self, spot: Spot, code: str, path: str, found: str, expected: str, near: str = "") -> None:
        self.faults.append(Fault(spot, code, path, found, expected, near))


def _names(node: Node) -> list[str]:
    """What the items of a block can be called by: their keys, or in a list their ids or rungs."""
    if isinstance(node.value, dict):
        return list(node.value)
    items = node.value if isinstance(node.value, list) else []
    return [str(item.value[k].value) for item in items if isinstance(item.value, dict) for k in ("id", "rung") if k in item.value]
