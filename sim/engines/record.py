"""What one run leaves, whichever engine played it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sim.engines.world import Row, Sample, World
from sim.model.tables import DriverTable, TimelineTable

if TYPE_CHECKING:
    from sim.engines.agents import Rule


@dataclass(frozen=True, slots=True)
class Record:
    """One run.

    rows : the log, an event a row: time (ms), actor, action, target, place, deaths, injured, cause, origin, key.
    outcomes : for each outcome the time (ms) at which it first came true, or None.
    stood_down : for each rule the responses that stood down.
    peak_level, final_level : whole numbers; final_level is None in a truncated run.
    ended : the outcome that ended the run, or −1.
    bases : every cell's baseline.
    moved : the cells that ever left it, in the order in which they did, with their decay a millisecond.
    samples : the state at each sampled time, of as many of `moved` as had left their baseline by then;
        None after a truncation.
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
    bases: list[float]
    moved: list[tuple[int, float]]
    samples: list[Sample | None]
    parameters: list[float]


class Watcher(Protocol):
    """Somebody who looks on while a run is played. Looking changes nothing.

    When it is called, names in the world mean what they meant in the expressions just read.
    """

    def began(self, world: World, outcomes: list[int | None]) -> None:
        """A run begins in this world; `outcomes` fills with the times (ms) at which they come true."""

    def given(self, item: TimelineTable, why: dict[str, Any], happens: bool) -> None:
        """A timeline item with a chance is due: its chance, the draw, and whether it happens."""

    def arose(self, driver: DriverTable, why: dict[str, Any]) -> None:
        """A driver is about to make an event: its rate a day and the option chosen."""

    def considered(self, rule: Rule, event: int, why: dict[str, Any]) -> None:
        """A rule matched an event: what stopped it, or the time at which its response is due."""

    def due(self, rule: Rule, event: int, unless: int, stands_down: bool) -> None:
        """The delay of a rule's response to an event is over, and its `unless` has been looked at."""

    def happened(self, event: int, response_to: object) -> None:
        """An event took its place in the log; its effects are still to come."""

    def settled(self, event: int) -> None:
        """The effects of an event (−1: of a response without one) were applied and outcomes tested."""


def sample_times(horizon_ms: int, day_ms: int = 86_400_000) -> list[int]:
    """The times of the trajectories: whole days from 0, and the end."""
    times = list(range(0, horizon_ms, day_ms))
    return [*times, horizon_ms]
