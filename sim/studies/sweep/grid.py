"""The values that a number takes: evenly spaced, evenly in its logarithm, or listed."""

from __future__ import annotations

import math
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


@dataclass(frozen=True)
class Axis:
    """One number of a scenario and where it goes.

    path : as ``--set`` takes it. low, high, count : its values, ends included. log : spaced evenly in the logarithm.
    listed : the values, ascending, if they were listed.
    """

    path: str
    low: float
    high: float
    count: int
    log: bool = False
    listed: tuple[float, ...] = ()

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The values as a scenario writes them, ascending."""
        return tuple(map(self.text, range(self.count)))

    def text(self, number: int) -> str:
        """One of them."""
        if self.listed:
            value = self.listed[number]
        elif self.log:
            value = self.low * (self.high / self.low) ** (number / (self.count - 1))
        else:
            value = self.low + (self.high - self.low) * (number / (self.count - 1))
        return f"{value:.12g}"

    @cached_property
    def values(self) -> Floats:
        """The values, float64, shape (count,), ascending."""
        return np.array([float(text) for text in self.texts])

    @property
    def name(self) -> str:
        """The path without the word that goes without saying."""
        return self.path.removeprefix("parameters.")

    @property
    def form(self) -> str:
        """The axis as it is asked for."""
        if self.listed:
            return ",".join(self.texts)
        return f"{self.low:.12g}:{self.high:.12g}:{self.count}{':log' if self.log else ''}"


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
    return Axis(path, values[0], values[-1], len(values), listed=tuple(values))


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
    return Axis(path, low, high, count, log)


def _number(where: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise UsageError(f"{where}: found {short(text.strip())}; expected a number, in {FORM}") from None
    if not math.isfinite(value):
        raise UsageError(f"{where}: found {text.strip()}; expected a finite number")
    return value
