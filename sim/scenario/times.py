"""Durations and instants as authors write them, in whole milliseconds."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

from sim.scenario import characters
from sim.scenario.faults import short

UNIT_MS = {"min": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
DAY_MS = UNIT_MS["d"]
_LONGEST_MS = 1000 * 366 * DAY_MS
_LONGEST_TEXT = 100

_DURATION = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?\s*(min|h|d|w)", re.ASCII)
_OFFSET = re.compile(r"([-+])\s*(.+)")

DURATION_FORM = "a duration such as 30 min, 8 h, 2 d or 1 w"
START_FORM = "an ISO date or date-time such as 2024-01-17 or 2024-01-17T00:00:00+03:00"
INSTANT_FORM = "an instant such as 2024-01-17, 2024-01-15T23:30, +12 h or -30 d"


def duration_ms(text: str) -> int:
    """Milliseconds of a duration such as ``8 h``; only 0 needs no unit.

    Raises ValueError when the text is no duration, or is longer than a thousand years.
    """
    text = _bounded(text)
    if text == "0":
        return 0
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"found {short(text)}")
    length = float(text[: match.start(2)]) * UNIT_MS[match.group(2)]
    if length > _LONGEST_MS:
        raise ValueError(f"found {short(text)}, longer than a thousand years")
    return round(length)


def parse_start(text: str) -> datetime:
    """The start as a date-time with a zone (UTC unless given)."""
    return _parse_iso(text, UTC)


def instant_ms(text: str, start: datetime) -> int:
    """Milliseconds from the start to an instant: an ISO date or date-time, or ``+8 h``."""
    text = _bounded(text)
    offset = _OFFSET.fullmatch(text)
    if offset:
        length = duration_ms(offset.group(2))
        return length if offset.group(1) == "+" else -length
    moment = _parse_iso(text, start.tzinfo or UTC)
    return (moment - start) // timedelta(milliseconds=1)


def _parse_iso(text: str, zone: tzinfo) -> datetime:
    try:
        moment = datetime.fromisoformat(_bounded(text))
    except ValueError:
        raise ValueError(f"found {short(text)}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _bounded(text: str) -> str:
    """The text without spaces around it; ValueError where it is too long, or looks like a time and is none."""
    if len(text) > _LONGEST_TEXT or characters.STRANGE.search(text):
        raise ValueError(f"found {short(text)}")
    return text.strip()


def moment_of(ms: int, start: datetime) -> datetime:
    """The calendar time, in the start's zone, `ms` milliseconds after the start."""
    return start + timedelta(milliseconds=ms)


def moment_text(ms: int, start: datetime) -> str:
    """The calendar time as people read it: ``2024-01-17 08:30``."""
    return moment_of(ms, start).strftime("%Y-%m-%d %H:%M")


def length_text(ms: int | float) -> str:
    """A length of time as people read it: ``12 h``, ``2.5 d``."""
    for unit in ("d", "h", "min"):
        if ms >= UNIT_MS[unit]:
            return f"{ms / UNIT_MS[unit]:.3g} {unit}"
    return f"{ms / UNIT_MS['min']:.2g} min" if ms else "0"
