"""Players taking turns: speeds of each, several times over, so that what else the machine does meets all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple


class Turn(NamedTuple):
    """What a player did in a while: runs, events and the seconds that they took."""

    runs: int
    events: int
    seconds: float

    @property
    def runs_per_second(self) -> float:
        return self.runs / self.seconds

    @property
    def events_per_second(self) -> float:
        return self.events / self.seconds


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody who plays: `play` takes how many runs and gives how many events they have and the seconds taken."""

    name: str
    play: Callable[[int], tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of several measurements, and the range they came in."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        return cls(median(values), min(values), max(values))


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to measure: each player `rounds` times for about so many seconds, and so many starts."""

    rounds: int
    seconds: float
    starts: int


THOROUGH, QUICK = Effort(5, 0.4, 3), Effort(3, 0.04, 1)


def contest(players: Sequence[Player], effort: Effort, tell: Callable[[str], None]) -> dict[str, list[Turn]]:
    """Each player's turns, in rounds in which all take one; `tell` hears whose turn it is."""
    sizes = {}
    for player in players:
        tell(f"{player.name}: warming up")
        sizes[player.name] = _runs_in(player, effort.seconds)
    turns: dict[str, list[Turn]] = {player.name: [] for player in players}
    for number in range(effort.rounds):
        for player in players:
            tell(f"{player.name}: round {number + 1} of {effort.rounds}")
            turns[player.name].append(turn(player, sizes[player.name]))
    return turns


def turn(player: Player, runs: int) -> Turn:
    """So many runs of a player."""
    events, seconds = player.play(runs)
    return Turn(runs, events, seconds)


def _runs_in(player: Player, seconds: float) -> int:
    """About how many runs take so many seconds. The first call is for warming up and counts for nothing."""
    player.play(1)
    runs, took = 1, turn(player, 1)
    while took.seconds < seconds / 4:
        runs *= 2
        took = turn(player, runs)
    return max(1, round(took.runs_per_second * seconds))


def on_processor(play: Callable[[int], int]) -> Callable[[int], tuple[int, float]]:
    """The events of `play(runs)`, with the processor time that they took."""

    def timed(runs: int) -> tuple[int, float]:
        begin = time.process_time()
        events = play(runs)
        return events, time.process_time() - begin

    return timed


def on_wall(play: Callable[[int], int]) -> Callable[[int], tuple[int, float]]:
    """The events of `play(runs)`, with the time on the wall that they took."""

    def timed(runs: int) -> tuple[int, float]:
        begin = time.perf_counter()
        events = play(runs)
        return events, time.perf_counter() - begin

    return timed


def ratios(above: Sequence[Turn], below: Sequence[Turn]) -> Spread:
    """Events a second of one player over those of another, round by round."""
    pairs = zip(above, below, strict=True)
    return Spread.of([one.events_per_second / other.events_per_second for one, other in pairs])
