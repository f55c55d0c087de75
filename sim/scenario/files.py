"""A scenario file and the files it includes, read into one tree of nodes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from os.path import isfile, lexists  # unlike Path's never an error
from pathlib import Path

from sim.scenario import source, texts
from sim.scenario.faults import Fault, Spelling, Spot, short
from sim.scenario.merge import merged
from sim.scenario.source import Node

MOST_INCLUDES = 64
_MOST_ASKED = 2 * MOST_INCLUDES
LARGEST_IN_ALL = 2 * texts.LARGEST_BYTES
_PATHS_SUGGESTED = 1000
_UNREADABLE = "cannot be read"
_NOWHERE = Path(texts.STANDARD_INPUT)
"""The place of a scenario that stands on standard input: it includes from the package's library alone."""


def shipped_folder() -> Path:
    """The folder of the scenarios that come with the package."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "shipped"
    return installed if installed.is_dir() else package.parent / "scenarios"


def shipped_ids() -> list[str]:
    """The ids of the scenarios that come with the package."""
    return sorted(path.stem for path in shipped_folder().glob("*.yaml"))


@dataclass
class Files:
    """Reads files once each and keeps their texts and faults.

    included : the names of the files that others include; incomplete : whether one of those could not
    be read, so that names may be missing for no fault of the others.
    """

    texts: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    included: set[str] = field(default_factory=set)
    incomplete: bool = False
    _read: set[Path] = field(default_factory=set)
    _asked: int = 0
    _spelling: Spelling = field(default_factory=Spelling)

    def tree(self, path: Path, file: str) -> Node | None:
        """The file, called `file` in messages, with all that it includes laid under it; None if unreadable."""
        return self._tree(path, file, ())

    def document(self, path: Path, file: str) -> Node | None:
        """One file as nodes, without its includes."""
        text = texts.read_text(path, file)
        if not isinstance(text, Fault) and len(text) + sum(map(len, self.texts.values())) > LARGEST_IN_ALL:
            most = f"at most {LARGEST_IN_ALL >> 20} MiB"
            text = Fault(Spot(file, 1, 1), "too-large", "", f"found files of more than {most[8:]} in all", most)
        if isinstance(text, Fault):
            self.faults.append(text)
            return None
        self.texts[file] = text
        node, faults = source.parse(text, file)
        self.faults.extend(faults)
        return node

    def _tree(self, path: Path, file: str, above: tuple[Path, ...]) -> Node | None:
        above = (*above, _resolved(Path(), path) if file != texts.STANDARD_INPUT else _NOWHERE)
        self._read.add(above[-1])
        node = self.document(path, file)
        if node is None:
            return None
        if not isinstance(node.value, dict):
            self._fault(node.spot, "wrong-type", "", "found no mapping", "a mapping with keys such as actors and rules")
            return None
        self._version(node)
        under: Node | None = None
        for place, entry in self._includes(node):
            found = self._resolve(entry, place, above, file)
            if found is None:
                continue
            part = self._tree(*found, above)
            if part is None:
                self.incomplete = True
                self._place_at(entry, place)
            else:
                part = part.holding({key: one for key, one in part.value.items() if key != "brinkline"})
                under = part if under is None else merged(under, part)
        node = node.holding({key: one for key, one in node.value.items() if key != "include"})
        return node if under is None else merged(under, node)

    def _place_at(self, entry: Node, place: str) -> None:
        """Let the fault of an included file that cannot be read stand where it is included."""
        fault = self.faults[-1]
        if fault.code == "unreadable" and fault.found.startswith(_UNREADABLE):
            found = f"found the include {short(entry.value)}, which {fault.found}"
            self.faults[-1] = Fault(entry.spot, "include", place, found, "a file that can be read")

    def _version(self, node: Node) -> None:
        version = node.value.get("brinkline")
        if version is not None and isinstance(version.value, int) and version.value != 1:
            expected = "1, the version that this program reads"
            self._fault(version.spot, "wrong-value", "brinkline", f"found version {version.value}", expected)

    def _includes(self, node: Node) -> Iterator[tuple[str, Node]]:
        """The entries of `include`, each with its path."""
        include = node.value.get("include")
        if include is None or include.value is None:
            return
        for index, entry in enumerate(include.items):
            place = f"include[{index}]" if isinstance(include.value, list) else "include"
            self._asked += 1
            if self._asked > _MOST_ASKED:
                self._lost(entry.spot, place, "found one include too many", f"at most {MOST_INCLUDES} files in all")
                break
            if isinstance(entry.value, str):
                yield place, entry
            elif entry.value is not None:
                self._fault(entry.spot, "wrong-type", place, "found something that is no text", "the path of a file")

    def _resolve(self, entry: Node, place: str, above: tuple[Path, ...], file: str) -> tuple[Path, str] | None:
        """The included file and its name in messages, if it is there, in bounds and not read before."""
        found = f"found the include {short(entry.value)}"
        home, library = above[-1].parent, shipped_folder().resolve() / "library"
        here, shown = _resolved(home, entry.value), str(Path(file).parent / entry.value)
        shipped = _resolved(library.parent, entry.value)
        if not isfile(here) and shipped.is_relative_to(library) and isfile(shipped):
            here, shown = shipped, str(shipped)
        if file == texts.STANDARD_INPUT and not here.is_relative_to(library):
            expected = "a file of the package's library (what stands on standard input has no folder)"
            self._lost(entry.spot, place, found, expected)
        elif not here.is_relative_to(home) and not here.is_relative_to(library):
            expected = "a file inside the folder of this file, or of the package's library"
            self._lost(entry.spot, place, found, expected)
        elif here in above:
            self._lost(entry.spot, place, f"{found}, which includes this file", "no cycle of includes")
        elif here in self._read:
            pass
        elif not isfile(here) and lexists(home / entry.value):
            self._lost(entry.spot, place, f"{found}, which leads to no file", "a regular file")
        elif not isfile(here):
            close = self._spelling.nearest(entry.value, _yaml_files(home, here.parent, library))
            self._lost(entry.spot, place, f"{found}, which is not there", "a file", close)
        elif len(self._read) > MOST_INCLUDES:
            self._lost(entry.spot, place, found, f"at most {MOST_INCLUDES} files in all")
        else:
            self.included.add(shown)
            return here, shown
        return None

    def _lost(self, spot: Spot, place: str, found: str, expected: str, close: str = "") -> None:
        self.incomplete = True
        self._fault(spot, "include", place, found, expected, close)

    def _fault(self, spot: Spot, code: str, path: str, found: str, expected: str, close: str = "") -> None:
        self.faults.append(Fault(spot, code, path, found, expected, close))


def _resolved(home: Path, text: str | Path) -> Path:
    """Where a path leads, links followed; a place that is no file where it leads nowhere."""
    try:
        return (home / text).resolve()
    except (OSError, ValueError, RuntimeError):  # too long, a zero byte, a loop of links
        return home


def _yaml_files(home: Path, folder: Path, library: Path) -> list[str]:
    """What the author may have meant: files in the same folder, beside the including one, in the library."""
    places = ((library, library.parent), (folder if folder.is_relative_to(home) else home, home), (home, home))
    found: set[str] = set()
    for place, base in places:
        with suppress(OSError):  # a name that is too long, a folder that may not be read
            paths = islice(place.glob("*.yaml"), _PATHS_SUGGESTED)
            found.update(path.relative_to(base).as_posix() for path in paths)
    return sorted(found)
