"""A CSV file as rows of cells that know their place, and what can be wrong with such a file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sim.errors import StorageError, UsageError
from sim.scenario.faults import Spot

MOST_BYTES = 10 * 2**20
_MOST_TOLD = 1000

_QUOTED = re.compile(r'[ \t]*"([^"]*+(?:""[^"]*+)*+)"[ \t]*')
_PLAIN = re.compile(r"[^,\r\n]*+")
_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong with a file: where, what was found, what was expected, the nearest known name."""

    spot: Spot
    found: str
    expected: str = ""
    nearest: str = ""

    def __str__(self) -> str:
        parts = [self.found]
        parts += [f"expected {self.expected}"] if self.expected else []
        parts += [f"nearest known name: {self.nearest}"] if self.nearest else []
        return f"{self.spot}: error: {'; '.join(parts)}"


class RecordError(UsageError):
    """A file with mistakes.

    Attributes
    ----------
    mistakes : list of Mistake
        All of them, by file and then by place.
    """

    def __init__(self, mistakes: Iterable[Mistake]):
        self.mistakes = list(mistakes)
        lines = [str(mistake) for mistake in self.mistakes[:_MOST_TOLD]]
        rest = len(self.mistakes) - len(lines)
        super().__init__("\n".join([*lines, *([f"and {rest:,} more"] if rest else [])]))

    def __reduce__(self) -> tuple[type[RecordError], tuple[list[Mistake]]]:
        return (RecordError, (self.mistakes,))


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its text without spaces around it, and where it begins."""

    text: str
    spot: Spot


def rows_of(path: Path) -> list[list[Cell]]:
    """The rows of a CSV file (RFC 4180), without empty ones and those that begin with ``#``.

    Raises
    ------
    RecordError
        If it is no such file: not UTF-8, larger than 10 MiB, a quote that is not closed.
    StorageError
        If it cannot be read.
    """
    rows, mistakes = _scanned(_text(path), str(path))
    if mistakes:
        raise RecordError(mistakes)
    return [row for row in rows if any(cell.text for cell in row) and not row[0].text.startswith("#")]


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise StorageError(f"{path} could not be read: {error.strerror or error}") from None
    start = Spot(str(path), 1, 1)
    if len(data) > MOST_BYTES:
        raise RecordError([Mistake(start, "found more than 10 MiB", "a CSV file of at most 10 MiB")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        spot = Spot(str(path), before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
        raise RecordError([Mistake(spot, f"found the byte 0x{data[error.start]:02x}", "text in UTF-8")]) from None
    if "\0" in text:
        raise RecordError([Mistake(start, "found a zero byte", "text in UTF-8")])
    return text


def _scanned(text: str, file: str) -> tuple[list[list[Cell]], list[Mistake]]:
    rows: list[list[Cell]] = []
    row: list[Cell] = []
    mistakes: list[Mistake] = []
    at, line, line_start = 0, 1, 0
    while at <= len(text):
        spot = Spot(file, line, at - line_start + 1)
        quoted = _QUOTED.match(text, at)
        if quoted is not None:
            content, at = quoted.group(1).replace('""', '"'), quoted.end()
            ends = list(_END.finditer(text, quoted.start(), at))
            line, line_start = line + len(ends), ends[-1].end() if ends else line_start
            if at < len(text) and text[at] not in ",\r\n":
                expected = "a comma or the end of the line behind a closing quote"
                behind = Spot(file, line, at - line_start + 1)
                return rows, [*mistakes, Mistake(behind, f"found {text[at]!r}", expected)]
        else:
            plain = _PLAIN.match(text, at)
            content, at = (plain.group() if plain else ""), (plain.end() if plain else at)
            if content.lstrip().startswith('"'):
                return rows, [*mistakes, Mistake(spot, "found a quote that is not closed", 'a closing " behind it')]
        row.append(Cell(content.strip(), spot))
        end = _END.match(text, at)
        if end is not None or at >= len(text):
            rows.append(row)
            row = []
            if end is None:
                break
            at, line, line_start = end.end(), line + 1, end.end()
        else:
            at += 1
    return rows, mistakes
