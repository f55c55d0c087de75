"""The first line of an observed file: which column is where, and the names that are misspelt."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from sim.scenario.faults import nearest, short
from sim.scoring.cells import Cell, Mistake

_CLOSE = 0.8
_OTHER_SEPARATORS = ((";", "semicolons"), ("\t", "tabs"))


@dataclass(frozen=True, slots=True)
class Form:
    """The columns that are read, and those that each kind of row needs."""

    columns: tuple[str, ...]
    kinds: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        return " or ".join(", ".join(kind) for kind in self.kinds)


@dataclass(frozen=True, slots=True)
class Header:
    """Where each known column is (None: not there), and how many columns there are in all."""

    places: dict[str, int | None]
    width: int

    def has(self, *names: str) -> bool:
        """Whether all these columns are there."""
        return all(self.places[name] is not None for name in names)


def header_of(row: list[Cell], form: Form) -> tuple[Header, list[Mistake]]:
    """Where a form's columns are, whatever their order and case, and what is wrong with them.

    Other columns are passed over. One kind of row at least must have all that it needs, and none only some of it.
    """
    known = form.columns
    names = [cell.text.casefold() for cell in row]
    places = {name: names.index(name) if name in names else None for name in known}
    header = Header(places, len(row))
    if len(row) == 1 and not any(names[0] == name for name in known):
        for sign, word in _OTHER_SEPARATORS:
            if sign in row[0].text:
                return header, [Mistake(row[0].spot, f"found {word} between the columns", "commas")]
    twice = [place for place, name in enumerate(names) if name in known and places[name] != place]
    mistakes = [Mistake(row[place].spot, f"found the column {short(names[place])} twice", "it once") for place in twice]
    misspelt = _misspelt(row, names, [name for name in known if places[name] is None])
    mistakes += [
        Mistake(row[place].spot, f"found the column {short(row[place].text)}", "a known column", near)
        for place, near in misspelt.items()
    ]
    told = set(misspelt.values())
    mistakes += _missing(row, names, header, form, told)
    return header, mistakes


def _misspelt(row: list[Cell], names: list[str], absent: list[str]) -> dict[int, str]:
    """The columns whose names are all but those of known ones that are not there."""
    found: dict[int, str] = {}
    for place, name in enumerate(names):
        for known in absent:
            close = difflib.SequenceMatcher(None, name, known).ratio() >= _CLOSE if len(name) < 30 else False
            if name != known and (close or sorted(name) == sorted(known)):
                found[place] = known
                break
    return found


def _missing(row: list[Cell], names: list[str], header: Header, form: Form, told: set[str]) -> list[Mistake]:
    """The columns that a kind of row needs, where some of them are there and others not."""
    begun = [kind for kind in form.kinds if any(header.places[name] is not None for name in kind if name != "date")]
    if not begun and not told:
        found = f"the columns {', '.join(names)}" if any(header.has(name) for name in form.columns) else "no header"
        return [Mistake(row[0].spot, f"found {found}", f"a first line with the columns {form}")]
    unknown = {name: place for place, name in enumerate(names) if name and name not in form.columns}
    mistakes = []
    for kind in begun:
        for name in (name for name in kind if not header.has(name) and name not in told):
            near = nearest(name, unknown)
            if near:
                cell = row[unknown[near]]
                mistakes.append(Mistake(cell.spot, f"found the column {short(cell.text)}", ", ".join(kind), name))
            else:
                mistakes.append(Mistake(row[0].spot, f"found no column {name!r}", ", ".join(kind)))
    return mistakes
