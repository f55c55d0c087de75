"""The values that a number takes: evenly spaced, evenly in its logarithm, or listed."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.scenario.faults import short

Floats = NDArray[np.float64]

FORM = "LOW:HIGH:N, LOW:HIGH:N:log or A,B,C"
_LOG = "log"
_MOST_LISTED = 10_000
_NUMBER = re.compile(r"\s*([^\sa-z]+(?:e[-+]?\d+)?)\s*(min|h|d|w)?\s*")


@dataclass(frozen=True)
class Axis:
    """One number of a scenario and where it goes.

    path : as ``--set`` takes it. low, high, count : its values, ends included. log : spaced evenly in the logarithm.
    listed : the values, ascending, if they were listed. unit : of a duration, such as ``d``; else empty.
    """

    path: str
    low: float
    high: float
    count: int
    log: bool = False
    listed: tuple[float, ...] = ()
    unit: str = ""

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The values as a scenario writes them, ascending."""
        return tuple(map(self.text, range(self.count)))

    def text(self, number: int) -> str:
        """One of them."""
        return f"{self._value(number):.12g} {self.unit}".strip()

    def _value(self, number: int) -> float:
        if self.listed:
            return self.listed[number]
        part = number / (self.count - 1)
        return self.low * (self.high / self.low) ** part if self.log else self.low + (self.high - self.low) * part

    @cached_property
    def values(self) -> Floats:
        """The values, float64, shape (count,), ascending."""
        return np.array([float(text.removesuffix(self.unit)) for text in self.texts])

    @property
    def name(self) -> str:
        """The path without the word that goes without saying."""
        return self.path.removeprefix("parameters.")

    @property
    def label(self) -> str:
        """The name, with the unit if there is one."""
        return f"{self.name}, {self.unit}" if self.unit else self.name


def axis(path: str, text: str) -> Axis:
    """The axis that ``PATH=TEXT`` asks for.

    Raises
    ------
    UsageError
        If there is no such grid, or it has fewer than two values.
    """
    where = f"--over {path}"
    if ":" in text:
        return _spread(where, path, text.split(":"))
    words = [word for word in text.split(",") if word.strip()]
    if len(words) > _MOST_LISTED:
        raise UsageError(f"{where}: found a list of {len(words):,} values; expected at most {_MOST_LISTED:,}")
    values = sorted({_number(where, word) for word in words})
    if len(values) < 2:
        raise UsageError(f"{where}: found {short(text)}; expected two different values or more, as {FORM}")
    return Axis(path, values[0], values[-1], len(values), listed=tuple(values), unit=_unit(where, words))


def _spread(where: str, path: str, parts: list[str]) -> Axis:
    log = len(parts) == 4 and parts[3].strip() == _LOG
    if len(parts) != 3 and not log:
        raise UsageError(f"{where}: found {short(':'.join(parts))}; expected {FORM}")
    low, high = _number(where, parts[0]), _number(where, parts[1])
    try:
        count = int(parts[2])
    except ValueError:
        raise UsageError(f"{where}: found {short(parts[2])} as the number of values; expected 2 or more") from None
    if count < 2:
        raise UsageError(f"{where}: found a grid of {count} values; expected 2 or more")
    if not low < high:
        raise UsageError(f"{where}: found nothing from {low:g} to {high:g}; expected LOW below HIGH")
    if log and low <= 0:
        raise UsageError(f"{where}: found {low:g} as the low end; expected it above 0, as the spacing is logarithmic")
    return Axis(path, low, high, count, log, unit=_unit(where, parts[:2]))


def _number(where: str, text: str) -> float:
    found = _NUMBER.fullmatch(text)
    try:
        value = float(found[1] if found else text)
    except ValueError:
        raise UsageError(f"{where}: found {short(text.strip())}; expected a number, in {FORM}") from None
    if not math.isfinite(value):
        raise UsageError(f"{where}: found {text.strip()}; expected a finite number")
    return value


def _unit(where: str, texts: list[str]) -> str:
    """The unit that all of some values have; empty if they are plain numbers."""
    units = sorted({found[2] or "" if (found := _NUMBER.fullmatch(text)) else "" for text in texts})
    if len(units) > 1:
        told = " and ".join(unit or "none" for unit in units)
        raise UsageError(f"{where}: found the units {told}; expected one unit for all values, such as 6 h:48 h:8")
    return units[0]
