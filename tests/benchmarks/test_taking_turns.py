"""How speeds are taken and what is made of them; nothing here depends on how fast this machine is."""

from __future__ import annotations

from sim.bench.contest import Effort, Player, Spread, Turn, contest, ratios
from sim.bench.native import NO_COMPILER
from sim.bench.start import WARM_RUN
from sim.bench.targets import Measured, targets


def a_player(name: str, runs_per_second: float, calls: list[tuple[str, int]]) -> Player:
    """Plays two events a run and says that it takes just so long."""

    def play(runs: int) -> tuple[int, float]:
        calls.append((name, runs))
        return 2 * runs, runs / runs_per_second

    return Player(name, play)


def test_players_take_turns_of_about_the_asked_length():
    calls: list[tuple[str, int]] = []
    players = [a_player("slow", 10, calls), a_player("fast", 1000, calls)]
    turns = contest(players, Effort(rounds=3, seconds=0.5, starts=0), lambda _: None)
    assert calls[-6:] == 3 * [("slow", 5), ("fast", 500)]
    assert turns["fast"] == 3 * [Turn(runs=500, events=1000, seconds=0.5)]


def test_a_player_slower_than_a_turn_plays_one_run():
    turns = contest([a_player("slow", 0.1, [])], Effort(rounds=1, seconds=0.5, starts=0), lambda _: None)
    assert turns["slow"] == [Turn(runs=1, events=2, seconds=10.0)]


def test_a_ratio_is_taken_round_by_round():
    above = [Turn(1, 100, 1.0), Turn(1, 400, 1.0), Turn(1, 900, 1.0)]
    below = [Turn(1, 100, 1.0), Turn(1, 200, 1.0), Turn(1, 100, 1.0)]
    assert ratios(above, below) == Spread(median=2.0, low=1.0, high=9.0)


def measured(*, native: float | None) -> Measured:
    """Speeds of a machine on which everything is exactly as fast as it is to be."""

    def at(**speeds: float) -> dict[str, list[Turn]]:
        return {name.replace("_", " "): [Turn(5000, round(speed), 1.0)] for name, speed in speeds.items()}

    workload = at(compiled=1200, simpy=100) | {"naive SimPy": [Turn(5000, 10, 1.0)]}
    if native is not None:
        workload["C++"] = [Turn(5000, round(native), 1.0)]
    crisis = at(compiled=4000, simpy=100)
    threads = {"1 thread": [Turn(1, 10, 1.0)], "2 threads": [Turn(1, 18, 1.0)]}
    return Measured(workload, crisis, crisis, threads, {WARM_RUN: Spread(2.0, 2.0, 2.0)})


def test_a_target_that_is_just_reached_is_met():
    rows = targets(measured(native=3600), {"C++": ""})
    assert [row["measured"]["median"] for row in rows] == [120, 1 / 3, 40, 5000, 1.8, 2]
    assert all(row["met"] for row in rows)


def test_a_target_that_is_missed_is_told():
    rows = {row["what"]: row["met"] for row in targets(measured(native=3601), {"C++": ""})}
    assert [what for what, met in rows.items() if not met] == ["workload: compiled / C++"]


def test_without_a_compiler_the_row_says_so():
    (row,) = [row for row in targets(measured(native=None), {"C++": NO_COMPILER}) if row["measured"] is None]
    assert (row["what"], row["met"], row["missing"]) == ("workload: compiled / C++", None, NO_COMPILER)
