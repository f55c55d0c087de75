"""Texts of the scenario language → tokens, and the one error that its readers raise."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from sim.scenario import characters, slips
from sim.scenario.faults import short

LONGEST = 4000
DEEPEST = 60

ID = re.compile(r"[0-9]*[A-Za-z_][A-Za-z0-9_]*")
STATEMENT_ID = re.compile(r"-*[A-Za-z0-9_][A-Za-z0-9_-]*")

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>(?:\d+(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][-+]?\d+)?)
          (?:\s*(?P<unit>min|h|d|w)(?![A-Za-z0-9_(]))?(?![A-Za-z0-9_])
    | (?P<name>[0-9]*[A-Za-z_][A-Za-z0-9_]*)
    | (?P<op>\*\*|<=|>=|==|!=|[-+*/()\[\],<>=])
    )""",
    re.VERBOSE | re.ASCII,
)
_SIGNS = "a number, a name or one of + - * / ** ( ) [ ] , < <= > >= == !="
_MEANT = {
    "&": "the word 'and'",
    "|": "the word 'or'",
    "!": "the word 'not'",
    "^": "'**' for a power",
    "%": "a share such as 0.5",
    "'": "names without quotes",
    '"': "names without quotes",
}


class LanguageError(ValueError):
    """A text that cannot be read: the offset, what was found there, what was expected, names that are known."""

    def __init__(self, at: int, found: str, expected: str, known: Iterable[str] = ()):
        self.at, self.found, self.expected, self.known = at, found, expected, tuple(known)
        super().__init__(f"{found}; expected {expected}")


class Token(NamedTuple):
    """A number (perhaps with a unit of time), a name, a sign, or the end."""

    kind: str
    text: str
    at: int
    unit: str | None = None


def bounded(text: str) -> None:
    """Refuse a text that is too long to be meant, or holds a character that looks like another one."""
    if len(text) > LONGEST:
        raise LanguageError(0, f"found a text of {len(text)} characters", f"at most {LONGEST}")
    strange = characters.STRANGE.search(text)
    if strange:
        found, expected = characters.named(strange[0]), characters.expected(strange[0])
        raise LanguageError(strange.start(), f"found {found}", expected)


def tokens_of(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """The tokens of a part of a text, with an end token behind them."""
    end = len(text) if end is None else end
    tokens, at = [], start
    while text[at:end].strip():
        match = _TOKEN.match(text, at, end)
        if match is None:
            at = begin(text, at, end)
            raise LanguageError(at, f"found {short(text[at])}", _MEANT.get(text[at], _SIGNS))
        kind = match.lastgroup or ""
        kind = "number" if kind == "unit" else kind
        tokens.append(Token(kind, match.group(kind), match.start(kind), match.group("unit")))
        at = match.end()
    tokens.append(Token("end", "", len(text[:end].rstrip())))
    return tokens


def begin(text: str, start: int, end: int) -> int:
    """Where the first character that is no space stands in a part of a text."""
    return start + len(text[start:end]) - len(text[start:end].lstrip())


def closing(text: str, at: int) -> int:
    """Where the bracket that opens at `at` closes."""
    depth = 0
    for place in range(at, len(text)):
        depth += (text[place] in "([") - (text[place] in ")]")
        if depth == 0:
            return place
    raise LanguageError(at, "found a bracket that is not closed", f"the closing bracket ({slips.QUOTE_IT})")


def split(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The parts between the commas that stand outside every bracket."""
    if not text[start:end].strip():
        return []
    parts, depth, first = [], 0, start
    for place in range(start, end):
        depth += (text[place] in "([") - (text[place] in ")]")
        if text[place] == "," and depth == 0:
            parts.append((first, place))
            first = place + 1
    return [*parts, (first, end)]


def unbracketed(text: str, start: int, end: int) -> tuple[int, int]:
    """The inside of ``[…]``, or the part itself where it is no list."""
    inside = text[start:end].strip()
    if inside.startswith("[") and inside.endswith("]"):
        first = begin(text, start, end)
        return first + 1, first + len(inside) - 1
    return start, end
