"""Sections of prose, lists and tables, as text for the terminal and as Markdown."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sim.reading.prose import WIDTH, wrapped

_GAP = 2


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """Terms, each with what is said of it."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells below their headers."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """Terms, each with lines of its own below it."""

    items: tuple[tuple[str, tuple[str, ...]], ...]


Block = Prose | Items | Table | Outline


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it; `depth` 1 is a part of the whole, 2 a section of a part."""

    title: str
    depth: int
    blocks: tuple[Block, ...] = ()


def page_text(title: str, sections: Sequence[Section], *, width: int = WIDTH) -> str:
    """The page for the terminal; no line is longer than `width` unless a word is."""
    lines = [title, "=" * min(len(title), width)]
    for section in sections:
        line = section.title.upper() if section.depth == 1 else section.title
        lines += ["", "", line, ("=" if section.depth == 1 else "-") * min(len(line), width)]
        for block in section.blocks:
            lines += ["", *_text_of(block, width)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _text_of(block: Block, width: int) -> Iterator[str]:
    if isinstance(block, Prose):
        yield from wrapped(block.text, width=width)
    elif isinstance(block, Items):
        for term, text in block.items:
            yield from wrapped(f"{term}: {text}" if text else term, "  ", "      ", width=width)
    elif isinstance(block, Outline):
        for term, lines in block.items:
            yield from wrapped(term, "  ", "      ", width=width)
            for line in lines:
                yield from wrapped(line, "      ", "          ", width=width)
    else:
        yield from _table_text(block, width)


def _table_text(table: Table, width: int) -> Iterator[str]:
    """Columns side by side; the widest give way, with cells of several lines, until all fit."""
    columns = list(zip(table.headers, *table.rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    least = [max(len(word) for cell in column for word in (cell.split() or [""])) for column in columns]
    while sum(widths) + _GAP * (len(widths) - 1) > width:
        room = [one - narrowest for one, narrowest in zip(widths, least, strict=True)]
        if max(room) == 0:
            break
        widest = max(one for one, left in zip(widths, room, strict=True) if left)
        widths[next(i for i, left in enumerate(room) if left and widths[i] == widest)] -= 1
    for row in (table.headers, tuple("-" * one for one in widths), *table.rows):
        pairs = zip(row, widths, strict=True)
        cells = [textwrap.wrap(text, one, break_on_hyphens=False) or [""] for text, one in pairs]
        for number in range(max(map(len, cells))):
            parts = [cell[number] if number < len(cell) else "" for cell in cells]
            yield (" " * _GAP).join(part.ljust(one) for part, one in zip(parts, widths, strict=True)).rstrip()


def page_markdown(title: str, sections: Sequence[Section]) -> str:
    """The page as Markdown."""
    lines = [f"# {title}"]
    for section in sections:
        lines += ["", f"{'#' * (section.depth + 1)} {section.title}"]
        for block in section.blocks:
            lines += ["", *_markdown_of(block)]
    return "\n".join(lines) + "\n"


def _markdown_of(block: Block) -> Iterator[str]:
    if isinstance(block, Prose):
        yield _escaped(block.text)
    elif isinstance(block, Items):
        for term, text in block.items:
            yield f"- **{_escaped(term)}**" + (f": {_escaped(text)}" if text else "")
    elif isinstance(block, Outline):
        for term, lines in block.items:
            yield f"- **{_escaped(term)}**"
            yield from (f"  - {_escaped(line)}" for line in lines)
    else:
        yield f"| {' | '.join(_cell(one) for one in block.headers)} |"
        yield f"|{'|'.join(' --- ' for _ in block.headers)}|"
        for row in block.rows:
            yield f"| {' | '.join(_cell(one) for one in row)} |"


def _cell(text: str) -> str:
    return _escaped(text).replace("|", "\\|").replace("\n", " ")


def _escaped(text: str) -> str:
    """Markdown's own signs outside of code are escaped."""
    parts = text.split("`")
    for index in range(0, len(parts), 2):
        for sign in "*_<[":
            parts[index] = parts[index].replace(sign, f"\\{sign}")
    return "`".join(parts)
