"""Sentences, lists, lines, dates and lengths of time as people read them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from datetime import datetime

from sim.scenario.times import DAY_MS, UNIT_MS

WIDTH = 100

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def joined(parts: Iterable[str], word: str = "and") -> str:
    """``a, b and c``; where a part has a comma of its own, ``a; b; and c``.

    >>> joined(["Iraq", "Iran", "Syria"], "or")
    'Iraq, Iran or Syria'
    """
    listed = list(parts)
    if len(listed) < 2:
        return "".join(listed)
    comma = "; " if len(listed) > 2 and any("," in one for one in listed) else ", "
    last = f"{comma if comma == '; ' else ' '}{word} "
    return f"{comma.join(listed[:-1])}{last}{listed[-1]}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number and its noun: ``1 event``, ``1,200 events``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def sentence(text: str) -> str:
    """The text with a capital at its head and a full stop at its end."""
    return capital(ended(text))


def ended(text: str) -> str:
    """The text with a full stop at its end."""
    text = text.strip()
    return text if not text or text.endswith((".", "!", "?", ".”")) else f"{text}."


def capital(text: str) -> str:
    """The text with a capital at its head."""
    return text[:1].upper() + text[1:]


def opened(text: str) -> str:
    """The text with a capital article at its head; a name or an id there stays as it is."""
    return f"The {text[4:]}" if text.startswith("the ") else text


def small(text: str) -> str:
    """The text without a capital at its head, unless its first word is an acronym such as UN."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def wrapped(text: str, first: str = "", rest: str | None = None, *, width: int = WIDTH) -> list[str]:
    """The text in lines of at most `width` columns, `first` before the first and `rest` before the others."""
    rest = " " * len(first) if rest is None else rest
    return textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=rest, break_long_words=True, break_on_hyphens=False
    ) or [first.rstrip()]


def day_text(moment: datetime) -> str:
    """``Wednesday 17 January 2024``, whatever the machine's language."""
    return f"{_DAYS[moment.weekday()]} {date_text(moment)}"


def date_text(moment: datetime) -> str:
    """``17 January 2024``."""
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def clock_text(moment: datetime) -> str:
    """``08:30``."""
    return f"{moment.hour:02}:{moment.minute:02}"


def moment_text(moment: datetime) -> str:
    """``17 January 2024, 08:30``."""
    return f"{date_text(moment)}, {clock_text(moment)}"


def zone_text(moment: datetime) -> str:
    """``UTC+03:00``."""
    offset = moment.strftime("%z")
    return f"UTC{offset[:3]}:{offset[3:5]}" if offset.strip("+-0") else "UTC"


def length_text(ms: float) -> str:
    """A length of time in words: ``40 minutes``, ``14 hours``, ``2.5 days``.

    >>> length_text(14 * 3_600_000)
    '14 hours'
    """
    if ms == 0:
        return "no time"
    whole_days, whole_hours = ms % UNIT_MS["d"] == 0, ms % UNIT_MS["h"] == 0
    unit, name = ("d", "day") if whole_days or ms >= 2 * UNIT_MS["d"] else ("h", "hour")
    if unit == "h" and not whole_hours and ms < 1.5 * UNIT_MS["h"]:
        unit, name = "min", "minute"
    amount = ms / UNIT_MS[unit]
    if amount < 1:
        return "less than a minute"
    text = f"{amount:,.0f}" if amount >= 10 else f"{amount:.1f}".removesuffix(".0")
    return f"{text} {name}{'' if text == '1' else 's'}"


def days_text(days: float) -> str:
    """A length of time in words, given in days."""
    return length_text(days * DAY_MS)
