"""A scenario file and the files it includes, read into one tree of nodes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from sim.scenario import source
from sim.scenario.faults import Fault, Spot, nearest
from sim.scenario.merge import merged
from sim.scenario.source import Node

MOST_INCLUDES = 64


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
    """Reads files once each and keeps their texts and faults."""

    texts: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    _read: set[Path] = field(default_factory=set)

    def tree(self, path: Path) -> Node | None:
        """The file with all that it includes laid under it, or None where it cannot be read."""
        return self._tree(path, str(path), ())

    def document(self, path: Path, file: str) -> Node | None:
        """One file as nodes, without its includes."""
        text = source.read_text(path, file)
        if isinstance(text, Fault):
            self.faults.append(text)
            return None
        self.texts[file] = text
        node, faults = source.parse(text, file)
        self.faults.extend(faults)
        return node

    def _tree(self, path: Path, file: str, above: tuple[Path, ...]) -> Node | None:
        self._read.add(path.resolve())
        node = self.document(path, file)
        if node is None or not isinstance(node.value, dict):
            if node is not None:
                self._fault(node.spot, "wrong-type", "", "found no mapping", "a scenario: a mapping with keys such as actors and rules")
            return None
        under: Node | None = None
        for entry in self._includes(node):
            found = self._resolve(entry, path, (*above, path.resolve()))
            if found is None:
                continue
            shown = str(Path(file).parent / str(entry.value))
            part = self._tree(found, shown, (*above, path.resolve()))
            if part is not None:
                under = part if under is None else merged(under, part)
        node.value.pop("include", None)
        return node if under is None else merged(under, node)

    def _includes(self, node: Node) -> list[Node]:
        include = node.value.get("include")
        if include is None:
            return []
        entries = include.value if isinstance(include.value, list) else [include]
        for entry in entries:
            if not isinstance(entry.value, str):
                self._fault(entry.spot, "wrong-type", "include", "found something that is no text", "the path of a file")
        return [entry for entry in entries if isinstance(entry.value, str)]

    def _resolve(self, entry: Node, path: Path, above: tuple[Path, ...]) -> Path | None:
        """The included file, if it is there, inside its folder and not read before."""
        found = f"found the include {entry.value!r}"
        home = path.resolve().parent
        inside = (home / entry.value).resolve()
        library = shipped_folder().resolve()
        shipped = (library / entry.value).resolve()
        if not inside.is_relative_to(home) and not inside.is_relative_to(library / "library"):
            self._fault(entry.spot, "include", "include", found, "a file inside the folder of this file, or of the package's library")
            return None
        if not inside.is_file() and shipped.is_relative_to(library / "library") and shipped.is_file():
            inside = shipped
        if inside in above:
            self._fault(entry.spot, "include", "include", f"{found}, which includes this file", "no cycle of includes")
            return None
        if inside in self._read:
            return None
        if not inside.is_file():
            known = [str(p.relative_to(home)) for p in sorted(home.glob("**/*.yaml"))[:200]] if home.is_dir() else []
            close = nearest(str(entry.value), known)
            self.faults.append(Fault(entry.spot, "include", "include", f"{found}, which is not there", "a file", close))
            return None
        if len(self._read) > MOST_INCLUDES:
            self._fault(entry.spot, "include", "include", found, f"at most {MOST_INCLUDES} files in all")
            return None
        return inside

    def _fault(self, spot: Spot, code: str, path: str, found: str, expected: str) -> None:
        self.faults.append(Fault(spot, code, path, found, expected))
