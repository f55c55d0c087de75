"""A scenario's path or id → its checked description. The way in for everything else."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from pydantic import ValidationError

from sim.errors import ScenarioError, StorageError, UsageError
from sim.scenario import files, source, times
from sim.scenario.check import check
from sim.scenario.dump import to_yaml
from sim.scenario.edits import Edits
from sim.scenario.faults import Fault, Spot, in_order, nearest
from sim.scenario.names import NameTable
from sim.scenario.report import Report
from sim.scenario.schema import Scenario
from sim.scenario.source import Node
from sim.scenario.warn import warn


@dataclass(frozen=True)
class Changes:
    """What is changed in a scenario before it is checked, in this order.

    variants : names of variants; settings : (path, value as YAML text); injects : files with timeline
    items; horizon : a duration that replaces the scenario's; fixed : every parameter at its value.
    """

    variants: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    injects: tuple[str, ...] = ()
    horizon: str | None = None
    fixed: bool = False


@dataclass(frozen=True)
class Loaded:
    """A scenario without errors.

    description : the frozen models; root : the nodes they were read from; warnings : what looks wrong
    but is allowed; texts : the files that were read, by name.
    """

    description: Scenario
    names: NameTable
    root: Node
    texts: dict[str, str]
    warnings: list[Fault]

    @property
    def start(self) -> datetime:
        """The calendar time at t = 0, with its zone."""
        return times.parse_start(self.description.start)

    def spot(self, path: tuple[str | int, ...]) -> Spot:
        """Where the value at a path stands."""
        return self.root.at(path).spot

    @cached_property
    def resolved(self) -> str:
        """The scenario as YAML with includes, variants and settings resolved; it can be loaded again."""
        plain = {key: node.plain() for key, node in self.root.value.items() if key != "variants"}
        return to_yaml(plain)

    @property
    def hash(self) -> str:
        """SHA-256 of the resolved scenario: the same whatever the file is called."""
        return hashlib.sha256(self.resolved.encode()).hexdigest()


def load(path_or_id: str | Path, changes: Changes | None = None) -> Loaded:
    """The checked description of a scenario, given by its path or the id of a shipped one.

    Raises
    ------
    ScenarioError
        With every fault, if there is an error among them.
    UsageError
        If there is neither such a file nor such an id.
    StorageError
        If the file cannot be read.
    """
    loaded, faults, texts = examine(path_or_id, changes)
    if loaded is None:
        unreadable = [fault for fault in faults if fault.code == "unreadable" and fault.found.startswith("cannot be read")]
        if unreadable and len(faults) == len(unreadable):
            raise StorageError(str(unreadable[0]))
        raise ScenarioError(faults, texts)
    return loaded


def examine(path_or_id: str | Path, changes: Changes | None = None) -> tuple[Loaded | None, list[Fault], dict[str, str]]:
    """The scenario if it has no errors, every fault and warning, and the texts that were read."""
    changes = changes or Changes()
    reader = files.Files()
    root = reader.tree(find(path_or_id))
    if root is None:
        return None, in_order(reader.faults), reader.texts
    faults = list(reader.faults)
    root = _changed(root, changes, reader, faults)
    loaded = _checked(root, reader.texts, faults)
    return loaded, in_order(faults), reader.texts


def variant_faults(loaded: Loaded) -> list[Fault]:
    """The errors that the scenario's variants would bring, each applied alone."""
    faults: list[Fault] = []
    for name, node in loaded.root.value.get("variants", Node({}, Spot("", 0, 0), Spot("", 0, 0))).value.items():
        edits = Edits(loaded.root.copy())
        edits.apply_variant(name, node.key_spot)
        found = list(edits.faults)
        _checked(edits.root, loaded.texts, found)
        faults += [fault for fault in found if fault.severity == "error"]
    return faults


def find(path_or_id: str | Path) -> Path:
    """The file that a path or a shipped scenario's id means."""
    path = Path(path_or_id)
    if path.exists() or path.suffix in (".yaml", ".yml") or len(path.parts) > 1:
        return path
    shipped = files.shipped_folder() / f"{path_or_id}.yaml"
    if shipped.is_file():
        return shipped
    known = files.shipped_ids()
    near = nearest(str(path_or_id), known)
    hint = f"; nearest known name: {near}" if near else ""
    raise UsageError(f"found no file and no scenario {str(path_or_id)!r}; expected a path or one of {', '.join(known)}{hint}")


def _changed(root: Node, changes: Changes, reader: files.Files, faults: list[Fault]) -> Node:
    edits = Edits(root)
    for name in changes.variants:
        edits.apply_variant(name, Spot("--variant", 1, 1))
    for path, text in changes.settings:
        label = f"--set {path}"
        value, found = source.parse(text, label)
        faults.extend(found)
        reader.texts[label] = text
        if value is not None:
            edits.set(path, value)
    if changes.horizon is not None:
        edits.set("horizon", source.from_data(changes.horizon, "--horizon"))
    for file in changes.injects:
        node = reader.document(Path(file), file)
        if node is not None and not isinstance(node.value, list):
            faults.append(Fault(node.spot, "wrong-type", "", "found no list", "a list of timeline items"))
        elif node is not None:
            edits.inject(node.value)
    faults.extend(fault for fault in reader.faults if fault not in faults)
    faults.extend(edits.faults)
    if changes.fixed:
        _fix(edits.root)
    return edits.root


def _fix(root: Node) -> None:
    """Take the ranges away: every parameter keeps its value."""
    parameters = root.value.get("parameters")
    for item in parameters.value.values() if parameters is not None and isinstance(parameters.value, dict) else ():
        if isinstance(item.value, dict):
            item.value.pop("range", None)
            item.value.pop("bounds", None)


def _checked(root: Node, texts: dict[str, str], faults: list[Fault]) -> Loaded | None:
    """The description of a tree; what is wrong with it is added to `faults`."""
    report = Report(root)
    broken = {fault.path for fault in faults}
    try:
        description = Scenario.model_validate(root.plain())
    except ValidationError as error:
        report.shape(error, broken)
        faults.extend(report.faults)
        return None
    names = check(description, report)
    if not report.has_errors:
        warn(description, names, report)
    faults.extend(report.faults)
    if any(fault.severity == "error" for fault in faults):
        return None
    warnings = [fault for fault in faults if fault.severity == "warning"]
    return Loaded(description, names, root, texts, in_order(warnings))


def changed(changes: Changes, settings: Sequence[tuple[str, str]]) -> Changes:
    """The changes with further settings behind the others."""
    return replace(changes, settings=(*changes.settings, *settings))


__all__ = ["Changes", "Loaded", "changed", "examine", "find", "load", "variant_faults"]
