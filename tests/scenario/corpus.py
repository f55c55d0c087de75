"""The corpus: small files whose first lines say what is to be expected of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from sim.scenario.load import Changes

FOLDER = Path(__file__).resolve().parent.parent / "corpus"
_LINE = re.compile(rb"# (expect|holds|set|variant|inject|horizon|fixed|part): ?(.*)")
_EXPECTED = re.compile(r"(?P<code>\S+) (?:(?P<file>\S.*?):)?(?P<line>\d+):(?P<column>\d+)(?: (?P<path>.*))?")


@dataclass
class Case:
    """One file of the corpus.

    expected : (code, file, line, column, path) of each fault; holds : (path, value as text) of what the
    loaded scenario must hold.
    """

    path: Path
    lines: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, path: Path) -> Case:
        """The case of a file, read from its first lines."""
        case = cls(path)
        for line in path.read_bytes().splitlines():
            match = _LINE.fullmatch(line)
            if match is None and not line.startswith(b"#"):
                break
            if match:
                case.lines.setdefault(match.group(1).decode(), []).append(match.group(2).decode())
        return case

    @property
    def file(self) -> str:
        """The file's name in messages: the path as it was given."""
        return str(self.path)

    @property
    def expected(self) -> list[tuple[str, str, int, int, str]]:
        found = []
        for line in self.lines.get("expect", []):
            match = _EXPECTED.fullmatch(line)
            assert match, f"{self.path}: {line}"
            name = match["file"] or self.path.name
            file = name if name.startswith("--") else str(self.path.parent / name)
            found.append((match["code"], file, int(match["line"]), int(match["column"]), match["path"] or ""))
        return sorted(found, key=lambda one: one[1:4])

    @property
    def holds(self) -> list[tuple[str, str]]:
        pairs = (line.split(": ", 1) for line in self.lines.get("holds", []))
        return [(path, value) for path, value in pairs]

    @property
    def changes(self) -> Changes:
        settings = (line.split("=", 1) for line in self.lines.get("set", []))
        return Changes(
            variants=tuple(self.lines.get("variant", [])),
            settings=tuple((path, value) for path, value in settings),
            injects=tuple(str(self.path.parent / name) for name in self.lines.get("inject", [])),
            horizon=next(iter(self.lines.get("horizon", [])), None),
            fixed="fixed" in self.lines,
        )

    @property
    def is_part(self) -> bool:
        return "part" in self.lines


def cases(kind: str) -> list[Case]:
    """All cases of one kind: valid, invalid or warnings."""
    return [Case.of(path) for path in sorted((FOLDER / kind).glob("*.yaml"))]
