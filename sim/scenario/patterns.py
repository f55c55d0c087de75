"""Texts of patterns → who-fields, names and spans: the values of ``when``, ``count`` and ``since``."""

from __future__ import annotations

import re

from sim.scenario.faults import short
from sim.scenario.syntax import Names, Not, Span, Who, WhoField
from sim.scenario.tokens import (
    DEEPEST,
    ID,
    STATEMENT_ID,
    LanguageError,
    begin,
    bounded,
    split,
    unbracketed,
)

SPAN_KEYS = ("rung", "deaths", "injured")
WHO_KEYS = ("actor", "target", "soil")
SPAN_FORM = "a whole number or a range such as 5, 5.., ..3 or 2..4"
WHO_FORM = "who: an id, or words such as self, others, patron of self"
LARGEST = 10**9

_SPAN = re.compile(r"(-?\d+)?(\.\.)?(-?\d+)?", re.ASCII)
_WORD = re.compile(r"\S+")


def pattern_value(key: str, text: str, start: int = 0, end: int | None = None) -> Names | Span | WhoField:
    """The value of one key of a pattern, from a text or a part of one."""
    end = len(text) if end is None else end
    if key in SPAN_KEYS:
        return parse_span(text, start, end)
    if key in WHO_KEYS:
        return parse_who(text, start, end)
    return parse_names(text, start, end)


def parse_names(text: str, start: int = 0, end: int | None = None) -> Names:
    """One id, or ``[…]`` with several."""
    bounded(text)
    end = len(text) if end is None else end
    parts = split(text, *unbracketed(text, start, end))
    ids = tuple(text[a:b].strip() for a, b in parts)
    if not ids or not all(STATEMENT_ID.fullmatch(one) for one in ids):
        raise LanguageError(
            begin(text, start, end), f"found {short(text[start:end].strip())}", "an id, or a list of ids"
        )
    return Names(begin(text, start, end), ids, tuple(begin(text, a, b) for a, b in parts))


def parse_span(text: str, start: int = 0, end: int | None = None) -> Span:
    """``5``, ``5..``, ``..3`` or ``2..4``."""
    bounded(text)
    end = len(text) if end is None else end
    at, inside = begin(text, start, end), text[start:end].strip()
    match = _SPAN.fullmatch(inside) if len(inside) < 40 else None
    low, dots, high = match.groups() if match else (None, None, None)
    if (low is None and high is None) or (high is not None and not dots):
        raise LanguageError(at, f"found {short(inside)}", SPAN_FORM)
    span = Span(at, whole(low), whole(high if dots else low))
    if span.low is not None and span.high is not None and span.low > span.high:
        raise LanguageError(at, f"found {inside!r}", "a range that goes up")
    return span


def whole(text: str | None) -> int | None:
    """A bound of a span, kept small enough for every engine's whole numbers."""
    return None if text is None else max(-LARGEST, min(LARGEST, int(text)))


def parse_who(text: str, start: int = 0, end: int | None = None, depth: int = 0) -> WhoField:
    """A who-field: an id, a role, ``others``, ``KIND of X``, ``not …``, or a list of them."""
    bounded(text)
    end = len(text) if end is None else end
    parts = split(text, *unbracketed(text, start, end))
    if not parts:
        raise LanguageError(begin(text, start, end), f"found {short(text[start:end].strip())}", WHO_FORM)
    if len(parts) > 1 and not text[start:end].strip().startswith("["):
        raise LanguageError(parts[1][0] - 1, "found a comma", "one who, or a list in [ ]")
    return tuple(_one_who(text, a, b, depth) for a, b in parts)


def _one_who(text: str, start: int, end: int, depth: int) -> Who | Not:
    words = [match.group() for match in _WORD.finditer(text, start, end)]
    at = begin(text, start, end)
    if len(words) > 1 and words[0] == "not":
        if depth > DEEPEST:
            raise LanguageError(at, f"found 'not' more than {DEEPEST} times", "a simpler who")
        return Not(at, parse_who(text, at + len("not"), end, depth + 1))
    if len(words) == 1 and ID.fullmatch(words[0]) and words[0] not in ("of", "by", "not"):
        return Who(at, words[0])
    if len(words) == 3 and words[1] in ("of", "by") and ID.fullmatch(words[0]) and ID.fullmatch(words[2]):
        return Who(at, words[2], words[0], words[1])
    expected = "an id, self, others, any, nobody, KIND of X, KIND by X or not …"
    raise LanguageError(at, f"found {short(text[start:end].strip())}", expected)
