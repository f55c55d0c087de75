"""Faults by path: finds the place of a path in the files and remembers the fault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sim.scenario.faults import Fault, Spelling, path_text, short
from sim.scenario.source import Node

Path = tuple[str | int, ...]

_ELSEWHERE = ("unknown-name", "not-on-ladder", "missing-key", "conflict")
"""Faults that a file which is not there, or that includes this one, may mend."""


class Report:
    """The faults of one tree of nodes.

    What cannot be read is reported once: errors at or below a broken path, and names that might stand
    in a broken part, are passed over in silence.

    Parameters
    ----------
    root : Node
        The tree.
    incomplete : bool
        Whether other files may hold what is missing here.
    included : set of str
        The files that were included: what they merely offer is not warned of.
    spelling : Spelling
        What finds nearest names; several reports of one file may share it.
    """

    def __init__(
        self, root: Node, *, incomplete: bool = False, included: Iterable[str] = (), spelling: Spelling | None = None
    ):
        self.root = root
        self.incomplete = incomplete
        self.included = frozenset(included)
        self.faults: list[Fault] = []
        self.broken: set[Path] = set()
        self._holding: set[Path] = set()
        self._hidden: set[str | int] = set()
        self._spelling = spelling or Spelling()
        for path in root.broken():
            self.breaks(path)

    def error(
        self, path: Path, code: str, found: str, expected: str, known: Iterable[str] = (),
        *, near: str = "", at: int | None = None, key: bool = False, homes: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        """An error at a path.

        Parameters
        ----------
        known : names
            Of these the nearest to the word that `found` quotes is suggested, unless `near` says which.
        at : int
            The offset in the text at the path.
        key : bool
            Whether the fault lies in the path's key and not in its value.
        homes : blocks
            Where the name that was not found would stand.
        """
        if (self.incomplete and code in _ELSEWHERE) or self.is_broken(path) or self._may_be_in(homes):
            return
        node = self.root.at(path)
        spot = node.key_spot if key else node.spot
        if at and node.inset is not None and not key:
            spot = spot.moved(at + node.inset)
        if not near and known:
            near = self._spelling.nearest(_quoted(found), known)
        self.faults.append(Fault(spot, code, path_text(path), found, expected, near))

    def unknown(
        self, path: Path, kind: str, name: str, known: Iterable[str],
        *, homes: tuple[str, ...], at: int | None = None, key: bool = False, expected: str = "",
    ) -> None:  # fmt: skip
        """The error that nothing has a name."""
        found = f"found the {kind} {short(name)}"
        self.error(path, "unknown-name", found, expected or f"a known {kind}", known, at=at, key=key, homes=homes)

    def warnings(self, path: Path, code: str, found: str, expected: str = "") -> Iterator[Fault]:
        """A warning at a path's key; none where an included file says it, or where it is broken."""
        spot = self.root.at(path).key_spot
        if spot.file not in self.included and not self.is_broken(path):
            yield Fault(spot, code, path_text(path), found, expected, "", "warning")

    def breaks(self, path: Path) -> None:
        """Remember that the value at a path could not be read."""
        self.broken.add(path)
        self._holding.update(path[:length] for length in range(len(path) + 1))
        if path and _hides_names(path):
            self._hidden.add(path[0])

    def is_broken(self, path: Path) -> bool:
        """Whether the value at a path, or one that holds it, could not be read."""
        return any(path[:length] in self.broken for length in range(len(path) + 1))

    def is_broken_inside(self, path: Path) -> bool:
        """Whether something at or below a path could not be read."""
        return path in self._holding

    def _may_be_in(self, homes: tuple[str, ...]) -> bool:
        """Whether a name of these blocks may stand in a part that could not be read."""
        return not self._hidden.isdisjoint(homes)


def _hides_names(path: Path) -> bool:
    """Whether ids may stand at a path: a whole block, the tags of an action, an item of the timeline."""
    return len(path) == 1 or path[2:3] == ("tags",) or (path[0] == "timeline" and path[2:] in ((), ("id",)))


def _quoted(found: str) -> str:
    """The word that a message quotes."""
    return found.split("'")[1] if found.count("'") > 1 else ""
