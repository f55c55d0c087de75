"""Sentences, lists, lines, dates and lengths of time as people read them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from datetime import datetime

from sim.analysis.wording import number_text
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
    text = text.strip()
    return capital(text) + ("" if text.endswith((".", "!", "?", ".”")) else ".") if text else ""


def capital(text: str) -> str:
    """The text with a capital at its head."""
    return text[:1].upper() + text[1:]


def small(text: str) -> str:
    """The text without a capital at its head, unless its first word is an acronym such as UN."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def wrapped(text: str, first: str = "", rest: str | None = None, *, width: int = WIDTH) -> list[str]:
    """The text in lines of at most `width` columns, `first` before the first and `rest` before the others."""
    rest = " " * len(first) if rest is None else rest
    return textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=rest, break_long_words=True, break_on_hyphens=False
    ) or [first.rstrip()]


def plain_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns side by side, each as wide as its widest cell."""
    widths = [max(len(row[i]) for row in (headers, *rows)) for i in range(len(headers))]
    lines = [headers, ["-" * width for width in widths], *rows]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in lines]


def day_text(moment: datetime) -> str:
    """``Wednesday 17 January 2024``, whatever the machine's language."""
    return f"{_DAYS[moment.weekday()]} {date_text(moment)}"


def date_text(moment: datetime) -> str:
    """``17 January 2024``."""
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def clock_text(moment: datetime) -> str:
    """``08:30``, with seconds only where the moment has some that matter nothing to nobody else: never."""
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
    for unit, name, least in (("d", "day", 1.5), ("h", "hour", 1.5), ("min", "minute", 1.0)):
        amount = ms / UNIT_MS[unit]
        exact = amount == round(amount) and amount >= 1
        if (amount >= least or (exact and unit == "h")) and not (unit == "d" and ms < 2 * DAY_MS and ms % DAY_MS):
            text = f"{amount:,.0f}" if exact or amount >= 10 else f"{amount:.1f}".removesuffix(".0")
            return f"{text} {name}{'' if text == '1' else 's'}"
    return "less than a minute"


def days_text(days: float) -> str:
    """A length of time in words, given in days."""
    return length_text(days * DAY_MS)


def short_text(days: float) -> str:
    """A length of time given in days, short: ``14 h``, ``2.5 d``."""
    for unit, size in (("d", 1.5), ("h", 1.0 / 24)):
        if days >= size:
            return f"{number_text(days * DAY_MS / UNIT_MS[unit])} {unit}"
    return f"{number_text(days * DAY_MS / UNIT_MS['min'], digits=2)} min" if days else "0"
