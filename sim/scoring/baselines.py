"""What somebody without the model would have said: the baselines that it is scored against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from sim.engines.world import ACTION, ACTOR, TARGET, TIME, Row, fits
from sim.model.tables import NO_PROGRAM
from sim.scenario.times import DAY_MS
from sim.scoring.rules import held_off

if TYPE_CHECKING:
    from sim.ensemble.results import Ensemble

NAMES = {"half": "one half", "base_rate": "base rate", "persistence": "persistence"}
"""The baselines, as people read them."""

LEAST_RATE = 0.01
"""A base rate nearer to 0 or 1 is taken as this far off for the log score and for times."""


def held_rate(rate: float) -> float:
    """A base rate kept off 0 and 1."""
    return min(max(rate, LEAST_RATE), 1.0 - LEAST_RATE)


@dataclass(frozen=True)
class Before:
    """What the scenario's own history says of the stretch before the start that is as long as the horizon.

    The history is that of the first run, which differs between runs only where the scenario gives it chances.
    """

    ensemble: Ensemble

    @cached_property
    def _history(self) -> list[Row]:
        log = self.ensemble.replay(range(min(len(self.ensemble), 1))).log
        return [row for row in log.tolist() if row[TIME] < 0]

    @cached_property
    def rows(self) -> list[Row]:
        """The history's events of that stretch."""
        first = -self.ensemble.tables.horizon_ms
        return [row for row in self._history if row[TIME] >= first]

    @cached_property
    def covered(self) -> bool:
        """Whether the history reaches back to the beginning of that stretch."""
        return any(row[TIME] <= -self.ensemble.tables.horizon_ms for row in self._history)

    @property
    def days(self) -> float:
        """How far the history reaches back."""
        return -min((row[TIME] for row in self._history), default=0) / DAY_MS

    def came_true(self, outcome: str) -> bool | None:
        """Whether an outcome came true in that stretch; None where it cannot be told.

        It can be told of an outcome that has a `when` alone: without `if`, `quiet` or `at`. That it did not come true
        is only known if the history reaches back far enough.
        """
        table = next(one for one in self.ensemble.tables.outcomes if one.id == outcome)
        if table.kind != "event" or table.condition != NO_PROGRAM or table.pattern is None:
            return None
        if any(fits(table.pattern, row) for row in self.rows):
            return True
        return False if self.covered else None

    def count(self, actor: str, action: str, target: str | None = None) -> int | None:
        """How many such deeds that stretch held, at whomever unless a target is named; None: unknown."""
        if not self.covered:
            return None
        tables = self.ensemble.tables
        names = [one.name for one in tables.actions]
        return sum(
            tables.actors[row[ACTOR]] == actor
            and names[row[ACTION]] == action
            and (target is None or (row[TARGET] >= 0 and tables.actors[row[TARGET]] == target))
            for row in self.rows
        )


def probabilities(ensemble: Ensemble, outcome: str, before: Before, rates: Mapping[str, float]) -> dict[str, float]:
    """What each baseline says of an outcome; one that has nothing to say is left out.

    half : 0.5. base_rate : of `rates`, else the scenario's own. persistence : what happened in the one stretch before,
    (1 + ½) / 2 if it came true there and ½ / 2 if not: Jeffreys' estimate from one observation.
    """
    said = {"half": 0.5}
    rate = rates.get(outcome, ensemble.description.outcomes[outcome].base_rate)
    if rate is not None:
        said["base_rate"] = float(rate)
    came = before.came_true(outcome)
    if came is not None:
        said["persistence"] = float(held_off(int(came), 1))
    return said
