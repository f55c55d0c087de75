"""Which events of a log fit a pattern: the same as an outcome's ``when``, for whole logs at once.

The actor is the true doer. :class:`Lookup` holds a pattern as tables of truth, one entry an action, place, origin or
actor (the last one: nobody, or no place), so that a log is matched by looking its numbers up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.model.tables import Tables
from sim.scenario.syntax import Pattern, Span

Truths = NDArray[np.bool_]

_FAR = 10**9


@dataclass(frozen=True, slots=True)
class Lookup:
    """A pattern for one scenario's tables.

    truths : (column of the log, truth by number) each. spans : (column, least, most) each.
    """

    truths: tuple[tuple[str, Truths], ...]
    spans: tuple[tuple[str, int, int], ...]

    @property
    def columns(self) -> list[str]:
        """The columns of a log that it looks at."""
        return [*(column for column, _ in self.truths), *(column for column, _, _ in self.spans)]

    @classmethod
    def of(cls, pattern: Pattern, tables: Tables) -> Lookup:
        """The pattern, as it is to be looked up; its who-fields know no roles."""
        truths: list[tuple[str, Truths]] = []
        if pattern.action is not None or pattern.rung is not None:
            truths.append(("action", _actions(pattern, tables)))
        if pattern.place is not None or pattern.soil is not None:
            truths.append(("place", _places(pattern, tables)))
        if pattern.origin is not None:
            wanted = pattern.origin.ids
            truths.append(("origin", np.array([*(one in wanted for one in tables.origins), False])))
        for column in ("actor", "target"):
            field = getattr(pattern, column)
            if field is not None:
                truths.append((column, _truths(tables.names.fitting(field), len(tables.actors))))
        spans = [(column, *_ends(getattr(pattern, column))) for column in ("deaths", "injured")]
        given = (span for span in spans if span[1:] != (-_FAR, _FAR))
        return cls(tuple(truths), tuple(given))

    def mask(self, log: Mapping[str, NDArray[Any]]) -> Truths:
        """Whether each event fits; `log` : the columns of a log."""
        fits = np.ones(len(log["time"]), np.bool_)
        for column, truth in self.truths:
            fits &= truth[log[column]]
        for column, low, high in self.spans:
            numbers = log[column]
            fits &= (low <= numbers) & (numbers <= high)
        return fits


def _truths(numbers: Iterable[int], count: int) -> Truths:
    """True at these numbers of `count`; −1 is the last entry."""
    truths = np.zeros(count + 1, np.bool_)
    truths[list(numbers)] = True
    return truths


def _ends(span: Span | None) -> tuple[int, int]:
    low, high = (None, None) if span is None else (span.low, span.high)
    return -_FAR if low is None else low, _FAR if high is None else high


def _actions(pattern: Pattern, tables: Tables) -> Truths:
    low, high = _ends(pattern.rung)
    named = None if pattern.action is None else tables.names.actions_fitting(pattern.action.ids)
    fits = [(named is None or one.name in named) and low <= one.rung <= high for one in tables.actions]
    return np.array(fits, np.bool_)


def _places(pattern: Pattern, tables: Tables) -> Truths:
    named = None if pattern.place is None else pattern.place.ids
    owners = [*tables.soil, frozenset[int]()]
    soil = [pattern.soil is None or tables.names.soil_fits(pattern.soil, one) for one in owners]
    return np.array([
        (named is None or name in named) and fits for name, fits in zip((*tables.places, None), soil, strict=True)
    ])  # fmt: skip
