"""A scenario's path or id → its checked description. The way in for everything else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from html import escape
from os.path import exists, isfile  # unlike Path's never an error
from pathlib import Path

from sim.errors import ScenarioError, StorageError, UsageError
from sim.escapes import in_a_line, shortened
from sim.scenario import files, source, times
from sim.scenario.changes import Changes, type_of
from sim.scenario.check import check
from sim.scenario.dump import to_yaml
from sim.scenario.edits import Edits, Work
from sim.scenario.faults import Fault, Spelling, Spot, hint, in_order, short
from sim.scenario.names import NameTable
from sim.scenario.report import Report
from sim.scenario.schema import Scenario
from sim.scenario.shape import SCENARIO_NEEDS, described
from sim.scenario.source import Node
from sim.scenario.texts import STANDARD_INPUT
from sim.scenario.warn import warn

_WHOLE = ("scenario", "start", "horizon")
"""What makes a file a scenario: one without any of these is a part that others include."""

_CARD = 400
"""Characters of the description on a notebook's card."""

MOST_VARIANTS = 1000
MOST_CHECKED = 300_000
"""Values of a scenario times its variants, each of which is checked alone."""


@dataclass(frozen=True, repr=False)
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

    def __repr__(self) -> str:
        return repr(self.description)

    def _repr_html_(self) -> str:
        """The scenario as a notebook shows it: a small card."""
        told = self.description
        lines = [f"<b>{escape(told.title or told.scenario)}</b>", escape(f"{told.scenario}: {told.contents}")]
        if told.description:
            lines.append(escape(shortened(" ".join(told.description.split()), _CARD)))
        return f'<div style="border: 1px solid #999; padding: 0.5em; max-width: 40em">{"<br>".join(lines)}</div>'

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
    loaded, faults, texts = _examined(path_or_id, changes or Changes(), parts=False)
    if loaded is None:
        if faults and all(fault.code == "unreadable" and fault.found.startswith("cannot be read") for fault in faults):
            raise StorageError(str(faults[0]))
        raise ScenarioError(faults, texts)
    return loaded


def examine(
    path_or_id: str | Path, changes: Changes | None = None
) -> tuple[Loaded | None, list[Fault], dict[str, str]]:
    """A scenario's file, with all that is wrong with it.

    Returns
    -------
    loaded : Loaded or None
        The scenario, if it has no errors. A file that others include (without `scenario`, `start` and
        `horizon`) gives none; it is only told what no including file can mend.
    faults : list of Fault
        Every error and warning, sorted by place.
    texts : dict
        The files that were read, by the names that the faults use.

    Raises
    ------
    UsageError
        If there is neither such a file nor such an id.
    """
    return _examined(path_or_id, changes or Changes(), parts=True)


def _examined(
    path_or_id: str | Path, changes: Changes, *, parts: bool
) -> tuple[Loaded | None, list[Fault], dict[str, str]]:
    reader = files.Files()
    if isinstance(path_or_id, (str, Path)) and str(path_or_id) == "-":
        path, file = Path(STANDARD_INPUT), STANDARD_INPUT
    else:
        path = find(path_or_id)
        file = str(path_or_id) if Path(path_or_id) == path else str(path)
    root = reader.tree(path, file)
    if root is None:
        return None, in_order(reader.faults), reader.texts
    faults: list[Fault] = []
    edits = _changed(root, changes, reader, faults)
    faults += reader.faults
    part = parts and not any(key in edits.root.entries for key in _WHOLE)
    report = Report(edits.root, incomplete=part or reader.incomplete, included=reader.included)
    if "brinkline" not in root.entries:
        report.breaks(("brinkline",))
        expected = "brinkline: 1, the version of the format"
        faults.append(Fault(root.spot, "missing-key", "brinkline", "found no 'brinkline'", expected))
    checked = _checked(report)
    errors = [*faults, *_too_many_variants(root), *_lost_variants(root), *report.faults]
    warnings = [] if checked is None or report.incomplete else in_order(warn(*checked, report, errors))
    if checked is None or part or errors:
        return None, in_order([*errors, *warnings]), reader.texts
    return Loaded(*checked, edits.root, reader.texts, warnings), warnings, reader.texts


def _checked(report: Report) -> tuple[Scenario, NameTable] | None:
    """The description of a report's tree; what is wrong with it is added to the report."""
    description = described(report, Scenario, SCENARIO_NEEDS)
    return None if description is None else (description, check(description, report))


def _too_many_variants(root: Node) -> Iterable[Fault]:
    """The fault of more variants than can be checked."""
    block = root.entries.get("variants")
    if block is None:
        return
    variants, values = len(block.entries), _without_variants(root).count()
    if variants > MOST_VARIANTS:
        found = f"found {variants:,} variants"
        yield Fault(block.key_spot, "too-large", "variants", found, f"at most {MOST_VARIANTS:,}")
    elif variants * values > MOST_CHECKED:
        found = f"found {variants:,} variants of {values:,} values, {variants * values:,} values to check"
        yield Fault(block.key_spot, "too-large", "variants", found, f"at most {MOST_CHECKED:,}")


def _without_variants(root: Node) -> Node:
    return root.holding({key: node for key, node in root.entries.items() if key != "variants"})


def _lost_variants(root: Node) -> Iterable[Fault]:
    """The faults of what the variants reach for, each applied alone."""
    work = Work()
    for name, node in root.at(("variants",)).entries.items() if "variants" in root.entries else ():
        edits = Edits(root, work)
        edits.apply_variant(name, node.key_spot)
        yield from edits.faults


def variant_faults(loaded: Loaded) -> list[Fault]:
    """The errors that the scenario's variants would bring, each applied alone."""
    faults: list[Fault] = []
    variants, work, spelling = loaded.root.entries.get("variants"), Work(), Spelling()
    for name, node in variants.entries.items() if variants is not None else ():
        edits = Edits(loaded.root, work)
        edits.apply_variant(name, node.key_spot)
        report = Report(_without_variants(edits.root), spelling=spelling)
        _checked(report)
        faults += [replace(fault, path=f"{fault.path} (in the variant {name})") for fault in report.faults]
        faults += edits.faults
    return faults


def find(path_or_id: str | Path) -> Path:
    """The file that a path or a shipped scenario's id means."""
    if not isinstance(path_or_id, (str, Path)):
        raise UsageError(f"found {type_of(path_or_id)} as a scenario; expected a path or an id")
    path = Path(path_or_id)
    if isfile(path / "manifest.json"):
        folder = shortened(in_a_line(str(path)))
        raise UsageError(f"{folder} is a results folder; expected a scenario, such as {Path(folder) / 'scenario.yaml'}")
    shipped = files.shipped_folder() / f"{path_or_id}.yaml"
    if isfile(path) or path.suffix in (".yaml", ".yml") or len(path.parts) > 1:
        return path
    if str(path_or_id) in files.shipped_ids():
        return shipped
    if exists(path):  # a folder, say: what is wrong with it is found when it is read
        return path
    known = files.shipped_ids()
    found = f"found no file and no scenario {short(str(path_or_id))}"
    raise UsageError(f"{found}; expected a path or one of {', '.join(known)}{hint(str(path_or_id), known)}")


def _changed(root: Node, changes: Changes, reader: files.Files, faults: list[Fault]) -> Edits:
    edits = Edits(root)
    for name in changes.variants:
        edits.apply_variant(name, Spot(f"--variant {name}", 1, 1))
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
            edits.inject(node)
    faults.extend(edits.faults)
    if changes.fixed:
        edits.fix()
    return edits


__all__ = ["Changes", "Loaded", "examine", "find", "load", "variant_faults"]
