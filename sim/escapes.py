"""Text of strangers made safe to show: characters that act instead of being seen are shown as escapes.

A terminal obeys control characters, a reader is misled by bidirectional overrides and by characters without a
width. :func:`visible` shows each of them as a Python escape such as ``\\x1b`` or ``\\u202e``. Letters of every script
stay as they are, and so do spaces that have a width and the joiners that Arabic and Indic scripts and emoji need
between two signs.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

LONGEST_QUOTE = 200
"""Characters of anything that a message quotes."""

_SUSPECT = re.compile(r"[^\n\t\x20-\x7e\xa0-\xac\xae-\u02ff]")
_JOINERS = "\u200c\u200d"
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_FILLERS = "\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5\u2800"
"""Drawn as nothing though they are letters, marks or symbols: Hangul and Khmer fillers, the empty Braille cell."""


def visible(text: str) -> str:
    """Return the text with control, bidirectional and invisible characters as escapes; line breaks and tabs stay."""
    return _SUSPECT.sub(lambda match: _shown(match, text), text)


def in_a_line(text: str) -> str:
    """Return the text as :func:`visible` shows it, line breaks and tabs as escapes too."""
    return visible(text).replace("\n", "\\n").replace("\t", "\\t")


def quoted(value: object) -> str:
    """Return how a message quotes a value: as Python writes it, in a line, at most LONGEST_QUOTE characters."""
    return shortened(repr(value) if not isinstance(value, str) else f"'{in_a_line(value)}'")


def shortened(text: str, most: int = LONGEST_QUOTE) -> str:
    """Return a text of at most `most` characters; an ellipsis stands for what is left out in the middle."""
    if len(text) <= most:
        return text
    head = (most - 1) * 2 // 3
    return f"{text[:head]}…{text[head + 1 - most :]}"


def json_text(document: Any, *, indent: int | None = 2) -> str:
    """Return a JSON document as text in which what :func:`visible` escapes stands as JSON escapes: the same data."""
    text = json.dumps(document, ensure_ascii=False, indent=indent, allow_nan=False)
    return _SUSPECT.sub(lambda match: _shown(match, text, json_escape=True), text)


def html_card(title: str, facts: Iterable[tuple[str, object]]) -> str:
    """Return a small table for a notebook: a title, and facts by name."""
    rows = "".join(f"<tr><th>{_in_html(name)}</th><td>{_in_html(fact)}</td></tr>" for name, fact in facts)
    return f"<table><caption>{_in_html(title)}</caption>{rows}</table>"


def _in_html(value: object) -> str:
    return html.escape(shortened(in_a_line(str(value))))


def _shown(match: re.Match[str], text: str, *, json_escape: bool = False) -> str:
    character = match[0]
    if character in _JOINERS and _joins(text, match.start()):
        return character
    kind = unicodedata.category(character)
    if kind not in _UNSEEN and character not in _FILLERS and not _is_variation(character):
        return character
    if json_escape:
        return json.dumps(character)[1:-1]
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _is_variation(character: str) -> bool:
    """Whether it is a variation selector other than the two that emoji are written with."""
    return "\ufe00" <= character <= "\ufe0d" or "\U000e0100" <= character <= "\U000e01ef"


def _joins(text: str, at: int) -> bool:
    """Whether a joiner stands between two signs of a script that is written with it, or of an emoji."""
    around = text[at - 1 : at] + text[at + 1 : at + 2]
    return len(around) == 2 and all(
        unicodedata.category(sign) not in _UNSEEN
        and ("\u0590" <= sign <= "\u0fff" or sign == "\ufe0f" or unicodedata.category(sign) == "So")
        for sign in around
    )
