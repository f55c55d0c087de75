"""What one run leaves, whichever engine played it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sim.engines.world import Row


@dataclass(frozen=True, slots=True)
class Record:
    """One run.

    rows : the log, an event a row: time (ms), actor, action, target, place, deaths, injured, cause, origin, key.
    outcomes : for each outcome the time (ms) at which it first came true, or None.
    stood_down : for each rule the responses that stood down.
    peak_level, final_level : whole numbers; final_level is None in a truncated run.
    ended : the outcome that ended the run, or −1.
    samples : for each sampled time the level and all cells' values; None after a truncation.
    parameters : the values this run drew.
    """

    run: int
    rows: list[Row]
    outcomes: list[int | None]
    stood_down: list[int]
    peak_level: int
    final_level: int | None
    ended: int
    truncated: bool
    samples: list[tuple[int, list[float]] | None]
    parameters: list[float]


class Watcher(Protocol):
    """Somebody who looks on while a run is played. Looking changes nothing."""

    def considered(self, rule: object, event: int, why: dict[str, object]) -> None:
        """A rule matched an event: what its limit, cooldown, condition and chance said."""

    def stood_down(self, rule: object, event: int, time: int) -> None:
        """A response to an event was given up when its delay was over."""

    def happened(self, event: int, response_to: object) -> None:
        """An event took its place in the log."""


def sample_times(horizon_ms: int, day_ms: int = 86_400_000) -> list[int]:
    """The times of the trajectories: whole days from 0, and the end."""
    times = list(range(0, horizon_ms, day_ms))
    return [*times, horizon_ms]
